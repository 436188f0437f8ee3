"""The ways to write a word that staff search for: capitals, accents, and commas in numbers make no difference. Pure."""

import re
import sys
import unicodedata
from collections import defaultdict
from decimal import Decimal
from functools import lru_cache

_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
#: A longer number is none that a figure can hold.
_MOST_DIGITS = 18


@lru_cache(maxsize=1)
def _letters_by_base():
    """Return {base letter: its letters with and without accents, capital and small}. Takes a tenth of a second, once."""
    found = defaultdict(str)
    for number in range(sys.maxunicode + 1):
        letter = chr(number)
        if letter.isalpha():
            found[_base(letter)] += letter
    return {base: letters for base, letters in found.items() if len(letters) > 1}


def _base(letter):
    """Return a letter in small, without its accents."""
    first = unicodedata.normalize("NFD", letter.casefold())[0]
    return first.casefold()


def letters_of(character):
    """Return all the ways to write a character; the character itself if there is one only."""
    return _letters_by_base().get(_base(character), character)


def spellings(word) -> tuple[str, ...]:
    """Return a word, and for a number the ways to write it: “20000” and “20,000”."""
    if not _NUMBER.fullmatch(word):
        return (word,)
    whole, dot, rest = word.replace(",", "").partition(".")
    if len(whole) > _MOST_DIGITS:
        return (word,)
    return tuple(dict.fromkeys((word, f"{whole}{dot}{rest}", f"{int(whole):,}{dot}{rest}")))


def number_of(word) -> Decimal | None:
    """Return the number that a word is, or None."""
    plain = word.replace(",", "")
    is_number = _NUMBER.fullmatch(word) and len(plain.partition(".")[0]) <= _MOST_DIGITS
    return Decimal(plain) if is_number else None


@lru_cache(maxsize=1_000)
def pattern(word) -> str:
    """Return a regular expression that finds a word in every spelling."""
    ways = sorted(spellings(word), key=len, reverse=True)
    return "|".join("".join(map(_set_of, way)) for way in ways)


def _set_of(character):
    letters = letters_of(character)
    return f"[{letters}]" if len(letters) > 1 else re.escape(letters)
