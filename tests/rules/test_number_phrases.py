import re
from decimal import Decimal

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from directorates.rules.content.number_phrases import (
    MOST_DIGITS,
    Claim,
    Form,
    UnsupportedFormError,
    format_value,
    forms_of,
    phrase_of,
)
from directorates.rules.content.number_reading import find_numbers

PEOPLE = {"counts": "employees", "counts_one": "employee"}
#: English that a phrase may be: a bound, a number in digits or words, and what it counts.
ENGLISH = re.compile(
    r"((more than|about|nearly|at least|approximately) )?"
    r"(−?(\$|CHF )?[1-9]\d{0,2}(,\d{3})*(\.\d+)?( (million|billion|trillion))?|−?(\$|CHF )?0(\.\d+)?"
    r"|no|zero|one|two|three|four|five|six|seven|eight|nine|ten)( employees?)?"
)


@pytest.mark.parametrize(
    ("value", "currency", "words"),
    [
        (20000, "", "20,000"),
        (Decimal("20000.00"), "", "20,000"),
        (Decimal("12.50"), "", "12.5"),
        (8_000_000_000, "USD", "$8 billion"),
        (8_250_000_000, "USD", "$8.25 billion"),
        (1_500_000, "USD", "$1.5 million"),
        (Decimal("0.50"), "USD", "$0.50"),
        (Decimal("-1234.5"), "EUR", "−€1,234.50"),
        (Decimal("0.125"), "USD", "$0.125"),
        (Decimal("12.00"), "CHF", "CHF 12"),
        (950, "USD", "$950"),
        (2_000_000, "CHF", "CHF 2 million"),
        (8_123_456_789, "USD", "$8,123,456,789"),
        (-8_000_000_000, "USD", "−$8 billion"),
        (-12, "", "−12"),
        (0, "USD", "$0"),
    ],
)
def test_a_value_is_written_as_prose_writes_it(value, currency, words):
    assert format_value(value, currency) == words


@pytest.mark.parametrize(
    ("claim", "form", "digits", "words"),
    [
        (Claim(Decimal(21786), **PEOPLE), "exact", None, "21,786 employees"),
        (Claim(Decimal(21786), **PEOPLE), "as-published", None, "21,786 employees"),
        (Claim(Decimal(21786), **PEOPLE), "more-than", 1, "more than 20,000 employees"),
        (Claim(Decimal(21786), **PEOPLE), "more-than", 2, "more than 21,000 employees"),
        (Claim(Decimal(21786), **PEOPLE), "at-least", 3, "at least 21,700 employees"),
        (Claim(Decimal(21786), **PEOPLE), "nearly", 2, "nearly 22,000 employees"),
        (Claim(Decimal(21786), **PEOPLE), "about", 1, "about 20,000 employees"),
        (Claim(Decimal(20000), "more than", **PEOPLE), "as-published", None, "more than 20,000 employees"),
        (Claim(Decimal(20000), "more than", **PEOPLE), "at-least", 1, "at least 20,000 employees"),
        (Claim(Decimal(8_123_456_789), "", "USD", "annual budget"), "more-than", 2, "more than $8.1 billion"),
        (Claim(Decimal(8_000_000_000), "approximately", "USD"), "as-published", None, "approximately $8 billion"),
        (Claim(Decimal(1), **PEOPLE), "exact", None, "one employee"),
        (Claim(Decimal(0), **PEOPLE), "exact", None, "no employees"),
        (Claim(Decimal(7), **PEOPLE), "as-published", None, "seven employees"),
        (Claim(Decimal(0), counts="percent of the calls"), "exact", None, "zero percent of the calls"),
        (Claim(Decimal("0.45"), counts="percent"), "at-least", 1, "at least 0.4 percent"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_value_and_a_form_give_a_phrase(claim, form, digits, words):
    assert phrase_of(claim, Form(form), digits).words == words


@pytest.mark.parametrize(
    ("claim", "form", "digits", "reason", "nearest"),
    [
        (Claim(Decimal(20000), **PEOPLE), "more-than", 1, "exactly that", "20,000 employees"),
        (Claim(Decimal(21786), **PEOPLE), "more-than", 5, "exactly that", "more than 21,780 employees"),
        (Claim(Decimal(21786), **PEOPLE), "nearly", 1, "too far", "nearly 22,000 employees"),
        (Claim(Decimal(14999), **PEOPLE), "about", 1, "too far", "about 15,000 employees"),
        (Claim(Decimal(20000), "more than", **PEOPLE), "exact", None, "known only", "more than 20,000 employees"),
        (Claim(Decimal(20000), "more than", **PEOPLE), "nearly", 1, "known only", "more than 20,000 employees"),
        (Claim(Decimal(8700), "approximately", **PEOPLE), "about", 1, "known only", "about 8,700 employees"),
        (Claim(Decimal(0), **PEOPLE), "at-least", 1, "zero", "no employees"),
        (Claim(Decimal(-5), **PEOPLE), "more-than", 1, "two ways", "−5 employees"),
        (Claim(Decimal(1), counts="people"), "exact", None, "what one of", "one"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_form_that_is_not_true_gives_the_reason_and_the_nearest_true_phrase(
    claim, form, digits, reason, nearest
):
    with pytest.raises(UnsupportedFormError) as raised:
        phrase_of(claim, Form(form), digits)
    assert reason in raised.value.reason
    assert raised.value.nearest.words == nearest
    assert nearest in str(raised.value)


def test_an_editor_is_offered_each_phrase_of_a_form_once():
    words = [phrase.words for phrase in forms_of(Claim(Decimal(8700), "more than", **PEOPLE))]
    assert words == [
        "more than 8,700 employees",
        "more than 8,000 employees",
        "more than 8,700 employees",
        "at least 8,000 employees",
        "at least 8,700 employees",
    ]


values = st.one_of(
    st.sampled_from([0, 1, -1, 10, 11, 999, 1000, 20000, 10**15 - 1]).map(Decimal),
    st.integers(-(10**15), 10**15).map(Decimal),
    st.decimals(-(10**9), 10**9, places=2),
)
known_numbers = st.builds(
    Claim,
    values,
    st.sampled_from(["", "exactly", "more than", "nearly", "approximately"]),
    st.sampled_from(["", "USD", "CHF"]),
    st.sampled_from(["", "employees"]),
    st.just("employee"),
)
digits = st.integers(1, MOST_DIGITS)


def _possible_values(claim):
    """Return values of which the claim is true: itself, or some beyond its bound."""
    value, step = claim.value, max(Decimal("0.01"), abs(claim.value) / 100)
    return {
        "more than": [value + Decimal("0.01"), value + step, value + 10**15],
        "nearly": [value - abs(value) / 100],
        "approximately": [value],
    }.get(claim.qualifier, [value])


@given(known_numbers, st.sampled_from(Form), digits)
@example(Claim(Decimal(1), "", "", "employees", "employee"), Form.MORE_THAN, 1)
def test_every_phrase_reads_as_english_and_states_a_bound_that_holds(claim, form, digits):
    try:
        phrase = phrase_of(claim, form, digits)
    except UnsupportedFormError as error:
        # What is offered instead must hold itself.
        phrase = error.nearest
        assert phrase is not None
    assert ENGLISH.fullmatch(phrase.words)
    assert ("employee" in phrase.words) == (phrase.words.endswith(("employee", "employees")))
    if "employee" in phrase.words:
        assert phrase.words.endswith("employee") == (abs(phrase.number) == 1)
    (stated,) = find_numbers(phrase.words)
    assert stated.number == phrase.number
    assert stated.currency == claim.currency
    if claim.value > 0:
        assert all(map(stated.holds_for, _possible_values(claim)))


@given(values, digits)
def test_more_than_is_the_greatest_bound_of_its_digits(value, digits):
    assume(value > 0)
    try:
        bound = phrase_of(Claim(value), Form.MORE_THAN, digits).number
    except UnsupportedFormError:
        return
    step = Decimal(1).scaleb(value.adjusted() - digits + 1)
    assert bound < value <= bound + step


@given(known_numbers, st.sampled_from(Form), digits)
def test_the_nearest_phrase_can_be_made_by_its_form_and_digits(claim, form, digits):
    try:
        phrase_of(claim, form, digits)
    except UnsupportedFormError as error:
        nearest = error.nearest
        assert phrase_of(claim, nearest.form, nearest.digits).words == nearest.words


@given(values)
def test_a_value_is_never_rounded_where_it_is_written_in_full(value):
    (stated,) = find_numbers(format_value(value, "USD"))
    assert stated.number == value
