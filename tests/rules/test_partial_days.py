"""A day, a month or a year: which texts are one, and how each is written."""

from datetime import date

import pytest

from directorates.rules import partial_days

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("2003", "2003"),
        ("2003-03", "March 2003"),
        ("2003-03-01", "March 1, 2003"),
        ("1700", "1700"),
        ("2026-11-24", "November 24, 2026"),
    ],
)
def test_a_day_a_month_and_a_year_are_taken_and_written_in_english(written, words):
    assert partial_days.find_problem(written, today=TODAY) == ""
    assert partial_days.is_partial_day(written)
    assert partial_days.write(written) == words


@pytest.mark.parametrize(
    "written", ["", "03", "2003-3", "2003-13", "2003-02-30", "0000", "March 2003", "2003-", "٢٠٠٣", "2003\n"]
)  # fmt: skip
def test_another_text_is_refused_and_stays_as_it_is(written):
    assert "Write it like 2003, 2003-03 or 2003-03-01." in partial_days.find_problem(
        written, today=TODAY
    )
    assert not partial_days.is_partial_day(written)
    assert partial_days.write(written) == written


@pytest.mark.parametrize("written", ["1699", "2026-12", "2026-11-25", "2027"])
def test_a_time_before_all_agencies_or_after_today_is_refused(written):
    assert partial_days.find_problem(written, today=TODAY).startswith("Choose a day")
