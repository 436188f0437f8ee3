import pytest
from hypothesis import given
from hypothesis import strategies as st

from directorates.rules.compare.prose import plain_block, prose_blocks, tokens


def lines(html):
    return tuple(str(block) for block in prose_blocks(html))


@given(st.text())
def test_the_pieces_of_a_text_joined_give_it_back(text):
    assert "".join(token.text for token in tokens(text)) == text
    assert plain_block(text).text == text


def test_prose_becomes_one_block_a_paragraph():
    html = "<h2>Who we are</h2><p>First\n words.</p><p>Second.</p>"

    assert lines(html) == ("Heading 2: Who we are", "First words.", "Second.")


def test_prose_shows_list_items_and_the_addresses_of_links():
    html = '<ul><li><p>See <a href="/about/">about us</a>.</p></li></ul><ol><li>Two</li></ol>'

    assert lines(html) == ("Bulleted item: See about us [/about/].", "Numbered item: Two")


def test_an_address_in_the_text_is_not_the_address_of_a_link():
    typed, linked = prose_blocks("<p>Us [/a/]</p>"), prose_blocks('<p><a href="/a/">Us</a></p>')

    assert typed[0].text == linked[0].text
    assert typed != linked


def test_lists_in_lists_show_their_level_and_items_may_go_on():
    html = "<ul><li><p>One</p><p>More</p><ul><li><p>Below</p></li></ul></li></ul><p>After</p>"

    assert lines(html) == (
        "Bulleted item: One",
        "List item, continued: More",
        "Bulleted item, level 2: Below",
        "After",
    )


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ("<th><p>A</p></th><td><p>1</p></td>", "Table row with a header: A | 1"),
        ("<th>A</th><th>B</th>", "Table row of headers: A | B"),
        ("<td></td><td>1</td>", "Table row: | 1"),
        ('<td colspan="2">Both</td><td>1</td>', "Table row: [over 2 columns] Both | 1"),
        ("<td><p>One</p><p>Two</p></td>", "Table row: One [paragraph] Two"),
        (
            "<td><ul><li><p>One</p></li><li><p>Two</p></li></ul></td>",
            "Table row: [Bulleted item] One [Bulleted item] Two",
        ),
    ],
)
def test_prose_shows_a_tables_rows(row, line):
    assert lines(f"<table><tbody><tr>{row}</tr></tbody></table><p>After</p>") == (line, "After")


def test_empty_prose_has_no_blocks():
    assert prose_blocks("") == ()
    assert prose_blocks("<p></p>") == ()


def test_markup_that_changes_nothing_to_read_leaves_no_trace():
    assert prose_blocks("<p>One two</p>") == prose_blocks("<p>One\n  two </p>\n")
