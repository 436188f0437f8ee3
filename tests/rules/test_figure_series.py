from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from directorates.rules import figure_series
from directorates.rules.figure_series import Statement


def statement(value, as_of=None, *, begins=None, **fields):
    """Return a statement of a value as of the end of a year, or of a day."""
    day = date(as_of, 9, 30) if isinstance(as_of, int) else as_of
    begins_at = begins and datetime(*begins, tzinfo=UTC)
    known = {"currency": "", "counts": "attorneys", "qualifier": ""} | fields
    return Statement(Decimal(value), as_of=day, begins_at=begins_at, **known)


def values(series):
    return [int(one.value) for one in series.statements]


def test_consecutive_years_are_a_series_by_year():
    series = figure_series.find([statement(1, 2023), statement(3, 2024), statement(2, 2025)])
    assert (series.basis, values(series)) == (figure_series.BY_YEAR, [1, 3, 2])
    assert (series.lowest.value, series.highest.value) == (1, 3)
    assert not series.has_earlier
    assert series.time_of(series.last) == date(2025, 9, 30)


def test_a_correction_takes_the_place_of_the_number_that_it_corrects():
    series = figure_series.find([statement(1, 2024), statement(9, 2025), statement(2, 2025)])
    assert (series.basis, values(series)) == (figure_series.BY_YEAR, [1, 2])


@pytest.mark.parametrize(
    "days",
    [(2022, 2024), (date(2024, 1, 31), date(2024, 12, 31)), (2023, 2024, date(2024, 12, 31))],
)
def test_other_days_are_a_series_by_day(days):
    series = figure_series.find([statement(number, day) for number, day in enumerate(days)])
    assert series.basis == figure_series.BY_DAY


def test_numbers_without_a_day_are_a_series_by_the_instant_of_publication():
    series = figure_series.find(
        [statement(1, begins=(2026, 1, 2)), statement(2, 2025, begins=(2026, 3, 2))]
    )
    assert (series.basis, values(series)) == (figure_series.BY_PUBLICATION, [1, 2])
    assert series.time_of(series.first) == datetime(2026, 1, 2, tzinfo=UTC)


def test_numbers_for_days_in_the_order_of_no_calendar_are_a_series_by_publication():
    series = figure_series.find(
        [statement(1, 2025, begins=(2026, 1, 2)), statement(2, 2024, begins=(2026, 3, 2))]
    )
    assert series.basis == figure_series.BY_PUBLICATION


def test_what_counts_something_else_is_left_out():
    series = figure_series.find(
        [
            statement(500, 2022, counts="lawyers"),
            statement(1, 2023),
            statement(2, 2024, counts="Attorneys"),
        ]
    )
    assert (values(series), series.has_earlier) == ([1, 2], True)
    assert figure_series.find([statement(1, 2023, currency="USD"), statement(2, 2024)]) is None


def test_a_number_of_an_unknown_time_is_left_out():
    unknown = statement(1)
    known = [statement(2, begins=(2026, 1, 2)), statement(3, begins=(2026, 3, 2))]
    series = figure_series.find([unknown, *known])
    assert (values(series), series.has_earlier) == ([2, 3], True)


@pytest.mark.parametrize("statements", [[], [statement(1, 2024)], [statement(1), statement(2)]])
def test_fewer_than_two_times_are_no_series(statements):
    assert figure_series.find(statements) is None


def test_two_corrections_of_one_day_are_no_series():
    assert figure_series.find([statement(1, 2024), statement(2, 2024)]) is None


def test_a_long_series_keeps_its_newest_numbers():
    years = range(1900, 1901 + figure_series.MOST_POINTS)
    series = figure_series.find([statement(year, year) for year in years])
    assert (len(series.statements), series.first.value) == (figure_series.MOST_POINTS, 1901)
    assert series.has_earlier


def test_a_series_knows_its_bounds_and_whether_it_moves():
    series = figure_series.find([statement(2, 2024, qualifier="more than"), statement(2, 2025)])
    assert series.has_bounds
    assert series.is_steady
