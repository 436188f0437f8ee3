"""Reads the numbers that English prose states, with the words that bound them. Pure.

The other way round from `number_phrases`: a phrase that is written there is read here as a bound that holds. Prose has
more ways to write a number: “twenty-two thousand”, “20 000”, “20K”, “$8bn”, “US$8-billion”, “8 billion dollars”.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from directorates.rules.content import number_words
from directorates.rules.content.number_phrases import TOLERANCE, Form


class UpperBound(StrEnum):
    """Forms that prose has and no phrase of a figure."""

    LESS_THAN = "less-than"
    AT_MOST = "at-most"


#: The words before a number, and the form that they state.
_FORMS = {form.words: form for form in Form if form.rounds} | {
    **dict.fromkeys(("over", "above", "in excess of", "upwards of"), Form.MORE_THAN),
    **dict.fromkeys(
        ("no fewer than", "no less than", "not fewer than", "not less than"), Form.AT_LEAST
    ),
    **dict.fromkeys(("approximately", "around", "roughly", "some"), Form.ABOUT),
    **dict.fromkeys(("almost", "close to", "just under", "just below"), Form.NEARLY),
    **dict.fromkeys(("less than", "fewer than", "under", "below"), UpperBound.LESS_THAN),
    **dict.fromkeys(
        ("at most", "up to", "as many as", "no more than", "not more than"), UpperBound.AT_MOST
    ),
    "exactly": Form.EXACT,
}
#: The words after a number.
_FORMS_AFTER = {
    "+": Form.AT_LEAST,
    "or more": Form.AT_LEAST,
    "or fewer": UpperBound.AT_MOST,
    "or less": UpperBound.AT_MOST,
}
_SCALES = {
    "k": 10**3,
    "thousand": 10**3,
    **dict.fromkeys(("million", "mn"), 10**6),
    **dict.fromkeys(("billion", "bn"), 10**9),
    "trillion": 10**12,
}
_CURRENCIES = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "dollars": "USD", "euros": "EUR"}


def _any_of(words):
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words)


_FORM_BEFORE = re.compile(rf"(?<![\w.,-])({_any_of(_FORMS)})\s+$", re.IGNORECASE)
_LONGEST_FORM = max(map(len, _FORMS)) + 10
#: A number inside a name, like the form I-9 or the section 287.6.1, states nothing. So does “20-30”.
_NUMBER = re.compile(
    # What a number can begin with: most words are left here.
    r"(?<![\w.,-])(?=[\d$€£−-]|[ZONETFS]|(?-i:[A-Z]{3}\s|US\$))"
    r"(?P<minus>[−-])?(?P<currency>US\$|[$€£]|(?-i:[A-Z]{3})\s)?"
    r"(?:(?P<digits>\d{1,3}(?:[,\s]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?![.,]?\d)"
    rf"|(?P<words>{number_words.PATTERN})\b)"
    rf"(?:(?:[\s-]?(?P<scale>{_any_of(list(_SCALES)[1:])})|(?P<kilo>k))\b|(?!\w))(?!-\d)"
    r"(?:\s(?:U\.S\.\s)?(?P<unit>dollars|euros)\b)?"
    r"(?P<after>\+|\s+or\s+(?:more|fewer|less)\b)?",
    re.IGNORECASE,
)
#: What is between the two numbers of a range.
_RANGE = re.compile(r"\s?–\s?|\s+to\s+", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s+$", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\s+$", re.IGNORECASE)


@dataclass(frozen=True)
class StatedNumber:
    """A number that a text states, its form, its currency or '', and its place in the text."""

    form: Form | UpperBound
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
            case UpperBound.LESS_THAN:
                return value < self.number
            case UpperBound.AT_MOST:
                return value <= self.number
        return value == self.number


def can_be_number(token):
    """Whether a number can have this part of a word, such as “40” or “seven”."""
    return token[0].isdecimal() or token.casefold() in number_words.VALUES


def find_numbers(words):
    """Return the StatedNumbers of a text in order."""
    found = []
    for match in _NUMBER.finditer(words):
        number = _read(match, words)
        # The “no” of “no fewer than 20” is no number.
        while found and found[-1].begin >= number.begin:
            found.pop()
        if found and _is_range(words, found[-1], number):
            found[-1] = replace(found[-1], form=Form.AT_LEAST)
            number = replace(number, form=UpperBound.AT_MOST)
        found.append(number)
    return tuple(found)


def _is_range(words, first, second):
    """Whether two numbers are the ends of “15 to 20” or “between 15 and 20”. “From 15 to 20” may tell of growth."""
    before, between = words[: first.begin], words[first.end : second.begin]
    if _BETWEEN.search(before):
        return between.strip().lower() in {"and", "–"}
    return bool(_RANGE.fullmatch(between)) and not _FROM.search(before)


def _read(match, words):
    digits, scale = match["digits"], match["scale"] or match["kilo"]
    number = (
        Decimal(re.sub(r"[,\s]", "", digits))
        if digits
        else Decimal(number_words.read(match["words"]))
    )
    number *= _SCALES[scale.lower()] if scale else 1
    sign = (match["currency"] or match["unit"] or "").strip()
    before = _FORM_BEFORE.search(words, max(0, match.start() - _LONGEST_FORM), match.start())
    if before:
        form = _FORMS[_plain(before[1])]
    else:
        form = _FORMS_AFTER[_plain(match["after"])] if match["after"] else Form.EXACT
    return StatedNumber(
        form=form,
        number=-number if match["minus"] else number,
        currency=_CURRENCIES.get(sign.lower(), _CURRENCIES.get(sign.upper(), sign)),
        begin=before.start() if before else match.start(),
        end=match.end(),
    )


def _plain(words):
    return " ".join(words.lower().split())
