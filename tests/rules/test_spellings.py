"""The ways to write a word that staff search for."""

import re
from decimal import Decimal

import pytest

from directorates.rules.content import spellings


@pytest.mark.parametrize("typed", ["20000", "20,000"])
def test_a_number_is_written_with_commas_and_without(typed):
    assert set(spellings.spellings(typed)) == {"20000", "20,000"}
    assert spellings.number_of(typed) == Decimal(20_000)


@pytest.mark.parametrize("word", ["2,00", "1,2,3", "x20", "", "9" * 40])
def test_what_is_no_number_has_one_spelling(word):
    assert spellings.spellings(word) == (word,)
    assert spellings.number_of(word) is None


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("etudes", "Bureau d’Études"),
        ("ÉTUDES", "etudes"),
        ("20000", "more than 20,000 people"),
        ("1,5.", "1,5."),
        ("a.b", "A.B"),
    ],
)
def test_the_pattern_finds_every_spelling(typed, text):
    assert re.search(spellings.pattern(typed), text)


def test_signs_stand_for_themselves():
    assert not re.search(spellings.pattern("a.b"), "axb")
