from decimal import Decimal

import pytest

from directorates.rules.content.number_phrases import Form
from directorates.rules.content.number_reading import UpperBound, find_numbers


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
        ("twenty-two thousand", [(Form.EXACT, 22_000, "")]),
        ("one hundred and five thousand two hundred", [(Form.EXACT, 105_200, "")]),
        ("two hundred people, eleven vans", [(Form.EXACT, 200, ""), (Form.EXACT, 11, "")]),
        ("nineteen million", [(Form.EXACT, 19_000_000, "")]),
        ("20 000 and 20\u00a0000", [(Form.EXACT, 20_000, "")] * 2),
        ("20K, 20-30 and 401(k)", [(Form.EXACT, 20_000, ""), (Form.EXACT, 401, "")]),
        ("US$8bn or $8-billion", [(Form.EXACT, 8 * 10**9, "USD")] * 2),
        ("8 million U.S. dollars", [(Form.EXACT, 8_000_000, "USD")]),
        ("no fewer than 20", [(Form.AT_LEAST, 20, "")]),
        ("20+ or 30 or more", [(Form.AT_LEAST, 20, ""), (Form.AT_LEAST, 30, "")]),
        ("no more than 20", [(UpperBound.AT_MOST, 20, "")]),
        ("fewer than 20", [(UpperBound.LESS_THAN, 20, "")]),
        ("just under 20", [(Form.NEARLY, 20, "")]),
        ("between 15 and 20", [(Form.AT_LEAST, 15, ""), (UpperBound.AT_MOST, 20, "")]),
        ("15–20", [(Form.AT_LEAST, 15, ""), (UpperBound.AT_MOST, 20, "")]),
        ("from 15 to 20", [(Form.EXACT, 15, ""), (Form.EXACT, 20, "")]),
        ("hundreds of people, a thousandth", []),
    ],
)  # fmt: skip
def test_numbers_are_read_with_their_bounds(words, stated):
    found = [(one.form, one.number, one.currency) for one in find_numbers(words)]
    assert found == [(form, Decimal(number), c) for form, number, c in stated]


def test_a_number_tells_its_place():
    words = "It has nearly 300 support personnel."
    (found,) = find_numbers(words)
    assert words[found.begin : found.end] == "nearly 300"
