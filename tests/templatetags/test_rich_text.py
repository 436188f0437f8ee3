from django.utils.safestring import mark_safe

from directorates.templatetags.rich_text import rich_text


def test_an_external_link_says_so_in_words():
    html = rich_text(mark_safe('<p><a href="https://example.org/">There</a></p>'))
    assert '<span class="usa-sr-only"> (external)</span></span></a></p>' in html


def test_a_government_link_is_left_as_it_is():
    html = '<p><a href="https://www.usa.gov/">There</a></p>'
    assert rich_text(mark_safe(html)) == html


def test_a_table_scrolls_in_its_own_container():
    html = rich_text(mark_safe("<table><tbody><tr><th>a</th></tr></tbody></table>"))
    assert html.startswith('<div class="table-scroller" role="group"')
    assert html.endswith("</table></div>")


def test_what_was_not_sanitized_is_escaped():
    assert rich_text("<script>") == "&lt;script&gt;"
