"""Writes numbers for prose, and phrases that are true of a number. Pure.

A claim is what the record knows of a number: that it is exactly, more than, nearly or approximately a value. A phrase
is made of a claim and a form:

- as published: the claim itself
- exact: the value, without rounding
- more than, at least: the value rounded down to the digits that are asked for
- nearly: the value rounded up, and below that by a tenth at most
- about: the value rounded, and off by a tenth at most

Digits are significant digits: 21,786 with one is 20,000. Money is written in words, from a million on, if nothing is
lost by it. A form that the claim does not support raises UnsupportedFormError, with the nearest phrase that is true.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal, localcontext
from enum import StrEnum

from directorates.rules.content.counting import in_words

#: More significant digits than this are not stored: see `NumberField`.
MOST_DIGITS = 15
#: The farthest that a number may be from the one that “nearly” and “about” name, as a share of the latter.
TOLERANCE = Decimal("0.1")

_CURRENCY_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
_SCALES = (
    (Decimal(10) ** 12, "trillion"),
    (Decimal(10) ** 9, "billion"),
    (Decimal(10) ** 6, "million"),
)


class Form(StrEnum):
    AS_PUBLISHED = "as-published"
    EXACT = "exact"
    MORE_THAN = "more-than"
    ABOUT = "about"
    NEARLY = "nearly"
    AT_LEAST = "at-least"

    @property
    def rounds(self):
        return self not in {Form.AS_PUBLISHED, Form.EXACT}

    @property
    def words(self):
        return self.value.replace("-", " ")


_ROUNDING = {
    Form.MORE_THAN: ROUND_FLOOR,
    Form.AT_LEAST: ROUND_FLOOR,
    Form.NEARLY: ROUND_CEILING,
    Form.ABOUT: ROUND_HALF_EVEN,
}
#: The forms that round a number which is known only by a qualifier.
SUPPORTED_FORMS = {
    "more than": {Form.MORE_THAN, Form.AT_LEAST},
    "nearly": {Form.NEARLY, Form.ABOUT},
    "approximately": {Form.ABOUT},
}


@dataclass(frozen=True)
class Claim:
    """A value and what is known of it. `qualifier` is '' or a value of `FigureContent.Qualifier`.

    `counts` is what it counts, in the plural, and `counts_one` in the singular, or ''.
    """

    value: Decimal
    qualifier: str = ""
    currency: str = ""
    counts: str = ""
    counts_one: str = ""

    @property
    def is_exact(self):
        return self.qualifier in ("", "exactly")

    @property
    def counted(self):
        """What the value itself counts: in the singular for one, if that is known."""
        return self.counts_one if abs(self.value) == 1 and self.counts_one else self.counts


@dataclass(frozen=True)
class Phrase:
    """Words, and the number that they name. `form` and `digits` lead to the same phrase again."""

    words: str
    number: Decimal
    form: Form
    digits: int | None = None


class UnsupportedFormError(ValueError):
    """The phrase would not be true, or no English. `nearest` is the Phrase to write instead, or None."""

    def __init__(self, reason, nearest):
        self.reason, self.nearest = reason, nearest
        super().__init__(f"{reason}; write “{nearest.words}” instead" if nearest else reason)


def format_value(value, currency=""):
    """Return a number as in prose: 20000 is "20,000", 8000000000 USD is "$8 billion". It is never rounded."""
    value = Decimal(value)
    minus = "−" if value < 0 else ""
    sign = _CURRENCY_SIGNS.get(currency, f"{currency} " if currency else "")
    scale, word = next((s for s in _SCALES if abs(value) >= s[0]), (1, "")) if currency else (1, "")
    with localcontext(prec=60):
        scaled = abs(value) / scale
        if scaled != round(scaled, 2):
            scaled, word = abs(value), ""
    if currency and not word and scaled != round(scaled, 0):
        # Cents have two digits.
        return f"{minus}{sign}{_with_cents(scaled)}"
    return f"{minus}{sign}{_plain(scaled)}{word and f' {word}'}"


def claim_words(claim):
    """Return a claim on one line with what it counts, as a list of facts does: "approximately $8 billion annual budget"."""
    qualifier = "" if claim.is_exact else claim.qualifier
    value = format_value(claim.value, claim.currency)
    return " ".join(part for part in (qualifier, value, claim.counted) if part)


def number_of(value):
    """Return a value as a plain number for programs. A figure has at most 15 digits, so a float holds it."""
    return int(value) if value == value.to_integral_value() else float(value)


def _with_cents(value):
    return f"{value:,.2f}" if value == round(value, 2) else _plain(value)


def _plain(value):
    written = f"{value:,f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def phrase_of(claim, form, digits=None, *, with_counts=True):
    """Return the Phrase of a claim in a form. Raises UnsupportedFormError.

    `digits` is the number of significant digits, for a form that rounds. Without `with_counts`, the phrase is the
    number alone. So is money: what it is for comes before an amount in English.
    """
    try:
        return _phrase(claim, form, digits, with_counts)
    except _Unsupported as error:
        nearest = _find_nearest(claim, form, digits or 1, with_counts)
        raise UnsupportedFormError(str(error), nearest) from error


class _Unsupported(ValueError):
    """The reason why a form does not fit a claim."""


def _phrase(claim, form, digits, with_counts):
    if form is Form.AS_PUBLISHED:
        number, before = claim.value, "" if claim.is_exact else claim.qualifier
    elif form is Form.EXACT:
        if not claim.is_exact:
            raise _Unsupported(f"the number is known only as {_known_as(claim)}")
        number, before = claim.value, ""
    else:
        number, before = _rounded(claim, form, digits), form.words
    words = f"{before} {_written(number, claim, with_counts)}".lstrip()
    return Phrase(words, number, form, digits if form.rounds else None)


def _known_as(claim):
    qualifier = "" if claim.is_exact else f"{claim.qualifier} "
    return f"“{qualifier}{format_value(claim.value, claim.currency)}”"


def _rounded(claim, form, digits):
    """Return the number that a form names. Raises _Unsupported if the phrase would not be true of the claim."""
    value = claim.value
    if not claim.is_exact and form not in SUPPORTED_FORMS[claim.qualifier]:
        raise _Unsupported(f"the number is known only as {_known_as(claim)}")
    if value == 0:
        raise _Unsupported(f"the number is zero, and “{form.words}” says nothing of it")
    if value < 0 and form is not Form.ABOUT:
        raise _Unsupported(
            f"“{form.words}” of a number below zero can be read in two ways, and the number is {_known_as(claim)}"
        )
    number = round_to(value, digits, _ROUNDING[form])
    named = f"“{form.words} {format_value(number, claim.currency)}”"
    if not claim.is_exact and number != value and form in {Form.NEARLY, Form.ABOUT}:
        # The distance of the number itself from `value` is not known, so no more can be added.
        raise _Unsupported(f"{named} rounds a number that is known only as {_known_as(claim)}")
    if claim.is_exact and number == value and form in {Form.MORE_THAN, Form.NEARLY}:
        raise _Unsupported(f"{named} is not true, because the number is exactly that")
    if abs(number - value) > TOLERANCE * abs(number) and form in {Form.NEARLY, Form.ABOUT}:
        raise _Unsupported(f"{named} is too far from {_known_as(claim)}")
    return number


def round_to(value, digits, rounding):
    """Return a number other than 0 rounded to significant digits."""
    with localcontext(prec=60):
        return value.quantize(Decimal(1).scaleb(value.adjusted() - digits + 1), rounding) + 0


def _written(number, claim, with_counts):
    if claim.currency:
        return format_value(number, claim.currency)
    is_small = number == number.to_integral_value() and 0 <= number <= 10
    written = in_words(int(number)) if is_small else format_value(number)
    if number == 0 and (not with_counts or claim.counts.split()[:1] in ([], ["percent"], ["per"])):
        # There are “no offices”, but “zero percent of the calls”.
        written = "zero"
    if not with_counts or not claim.counts:
        return written
    if abs(number) != 1:
        return f"{written} {claim.counts}"
    if not claim.counts_one:
        raise _Unsupported(f"the figure does not say what one of the “{claim.counts}” is called")
    return f"{written} {claim.counts_one}"


def _find_nearest(claim, form, digits, with_counts):
    """Return the first of the phrases beside an unsupported one that is true, or None."""
    others = sorted(range(1, MOST_DIGITS + 1), key=lambda other: (abs(other - digits), -other))
    choices = [(form, other) for other in others] if form.rounds else []
    choices += [(Form.EXACT, None), (Form.AS_PUBLISHED, None)]
    for nouns in (with_counts, False):
        for choice in choices:
            try:
                return _phrase(claim, *choice, nouns)
            except _Unsupported:
                continue
    return None


def forms_of(claim, *, with_counts=True):
    """Return the different true phrases of a claim, in the order in which an editor offers them."""
    found = {}
    for form in Form:
        for digits in range(1, 5) if form.rounds else (None,):
            try:
                phrase = _phrase(claim, form, digits, with_counts)
            except _Unsupported:
                continue
            found.setdefault((form, phrase.words), phrase)
    return tuple(found.values())
