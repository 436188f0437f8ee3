from django.utils.safestring import mark_safe

from directorates.templatetags.rich_text import rich_text


def test_an_external_link_says_so_in_words():
    html = rich_text(mark_safe('<p><a href="https://example.org/">There</a></p>'), True)
    assert '<span class="usa-sr-only"> (external)</span></span></a></p>' in html


def test_a_government_link_is_left_as_it_is():
    html = '<p><a href="https://www.usa.gov/">There</a></p>'
    assert rich_text(mark_safe(html), True) == html


def test_a_table_scrolls_in_its_own_container():
    html = rich_text(mark_safe("<table><tbody><tr><th>a</th></tr></tbody></table>"), True)
    assert html.startswith('<div class="table-scroller" role="group"')
    assert html.endswith("</table></div>")


def test_what_was_not_sanitized_is_escaped():
    assert rich_text("<script>", True) == "&lt;script&gt;"


def test_where_no_rule_asks_for_marks_a_link_has_none():
    html = '<p><a href="https://example.org/">There</a></p>'
    assert rich_text(mark_safe(html), False) == html
