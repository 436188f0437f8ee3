"""The days on which a review is due."""

from datetime import date, timedelta

import pytest

from directorates.rules import upkeep

DAYS = [date(2023, 12, 20) + timedelta(days=n) for n in range(800)]


@pytest.mark.parametrize(
    ("day", "months", "due"),
    [
        (date(2026, 3, 2), 6, date(2026, 9, 2)),
        (date(2026, 3, 2), 12, date(2027, 3, 2)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 1, 31), 1, date(2026, 3, 1)),
        (date(2024, 2, 29), 12, date(2025, 3, 1)),
    ],
)
def test_an_interval_ends_on_the_same_day_or_else_on_the_next(day, months, due):
    assert upkeep.months_after(day, months) == due


@pytest.mark.parametrize("months", upkeep.MONTHS)
def test_what_a_query_compares_is_what_a_page_says(months):
    for today in DAYS[::3]:
        last = upkeep.months_before(today, months)
        assert upkeep.months_after(last, months) <= today
        assert upkeep.months_after(last + timedelta(days=1), months) > today


def test_a_higher_risk_and_a_number_have_shorter_intervals():
    for usual in (upkeep.OF_TEXTS, upkeep.OF_NUMBERS):
        assert usual[upkeep.HIGH] < usual[upkeep.MEDIUM] < usual[upkeep.LOW]
        assert set(usual.values()) <= set(upkeep.MONTHS)
    assert all(upkeep.OF_NUMBERS[risk] < upkeep.OF_TEXTS[risk] for risk in upkeep.OF_TEXTS)


def test_a_record_is_overdue_a_month_after_it_was_due():
    due = date(2026, 1, 31)
    assert not upkeep.is_overdue(due, today=date(2026, 2, 28))
    assert upkeep.is_overdue(due, today=date(2026, 3, 1))


def test_an_interval_reads_as_english():
    assert [upkeep.interval(months) for months in (1, 6)] == ["every month", "every 6 months"]
