from decimal import Decimal

import pytest

from directorates.rules.content.number_phrases import format_value


@pytest.mark.parametrize(
    ("value", "currency", "words"),
    [
        (20000, "", "20,000"),
        (Decimal("20000.00"), "", "20,000"),
        (Decimal("12.50"), "", "12.5"),
        (8_000_000_000, "USD", "$8 billion"),
        (8_250_000_000, "USD", "$8.25 billion"),
        (1_500_000, "USD", "$1.5 million"),
        (950, "USD", "$950"),
        (2_000_000, "CHF", "CHF 2 million"),
    ],
)
def test_a_value_is_written_as_prose_writes_it(value, currency, words):
    assert format_value(value, currency) == words
