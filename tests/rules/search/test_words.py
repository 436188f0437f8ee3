import pytest
from hypothesis import given
from hypothesis import strategies as st

from directorates.rules.search import words


def read(text):
    return [token.words for token in words.read(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Office of Kites", [("office",), ("of",), ("kite",)]),
        ("M&A", [("ma",), ("ma",)]),
        ("U.S. e-mail", [("us",), ("us",), ("email",), ("mail", "email")]),
        ("(FOIA)", [("foia",)]),
        ("agency’s agency's", [("agency",), ("agency",)]),
        ("Straße, ÉCOLE", [("strasse",), ("ecole",)]),
        ("a/b/c/d/e", [("a",), ("b",), ("c",), ("d",), ("e",)]),
        ("– ? …", []),
    ],
)
def test_a_text_is_read_as_words(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("policies", "policy"), ("policy", "policy"), ("bonds", "bond"), ("offices", "office"),
        ("processes", "process"), ("process", "process"), ("taxes", "tax"), ("branches", "branch"),
        ("status", "status"), ("gas", "gas"), ("employees", "employee"),
    ],
)  # fmt: skip
def test_a_plural_is_its_singular(word, expected):
    assert words.stem(word) == expected


def test_a_whole_name_is_found_without_the_words_for_any_unit():
    assert words.whole_names("Office of Public Affairs") == (
        "=office of public affair",
        "=public affair",
    )
    assert words.whole_names("Kites") == ("=kite",)
    assert words.whole_names("?") == ()


@given(st.text())
def test_every_word_fits_the_index_and_has_its_place(text):
    for token in words.read(text):
        assert 0 <= token.begin < token.end <= len(text)
        assert token.words
        for word in token.words:
            assert 0 < len(word) <= words.LONGEST_WORD
