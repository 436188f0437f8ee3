from hypothesis import given
from hypothesis import strategies as st

from directorates.rules.search import marking, words


def shown(pieces):
    return "".join(f"[{piece.text}]" if piece.is_match else piece.text for piece in pieces)


def test_words_are_marked_as_the_text_writes_them():
    found = frozenset({"kite", "ma"})
    assert shown(marking.mark("Kites of M&A, kite-like", found)) == "[Kites] of [M&A], [kite]-like"


def test_neighboring_words_are_one_mark():
    assert shown(marking.mark("Office of Acorn Counting", frozenset({"acorn", "counting"}))) == (
        "Office of [Acorn Counting]"
    )


def test_a_snippet_begins_with_the_sentence_and_ends_between_words():
    text = f"{'Nothing to see. ' * 30}Here are kites and strings. {'Nothing more. ' * 30}"
    snippet = shown(marking.snippet([text], frozenset({"kite", "string"})))
    assert snippet.startswith("Here are [kites] and [strings]. Nothing more.")
    assert snippet.endswith(" …")


def test_a_snippet_shows_the_place_with_the_most_words():
    text = f"A kite. {'Nothing to see. ' * 30}A kite with a string."
    assert "[string]" in shown(marking.snippet([text], frozenset({"kite", "string"})))


def test_a_snippet_within_a_long_sentence_begins_with_a_word():
    text = f"{'and so on ' * 50}kites"
    assert shown(marking.snippet([text], frozenset({"kite"}))).startswith("… ")


def test_a_text_without_the_words_has_no_snippet():
    assert marking.snippet(["Balloons"], frozenset({"kite"})) == ()


@given(st.text(), st.text())
def test_marking_changes_no_letter(text, typed):
    found = frozenset(word for token in words.read(typed) for word in token.words)
    assert "".join(piece.text for piece in marking.mark(text, found)) == text
    assert len("".join(piece.text for piece in marking.snippet([text], found))) < marking.LENGTH + 6


def test_the_snippet_is_of_the_text_with_the_most_words():
    texts = ("Kites.", "Kites hang on a string.", "A string.")
    assert (
        shown(marking.snippet(texts, frozenset({"kite", "string"})))
        == "[Kites] hang on a [string]."
    )
