import pytest

from directorates.rules.content import markup, text


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<p>Plain</p>", "<p>Plain</p>"),
        ("<p>a<script>alert(1)</script></p>", "<p>a</p>"),
        ('<p onclick="x()">a</p>', "<p>a</p>"),
        ('<a href="javascript:alert(1)">a</a>', "a"),
        ('<a href="//evil.example/x">a</a>', "a"),
        ('<a href="/\\evil.example">a</a>', "a"),
        ('<a href="/\t/evil.example">a</a>', "a"),
        ('<a href="&#1;//evil.example">a</a>', "a"),
        ('<a href="/about/">a</a>', '<a href="/about/">a</a>'),
        ('<p>b <a name="c">a <a>d</a></a></p>', "<p>b a d</p>"),
        (
            '<p><a title=">">a</a><a title="b" href="/c/">d</a></p>',
            '<p>a<a title="b" href="/c/">d</a></p>',
        ),
        ("<h1>a</h1>", "a"),
        ("<h2>a</h2>", "<h2>a</h2>"),
        ('<img src="x" onerror="x()">', ""),
        ("<p></p>", ""),
        ("<table><tbody><tr><th>a</th></tr></tbody></table>",) * 2,
    ],
)
def test_sanitizing_keeps_what_rich_text_may_hold(html, kept):
    assert text.sanitize(html) == kept


def test_a_script_is_named_with_its_line():
    problems = text.find_rich_text_problems("<p>a</p>\n<script>alert(1)</script>")
    assert problems == ["line 2: <script> is not allowed in rich text"]


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "java\nscript:alert(1)", "//evil.example", "/\\evil.example"]
)
def test_a_dangerous_link_is_named(address):
    assert "is not allowed" in text.find_rich_text_problems(f'<a href="{address}">a</a>')[0]


@pytest.mark.parametrize(
    "address", ["https://a.gov/", "/about/", "#top", "mailto:a@b.gov", "tel:311"]
)
def test_an_honest_link_is_no_problem(address):
    assert text.find_rich_text_problems(f'<a href="{address}">a</a>') == []


def test_a_skipped_heading_level_is_named():
    problems = text.find_rich_text_problems("<h2>a</h2><h4>b</h4>")
    assert problems == ["line 1: heading level 4 follows level 2"]


def test_plain_text_keeps_words_apart():
    assert text.plain_text("<p>One &amp; two</p><ul><li>three</li></ul>") == "One & two three"


def test_headings_stand_below_the_units_own_on_the_overview():
    assert text.demote_headings("<h2>a</h2><h4>b</h4>") == "<h3>a</h3><h5>b</h5>"


def test_shortening_ends_at_a_word():
    assert text.shorten("one two three", 9) == "one two…"


def test_a_host_name_without_a_scheme_is_no_link():
    problems = text.find_rich_text_problems('<a href="www.example.gov">a</a>')
    assert "begin it with https://" in problems[0]


def test_a_table_without_header_cells_is_named():
    bare = "<table><tbody><tr><td>a</td></tr></tbody></table>"
    assert "no header cells" in text.find_rich_text_problems(bare)[0]
    assert text.find_rich_text_problems(bare.replace("td", "th")) == []


@pytest.mark.parametrize(
    ("url", "is_external"),
    [
        ("https://www.usa.gov/", False),
        ("https://www.dhs.gov?x", False),
        ("https://army.mil", False),
        ("https://example.org/a.gov/", True),
        ("https://example.org/?u=https://a.gov/", True),
        ("https://a.gov@example.org/", True),
        ("/about/", False),
        ("mailto:a@b.org", False),
        ("HTTPS://EXAMPLE.ORG/", True),
        ("HTTPS://A.GOV./", False),
        ("https:\\\\example.org", True),
        (" https://example.org", True),
    ],
)
def test_a_link_that_leaves_the_governments_sites_is_external(url, is_external):
    assert text.is_external(url) is is_external


HOSTILE = {
    "nested lists": "<ul><li>" * 15_000,
    "nested lists that are closed": "<ul><li><p>x</p>" * 5_000 + "</li></ul>" * 5_000,
    "nested tables": "<table><tr><td>" * 5_000,
    "nested marks": "<strong>" * 10_000,
    "open quotation marks": "<p a='" * 15_000,
    "tags without an end": "<br/" * 20_000,
    "comments without an end": "<!--" * 20_000,
    "sections": "<![CDATA[" * 10_000,
    "instructions": "<?" * 40_000,
    "too long": "a" * (text.LONGEST_RICH_TEXT + 1),
}


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE)
def test_what_takes_long_to_read_is_refused_unread(html, monkeypatch):
    monkeypatch.setattr(text._TagReader, "feed", lambda *args: pytest.fail("was read"))
    [problem] = text.find_rich_text_problems(html)
    assert problem == text.find_excess(html) != ""


@pytest.mark.parametrize(
    "html",
    [
        "<ul><li><p>a</p>" * text.DEEPEST_NESTING + "</li></ul>" * text.DEEPEST_NESTING,
        "<p>a" * 1_000,
        "<ul>" + "<li>a" * 1_000 + "</ul>",
        "<table><tr><th>a" + "<tr><td>a<td>b" * 500 + "</table>",
        "<p>fewer than <5, a < b, a <= b <",
        '<p><a href="/a?b=<c>">d</a><br></p>' * 500,
        "<!-- for the file alone --><p>a</p><!---->",
        "<p>a</p>" * 10_000,
    ],
)
def test_what_people_and_the_editor_write_is_read(html):
    assert text.find_excess(html) == ""


def test_the_place_of_what_is_not_read_is_named():
    assert text.find_excess("<p>a</p>\n<p>b<c</p>") == (
        "line 2: a tag has no end; write &lt; for the sign < itself"
    )


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<h2></h2><p>a</p>", "<p>a</p>"),
        ("<h3> &nbsp;<br></h3><p>a</p>", "<p>a</p>"),
        ("<ul><li><p></p></li><li>a</li></ul>", "<ul><li>a</li></ul>"),
        ("<p>a</p><ul><li><ul><li></li></ul></li></ul>", "<p>a</p>"),
        ('<p>a<a href="/b/"></a>c <a href="/d/">\u200b</a></p>', "<p>ac </p>"),
        ('<p>a<a href="/b/?x=1&amp;y=2"> </a>c</p>', "<p>a c</p>"),
        (
            "<table><tbody><tr><th>a</th></tr><tr><td><p></p></td></tr></tbody></table>",
            "<table><tbody><tr><th>a</th></tr></tbody></table>",
        ),
        ("<table><tbody><tr><td></td><td> </td></tr></tbody></table>", ""),
        ("<p>a</p><p>&nbsp;</p><p>b</p>", "<p>a</p><p>b</p>"),
        ("<h2>\u3164\u2800</h2><h3>\u200e&#x2067;&rlm;</h3><p>a</p>", "<p>a</p>"),
        ("<ul><li>\U000e0041\ufe0f</li><li>a</li></ul>", "<ul><li>a</li></ul>"),
        ("\u200b &nbsp;<br>\u3164", ""),
    ],
)
def test_what_holds_nothing_is_taken_out(html, kept):
    assert text.sanitize(html) == kept == text.sanitize(kept)


def test_a_line_break_and_a_block_that_is_taken_away_join_no_words():
    assert text.sanitize("<p>one<br>two</p>") == "<p>one<br>two</p>"
    assert text.plain_text("<p>one<br>two</p>") == "one two"
    assert text.plain_text(text.sanitize("<div>one</div><div>two</div>")) == "one two"


def test_rich_text_is_composed_and_holds_no_controls():
    assert text.sanitize("<p>Cafe\u0301\x07\u202e\r\nb</p>") == "<p>Café\nb</p>"


def test_what_rich_text_may_not_hold_is_not_let_in_by_its_number():
    written = "<p>Cafe&#x301;&#7;&#x202E;&#8237;&#x2028;b</p>"
    assert text.sanitize(written) == "<p>Café\nb</p>"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://", "names no site"),
        ("https://", "names no site"),
        ("https:a.gov", "names no site"),
        ("https:///a", "names no site"),
        ("http://exa mple.gov/", "names no site"),
        ("http://[::1", "names no site"),
        ("https://a.gov:99999/", "names the port 99999"),
        ("https://a.gov:0", "names the port 0"),
        ("https://.gov", "names no site"),
        ("https://a..gov/", "names no site"),
        ("https://-a.gov/", "names no site"),
        ("https://?/", "names no site"),
        ("https:\\\\a.gov", "names no site"),
        ("#nowhere", "leads to no place on the page"),
        ("#", "leads to no place on the page"),
        ("", "is empty"),
        ("mailto:", "names no recipient"),
        ("tel:", "names no recipient"),
        ("mailto: ?", "names no recipient"),
        ("mailto:a b@agency.gov", "holds no e-mail address"),
        ("mailto:press office", "holds no e-mail address"),
        ("mailto:a@agency.gov, b", "holds no e-mail address"),
        ("MAILTO:agency.gov", "holds no e-mail address"),
        ("tel:call us", "holds no number to call"),
    ],
)
def test_an_address_that_would_be_dropped_or_leads_nowhere_is_told(address, words):
    [problem] = text.find_rich_text_problems(f'<p><a href="{address}">a</a></p>')
    assert words in problem


def test_a_link_without_an_address_is_told_and_a_mark_for_links_is_none():
    assert text.find_rich_text_problems('<p><a name="top">a</a></p>\n<a target="_blank">b</a>') == [
        "line 2: a link has no address; write where it leads, or take the link away"
    ]


@pytest.mark.parametrize(
    "address",
    ["https://a.gov/b c", "http://a.gov", "https://a.gov?q", "/a b/", "#top", "#key-facts", "HTTPS://A.GOV", "https://münchen.de/", "tel:+1-202-555-0100;ext=2", "tel:311", "mailto:a@agency.gov", "mailto:a%40agency.gov,b@agency.gov?subject=A%20b", "Mailto: a@agency.gov", "mailto:?subject=A page"],
)  # fmt: skip
def test_an_address_that_is_kept_is_no_problem(address):
    html = f'<p><a href="{address}">a</a></p>'
    assert text.find_rich_text_problems(html) == []
    assert "href=" in text.sanitize(html)


def test_an_empty_cell_beside_full_ones_is_told():
    table = "<table><tbody><tr><th>a</th><th><p></p></th></tr>\n<tr><td></td><td> </td></tr></tbody></table>"
    [problem] = text.find_rich_text_problems(table)
    assert problem.startswith("line 1: a cell of a table is empty")


@pytest.mark.parametrize("words", ["help@a.gov", "https://a.gov/", "A.B."])
def test_what_stands_between_brackets_and_is_no_tag_is_told_how_to_write_it(words):
    [problem] = text.find_rich_text_problems(f"Write to <{words}>.")
    assert "is no tag; write &lt; for the sign < itself" in problem


def test_an_empty_heading_counts_as_none():
    assert text.find_rich_text_problems("<h4> </h4><h2>a</h2>") == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("One\ntwo", "<p>One\ntwo</p>"),
        ("\n One\r\n \r\n\r\nTwo & 3 < 4 \n", "<p>One</p>\n<p>Two &amp; 3 &lt; 4</p>"),
        ("R&amp;D", "<p>R&amp;D</p>"),
        ("/a?b=1&copy=2&lt=3 &notit; &#233;", "<p>/a?b=1&amp;copy=2&amp;lt=3 &amp;notit; é</p>"),
        ("One\r\rTwo\u2029\u2029Three", "<p>One</p>\n<p>Two</p>\n<p>Three</p>"),
        ("<p>a</p>\n\n<p>b</p>", "<p>a</p>\n\n<p>b</p>"),
        ("", ""),
    ],
)
def test_plain_text_becomes_paragraphs(typed, kept):
    assert markup.from_plain(typed) == kept


def test_taking_out_what_is_empty_takes_no_long_time():
    deep = "<ul><li>" * text.DEEPEST_NESTING + "</li></ul>" * text.DEEPEST_NESTING
    assert text.sanitize(deep * 100) == ""
    spaces = "<p>" + " " * 20_000 + "a</p>"
    assert len(text.sanitize(spaces * 4)) > 80_000


@pytest.mark.parametrize(
    ("words", "shown"),
    [("bond management", "Bond management"), ("eDiscovery requests", "eDiscovery requests"), ("mRNA", "mRNA"), ("FOIA", "FOIA"), ("", ""), ("école", "École")],
)  # fmt: skip
def test_words_with_their_own_capitals_keep_them(words, shown):
    assert text.capitalized(words) == shown
