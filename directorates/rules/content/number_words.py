"""Reads numbers that are written as English words, up to those below a million. Pure."""

import re

from directorates.rules.content import counting

_ONES = {word: number for number, word in enumerate(counting.WORDS[1:10], start=1)}
# fmt: off
_TEENS = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}
# fmt: on
_NONE = {"no": 0, "zero": 0}
#: {word: number} of all words that a number can begin with.
VALUES = _NONE | _ONES | _TEENS | _TENS


def _any_of(words):
    return f"(?:{'|'.join(sorted(words, key=len, reverse=True))})"


_SMALL = rf"(?:{_any_of(_TENS)}(?:[\s-]{_any_of(_ONES)})?|{_any_of(_TEENS)}|{_any_of(_ONES)})"
_BELOW_THOUSAND = rf"(?:{_any_of(_ONES)}\shundred(?:\s(?:and\s)?{_SMALL}\b)?|{_SMALL})"
#: A number in words. The pattern that uses it says where words begin and end.
PATTERN = (
    rf"(?:{_BELOW_THOUSAND}(?:\sthousand(?:\s(?:and\s)?{_BELOW_THOUSAND}\b)?)?|{_any_of(_NONE)})"
)


def read(words):
    """Return the number of words that the PATTERN matches."""
    total = part = 0
    for word in re.split(r"[\s-]+", words.lower()):
        if word == "thousand":
            total, part = total + part * 1000, 0
        elif word == "hundred":
            part *= 100
        elif word != "and":
            part += VALUES[word]
    return total + part
