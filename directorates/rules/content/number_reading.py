"""Reads the numbers that English prose states, with the words that bound them. Pure.

The other way round from `number_phrases`: a phrase that is written there is read here as a bound that holds.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from directorates.rules.content import counting
from directorates.rules.content.number_phrases import TOLERANCE, Form

#: The words before a number, and the form that they state.
_FORMS = {form.words: form for form in Form if form.rounds} | {
    "over": Form.MORE_THAN,
    "approximately": Form.ABOUT,
    "around": Form.ABOUT,
    "some": Form.ABOUT,
    "almost": Form.NEARLY,
    "exactly": Form.EXACT,
}
_SCALES = {"million": 10**6, "billion": 10**9, "trillion": 10**12}
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP"}
_NUMBERS = {word: number for number, word in enumerate(counting.WORDS)} | {"zero": 0}
#: A number inside a name, like the form I-9 or the section 287.6.1, states nothing.
_NUMBER = re.compile(
    rf"(?<![\w.,-])(?:(?P<form>{'|'.join(_FORMS)})\s+)?"
    rf"(?P<minus>[−-])?(?P<currency>[{''.join(_SIGNS)}]|(?-i:[A-Z]{{3}})\s)?"
    rf"(?:(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)|(?P<word>{'|'.join(_NUMBERS)}))\b(?![.,]?\d)"
    rf"(?:\s(?P<scale>{'|'.join(_SCALES)})\b)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class StatedNumber:
    """A number that a text states, its form, its currency or '', and its place in the text."""

    form: Form
    number: Decimal
    currency: str
    begin: int
    end: int

    def holds_for(self, value):
        """Whether the statement is true of a value."""
        match self.form:
            case Form.MORE_THAN:
                return value > self.number
            case Form.AT_LEAST:
                return value >= self.number
            case Form.NEARLY:
                return self.number * (1 - TOLERANCE) <= value < self.number
            case Form.ABOUT:
                return abs(value - self.number) <= abs(self.number) * TOLERANCE
        return value == self.number


def can_be_number(token):
    """Whether a number can have this part of a word, such as “40” or “seven”."""
    return token[0].isdecimal() or token.casefold() in _NUMBERS


def find_numbers(words):
    """Return the StatedNumbers of a text in order."""
    return tuple(map(_read, _NUMBER.finditer(words)))


def _read(match):
    digits, scale, sign = match["digits"], match["scale"], match["currency"] or ""
    number = (
        Decimal(digits.replace(",", "")) if digits else Decimal(_NUMBERS[match["word"].lower()])
    )
    number *= _SCALES[scale.lower()] if scale else 1
    return StatedNumber(
        form=_FORMS[" ".join(match["form"].lower().split())] if match["form"] else Form.EXACT,
        number=-number if match["minus"] else number,
        currency=_SIGNS.get(sign, sign.strip()),
        begin=match.start(),
        end=match.end(),
    )
