import pytest

from directorates.rules.drawing.text_width import width_of, wrap


def test_words_that_fit_are_one_line():
    assert wrap("Office of Examples", size=14, width=400) == ("Office of Examples",)


def test_no_words_are_no_lines():
    assert wrap("  ", size=14, width=100) == ()


def test_lines_break_between_words():
    assert wrap("Office of Many Examples", size=14, width=110) == ("Office of Many", "Examples")


@pytest.mark.parametrize(
    "words",
    [
        "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz",
        "Office of " + "m" * 60 + " and more",
        "内" * 60,
        "a\u0301" * 60,
    ],
)
def test_a_long_word_is_cut_and_nothing_is_lost(words):
    lines = wrap(words, size=14, width=150)
    assert len(lines) > 1
    assert all(width_of(line, 14) <= 150 for line in lines)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
