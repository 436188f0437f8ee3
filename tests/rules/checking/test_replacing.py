import pytest

from directorates.rules.checking.replacing import replace_words
from directorates.rules.content.references import UnitReference, markup_of

LAW = UnitReference("law")
SPAN = markup_of(LAW)


@pytest.mark.parametrize(
    ("stored", "found", "nth", "expected"),
    [
        ("<p>It has 1,300 and 300 of 2.300.</p>", "300", 0, f"<p>It has 1,300 and {SPAN} of 2.300.</p>"),
        ("<p>Law. Law! Laws, law.</p>", "Law", 1, f"<p>Law. {SPAN}! Laws, law.</p>"),
        (f"<p>{SPAN} Law</p>", "Law", 0, f"<p>{SPAN} {SPAN}</p>"),
        ("<p>9,500&nbsp;employees</p>", "9,500 employees", 0, f"<p>{SPAN}</p>"),
        ("<p>A&amp;B</p>", "A&B", 0, f"<p>{SPAN}</p>"),
        ('<p><a href="/Law/">Law</a></p>', "Law", 0, f'<p><a href="/Law/">{SPAN}</a></p>'),
        ("<p>Law</p>", "Law", 1, None),
        ("<p><em>La</em>w</p>", "Law", 0, None),
    ],
)  # fmt: skip
def test_words_of_rich_text_become_a_reference(stored, found, nth, expected):
    assert replace_words(stored, found, LAW, is_rich=True, nth=nth) == expected


def test_words_of_a_plain_text_become_a_reference_and_a_token_stays():
    stored = "{unit law name} and law, law."
    expected = "{unit law name} and law, {unit law name}."
    assert replace_words(stored, "law", LAW, is_rich=False, nth=1) == expected
