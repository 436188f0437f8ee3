"""Writes numbers for prose. Pure."""

from decimal import Decimal

_CURRENCY_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
_SCALES = (
    (Decimal(10) ** 12, "trillion"),
    (Decimal(10) ** 9, "billion"),
    (Decimal(10) ** 6, "million"),
)


def format_value(value, currency=""):
    """Return a number as in prose: 20000 is "20,000", 8000000000 USD is "$8 billion"."""
    value = Decimal(value)
    sign = _CURRENCY_SIGNS.get(currency, f"{currency} " if currency else "")
    if currency:
        for scale, word in _SCALES:
            if abs(value) >= scale:
                return f"{sign}{_plain(value / scale)} {word}"
    return f"{sign}{_plain(value)}"


def number_of(value):
    """Return a value as a plain number for programs. A figure has at most 15 digits, so a float holds it."""
    return int(value) if value == value.to_integral_value() else float(value)


def _plain(value):
    value = value.quantize(Decimal("0.01")) if value != value.to_integral() else value.to_integral()
    written = f"{value:,f}"
    return written.rstrip("0").rstrip(".") if "." in written else written
