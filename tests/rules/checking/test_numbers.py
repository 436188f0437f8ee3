"""Numbers in prose: those of figures and of units are found, and numbers of anything else are left."""

from decimal import Decimal

import pytest

from directorates.rules.checking import numbers
from directorates.rules.checking.facts import FigureRecord, Records, UnitRecord
from directorates.rules.checking.findings import Kind, TextPlace
from directorates.rules.checking.texts import CheckedText
from directorates.rules.content.number_phrases import Claim
from directorates.rules.content.reference_words import Facts


def _figure(identifier, value, counts, qualifier="more than", currency="", **more):
    claim = Claim(Decimal(value), qualifier, currency, counts)
    return FigureRecord(identifier, "rail", claim, **more)


FIGURES = (
    _figure("workforce", 20_000, "drivers and support personnel", counts_employees=True),
    _figure("budget", 8 * 10**9, "annual budget", "approximately", "USD"),
    _figure("guards", 300, "guards", "nearly"),
    _figure("answered", 87, "percent of calls that are answered", "exactly"),
)
UNITS = (
    UnitRecord("rail", "Rail Agency", "RA", kind="agency"),
    *(UnitRecord(f"office-{one}", f"Office {one}", parent="rail") for one in range(3)),
)
RECORDS = Records(
    {unit.identifier: unit for unit in UNITS}, {figure.identifier: figure for figure in FIGURES}
)


def find(sentence):
    place = TextPlace(("directorates.unit", 1), "overview", "overview", "Rail Agency", "rail", True)
    text = CheckedText(place, f"<p>{sentence}</p>", Facts())
    return [(one.kind, one.found) for one in numbers.find(text, RECORDS)]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("It has thirty thousand employees.", "thirty thousand"),
        ("It has twenty-two thousand five hundred employees.", "twenty-two thousand five hundred"),
        ("It has 30 000 employees.", "30 000"),
        ("It has 30K employees.", "30K"),
        ("It has 30,000+ employees.", "30,000+"),
        ("It has up to 15,000 employees.", "up to 15,000"),
        ("It employs 30,000 people.", "30,000"),
        ("It has a workforce of 30,000.", "30,000"),
        ("It has 30,000 employees who work in shifts.", "30,000"),
        ("30,000 people work here.", "30,000"),
        ("The agency’s 30,000 employees wear a cap.", "30,000"),
        ("It has an annual budget of US$9 billion.", "US$9 billion"),
        ("It has a $9-billion budget.", "$9-billion"),
        ("The budget is $9bn.", "$9bn"),
        ("The budget is 9 billion dollars.", "9 billion dollars"),
        ("It has more than three hundred guards.", "more than three hundred guards"),
    ],
)
def test_a_number_that_contradicts_a_figure_is_found_however_it_is_written(sentence, found):
    assert find(sentence) == [(Kind.WRONG_FIGURE, found)]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("It has more than twenty thousand employees.", "more than twenty thousand"),
        ("It has at least 20,000 employees.", "at least 20,000"),
        ("It has no fewer than 15,000 employees.", "no fewer than 15,000"),
        ("It has about 300 guards.", "about 300 guards"),
        ("It answers 87% of calls.", "87"),
    ],
)
def test_a_true_number_is_found_as_typed(sentence, found):
    assert find(sentence) == [(Kind.TYPED_FIGURE, found)]


@pytest.mark.parametrize(
    "sentence",
    [
        "It has fewer than 25,000 employees.",
        "It has up to 25,000 employees.",
        "It has between 15,000 and 25,000 employees.",
        "It has 15,000–25,000 employees.",
        "It has 15,000 to 25,000 employees.",
        "In 1999 it had 15,000 employees.",
        "The budget was $6 billion in 2016.",
        "It hired 10,000 employees.",
        "It arrested 15,000 people.",
        "It serves 30,000 people a day.",
        "Of the 25,000 people who applied, 90 are here.",
        "It opened 20,000 cases.",
        "It raised its budget by $1 billion.",
        "It spends $1 billion of its annual budget on food.",
        "Two hundred guards left.",
        "A team has two guards.",
        "It visits five offices a day.",
        "Five offices share a van.",
        "Between two and five offices help.",
        "It works with 1,200 offices.",
    ],
)
def test_a_number_of_something_else_is_left(sentence):
    assert find(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("It has twelve offices.", "twelve offices"),
        ("It leads five offices.", "five offices"),
        ("The agency's five offices help.", "five offices"),
        ("Five offices below it help.", "Five offices"),
        ("It has three offices.", None),
    ],
)
def test_a_count_of_units_is_found_where_the_text_says_that_it_has_them(sentence, found):
    assert find(sentence) == ([(Kind.WRONG_COUNT, found)] if found else [])


@pytest.mark.parametrize(
    ("value", "qualifier", "typed", "words"),
    [
        (8_700, "more than", "more than 9,000", "more than 8,700"),
        (8_743, "exactly", "more than 9,000", "more than 8,000"),
        (8_743, "exactly", "more than 8,900", "more than 8,700"),
        (8_743, "exactly", "8,900", "8,743"),
    ],
)
def test_a_wrong_number_gives_way_to_what_its_figure_says(value, qualifier, typed, words):
    figure = _figure("agents", value, "agents", qualifier)
    records = Records({"rail": UNITS[0]}, {"agents": figure})
    place = TextPlace(("directorates.unit", 1), "overview", "overview", "Rail Agency", "rail", True)
    text = CheckedText(place, f"<p>It has {typed} agents.</p>", Facts())
    [finding] = numbers.find(text, records)
    assert f"says “{words} agents”" in finding.advice
