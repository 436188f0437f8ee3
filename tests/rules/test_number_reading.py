from decimal import Decimal

import pytest

from directorates.rules.content.number_phrases import Form
from directorates.rules.content.number_reading import find_numbers


@pytest.mark.parametrize(
    ("words", "stated"),
    [
        ("It has more than 20,000 people.", [(Form.MORE_THAN, 20000, "")]),
        ("More than $8.1 billion a year", [(Form.MORE_THAN, 8_100_000_000, "USD")]),
        ("over 400 offices, and about 93 abroad", [(Form.MORE_THAN, 400, ""), (Form.ABOUT, 93, "")]),
        ("seven offices", [(Form.EXACT, 7, "")]),
        ("Of the 12 offices", [(Form.EXACT, 12, "")]),
        ("CHF 2 million", [(Form.EXACT, 2_000_000, "CHF")]),
        ("Form I-9, Title8 and section 287.6.1", []),
        ("none of the attorneys", []),
    ],
)  # fmt: skip
def test_numbers_are_read_with_their_bounds(words, stated):
    found = [(one.form, one.number, one.currency) for one in find_numbers(words)]
    assert found == [(form, Decimal(number), c) for form, number, c in stated]


def test_a_number_tells_its_place():
    words = "It has nearly 300 support personnel."
    (found,) = find_numbers(words)
    assert words[found.begin : found.end] == "nearly 300"
