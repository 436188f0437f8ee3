from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directorates.rules import date_rules
from directorates.rules.date_rules import DateError, RepeatedHourError

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize("day", [date(1700, 1, 1), date(1789, 4, 30), TODAY, date(2126, 11, 24)])
def test_a_plan_lies_at_most_100_years_ahead(day):
    assert date_rules.find_plan_problem(day, now=TODAY) == ""


@pytest.mark.parametrize("day", [date.min, date(1699, 12, 31), date(2126, 11, 25), date.max])
def test_no_plan_lies_outside_the_bounds(day):
    assert date_rules.find_plan_problem(day, now=TODAY).startswith("Choose a day")


def test_a_refused_plan_says_what_the_last_day_is():
    assert date_rules.find_plan_problem(date(2200, 1, 1), now=TODAY) == (
        "Choose a day no later than November 24, 2126: at most 100 years lie ahead."
    )
    assert date_rules.find_plan_problem(date.min, now=TODAY) == (
        "Choose a day in the year 1700 or later."
    )


@pytest.mark.parametrize("hours", [-14, 0, 12, 14])
@pytest.mark.parametrize("naive", [datetime.min, datetime.max])
def test_an_instant_at_an_end_of_the_calendar_is_refused_in_every_zone(naive, hours):
    from datetime import timezone

    instant = naive.replace(tzinfo=timezone(timedelta(hours=hours)))
    assert date_rules.find_plan_problem(instant, now=NOW).startswith("Choose a time")


def test_the_last_instant_is_exactly_100_years_ahead():
    last = NOW.replace(year=2126)
    assert date_rules.find_plan_problem(last, now=NOW) == ""
    assert date_rules.find_plan_problem(last + timedelta(microseconds=1), now=NOW)
    elsewhere = last.astimezone(ZoneInfo("Pacific/Kiritimati"))
    assert date_rules.find_plan_problem(elsewhere, now=NOW) == ""


def test_100_years_after_a_leap_day_is_the_day_before_where_there_is_none():
    assert date_rules.last_planned(date(2000, 2, 29)) == date(2100, 2, 28)


@pytest.mark.parametrize("day", [date(1700, 1, 1), date(1789, 4, 30), TODAY])
def test_a_fact_may_be_old(day):
    assert date_rules.find_fact_problem(day, today=TODAY) == ""


def test_a_fact_does_not_lie_in_the_future():
    assert date_rules.find_fact_problem(date(2026, 11, 25), today=TODAY) == (
        "Choose a day no later than today, November 24, 2026: this day is for something that has happened."
    )


@pytest.mark.parametrize(
    ("zone", "shown", "words"),
    [
        (
            "America/New_York",
            datetime(2027, 3, 14, 2, 30),
            "On March 14, 2027 the clocks go from 2:00 to 3:00 AM; 2:30 AM does not exist."
            " Choose 3:00 AM or later.",
        ),
        (
            "Australia/Lord_Howe",
            datetime(2026, 10, 4, 2, 15),
            "On October 4, 2026 the clocks go from 2:00 to 2:30 AM; 2:15 AM does not exist."
            " Choose 2:30 AM or later.",
        ),
        (
            "Pacific/Apia",
            datetime(2011, 12, 30, 9, 0),
            "The clocks go from 12:00 AM on December 30, 2011 to 12:00 AM on December 31, 2011;"
            " 9:00 AM on December 30, 2011 does not exist. Choose 12:00 AM on December 31, 2011 or"
            " later.",
        ),
        (
            "America/Sao_Paulo",
            datetime(2018, 11, 4, 0, 0),
            "On November 4, 2018 the clocks go from 12:00 to 1:00 AM; 12:00 AM does not exist."
            " Choose 1:00 AM or later.",
        ),
        (
            "Africa/Casablanca",
            datetime(2026, 3, 22, 2, 30),
            "On March 22, 2026 the clocks go from 2:00 to 3:00 AM; 2:30 AM does not exist."
            " Choose 3:00 AM or later.",
        ),
    ],
)
def test_a_time_that_the_clocks_skip_is_told(zone, shown, words):
    with pytest.raises(DateError) as refused:
        date_rules.read_clock(shown, ZoneInfo(zone))
    assert str(refused.value) == words
    assert not isinstance(refused.value, RepeatedHourError)


@pytest.mark.parametrize(
    ("zone", "shown", "words", "choices"),
    [
        (
            "America/New_York",
            datetime(2027, 11, 7, 1, 30),
            "On November 7, 2027 the clocks go back from 2:00 to 1:00 AM; 1:30 AM comes twice."
            " Choose which of the two is meant.",
            {
                "2027-11-07T05:30+00:00": "1:30 AM, before the clocks go back (EDT)",
                "2027-11-07T06:30+00:00": "1:30 AM, after the clocks go back (EST)",
            },
        ),
        (
            "Australia/Lord_Howe",
            datetime(2027, 4, 4, 1, 45),
            "On April 4, 2027 the clocks go back from 2:00 to 1:30 AM; 1:45 AM comes twice."
            " Choose which of the two is meant.",
            {
                "2027-04-03T14:45+00:00": "1:45 AM, before the clocks go back (UTC+11:00)",
                "2027-04-03T15:15+00:00": "1:45 AM, after the clocks go back (UTC+10:30)",
            },
        ),
        (
            "Africa/Casablanca",
            datetime(2026, 2, 15, 2, 30),
            "On February 15, 2026 the clocks go back from 3:00 to 2:00 AM; 2:30 AM comes twice."
            " Choose which of the two is meant.",
            {
                "2026-02-15T01:30+00:00": "2:30 AM, before the clocks go back (UTC+01:00)",
                "2026-02-15T02:30+00:00": "2:30 AM, after the clocks go back (UTC+00:00)",
            },
        ),
    ],
)
def test_of_a_time_that_comes_twice_both_can_be_chosen(zone, shown, words, choices):
    with pytest.raises(RepeatedHourError) as refused:
        date_rules.read_clock(shown, ZoneInfo(zone))
    assert str(refused.value) == words
    offered = {
        instant.astimezone(UTC).isoformat(timespec="minutes"): label
        for instant, label in refused.value.choices
    }
    assert offered == choices


@settings(max_examples=150)
@given(
    zone=st.sampled_from(sorted(available_timezones() - {"localtime"})),
    instant=st.datetimes(datetime(1700, 1, 2), datetime(2126, 1, 1)),
)
def test_what_a_clock_shows_is_read_as_an_instant_at_which_it_shows_it(zone, instant):
    zone = ZoneInfo(zone)
    shown = instant.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None, fold=0)
    try:
        read = [date_rules.read_clock(shown, zone)]
    except RepeatedHourError as error:
        read = [choice for choice, _ in error.choices]
    assert instant.replace(tzinfo=UTC) in [one.astimezone(UTC) for one in read]


def test_a_written_instant_is_read_on_the_clocks_of_the_zone():
    read = date_rules.read_instant("2026-10-01T09:30", zone=NEW_YORK, now=NOW)
    assert read.astimezone(UTC) == datetime(2026, 10, 1, 13, 30, tzinfo=UTC)


def test_a_written_instant_that_comes_twice_says_how_to_write_each():
    with pytest.raises(RepeatedHourError, match="Write 2027-11-07T01:30-04:00 or") as refused:
        date_rules.read_instant("2027-11-07T01:30", zone=NEW_YORK, now=NOW)
    for instant, _ in refused.value.choices:
        written = instant.isoformat()
        read = date_rules.read_instant(written, zone=NEW_YORK, now=NOW)
        assert read.timestamp() == instant.timestamp()


@pytest.mark.parametrize(
    "written",
    ["", "soon", "2026-13-01T00:00", "0001-01-01T00:00", "9999-12-31T23:59", "0001-01-01T00:00+14:00",
     "9999-12-31T23:59-14:00", "2026-10-01T09:30\0", "2026-03-08T02:30"],
)  # fmt: skip
def test_what_is_no_instant_is_refused_in_words(written):
    with pytest.raises(DateError):
        date_rules.read_instant(written, zone=NEW_YORK, now=NOW)
