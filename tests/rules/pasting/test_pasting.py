"""Text from the clipboards of other programs.

The samples are what each program writes for the same kinds of text: `tests/data/pasting/README.md` says how they were
made.
"""

import re
from html import unescape
from pathlib import Path

import pytest
from django.utils.html import strip_tags

from directorates.rules.content import text
from directorates.rules.pasting import pasting, tree

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "pasting"
LOSSES = {
    "word": ("1 picture", "colors", "bold and italics", "raised and lowered signs"),
    "word_for_the_web": ("bold and italics",),
    "outlook": ("1 picture", "colors"),
    "google_docs": ("1 picture", "colors", "bold and italics"),
    "libreoffice": ("colors", "bold and italics", "raised and lowered signs"),
}


def sample(name):
    return (SAMPLES / f"{name}.html").read_text(encoding="utf-8")


def lines(html):
    return [line.strip() for line in html.splitlines() if line.strip()]


@pytest.mark.parametrize("program", LOSSES)
def test_what_a_program_copies_becomes_the_structure_that_is_expected(program):
    pasted = pasting.clean(sample(program))
    assert lines(pasted.html) == lines(sample(f"{program}.expected"))
    assert pasted.losses == LOSSES[program]
    assert text.find_rich_text_problems(pasted.html) == []


#: Signs that stand for a bullet or a number, and no text.
_MARKERS = re.compile(r"^\W*(?:[·•o]|\d\.)?\W*$")


@pytest.mark.parametrize("program", LOSSES)
def test_no_word_of_the_text_is_lost(program):
    """The words are counted in the sample itself, without the rules of this project."""
    body = re.sub(r"(?s)<head>.*?</head>|<!--.*?-->|<!\[.*?\]>", " ", sample(program))
    words = re.findall(
        r"\w{2,}|\$\d+", unescape(strip_tags(re.sub(r"<(?!/?(?:sub|b|i|a|span))", " <", body)))
    )
    kept = unescape(strip_tags(pasting.clean(sample(program)).html.replace("<", " <")))
    assert [word for word in words if word not in kept] == []


def test_headings_begin_with_level_2_and_skip_none():
    html = pasting.clean("<h3>A</h3><h6>B</h6><h5>C</h5><h3>D</h3><h1>E</h1><h2>F</h2>").html
    assert re.findall(r"<h(\d)>(\w)", html) == [
        *(("2", "A"), ("3", "B"), ("3", "C"), ("2", "D"), ("2", "E"), ("3", "F"))
    ]


def test_a_table_that_frames_a_text_is_no_table():
    assert (
        pasting.clean("<table><tr><td><h2>A</h2>b</td></tr></table>").html == "<p>A</p>\n<p>b</p>"
    )


def test_a_table_in_a_cell_becomes_paragraphs():
    html = pasting.clean(
        "<table><tr><th>A</th><th>B</th></tr><tr><td>c</td><td><table><tr><td>d</td><td>e</td></tr></table></td></tr></table>"
    ).html
    assert html.endswith("<tr><td><p>c</p></td><td><p>d</p><p>e</p></td></tr></tbody></table>")


def test_links_within_the_other_document_become_plain_words():
    html = pasting.clean('<p><a href="#_Toc1">One</a> <a href="file:///C:/x">two</a></p>').html
    assert html == "<p>One two</p>"


def test_tracked_deletions_comments_and_hidden_text_are_not_pasted():
    pasted = pasting.clean(
        "<p>Kept <del cite='mailto:a' datetime='2026-01-01'>gone</del><ins>new</ins>"
        "<span style='display:none'>hidden</span></p>"
        "<div style='mso-element:comment-list'><p>A remark</p></div>"
    )
    assert pasted.html == "<p>Kept new</p>"
    assert pasted.losses == ("comments", "deleted text of tracked changes")
    assert (
        pasted.sentence == "The text is in. Left out: comments and deleted text of tracked changes."
    )


def test_references_to_records_stay():
    span = '<span data-unit="opla" data-words="name" data-linked="yes">opla</span>'
    assert pasting.clean(f"<p>Ask {span}.</p>").html == f"<p>Ask {span}.</p>"


def test_two_line_breaks_separate_paragraphs():
    assert (
        pasting.clean("<div>One<br>two<br><br>three</div>").html
        == "<p>One<br>two</p>\n<p>three</p>"
    )


def test_plain_text_and_nothing_are_no_error():
    assert pasting.clean("One & two").html == "<p>One &amp; two</p>"
    assert pasting.clean("<p>&nbsp;</p>").html == ""


@pytest.mark.parametrize("markup", ["<b>" * 5000, "x" * (tree.LONGEST_MARKUP + 1)])
def test_too_much_at_once_is_refused(markup):
    with pytest.raises(tree.TooMuchMarkupError):
        pasting.clean(markup)


def test_scripts_and_styles_leave_nothing():
    assert (
        pasting.clean("<style>p{}</style><script>x()</script><p onclick='x()'>a</p>").html
        == "<p>a</p>"
    )
