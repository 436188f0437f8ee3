"""The bounds of days and instants, and the reading of clock times around a clock change. Pure.

The bounds hold for forms, files and commands. They stay clear of the limits of Python, both databases and time
zones. An instant near the year 1 or 9999 has no time in some zones.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

#: This day lies before the oldest agency. Most countries already use today's calendar then.
FIRST_DAY = date(1700, 1, 1)
#: The instant at which that day begins in the earliest time zone.
FIRST_INSTANT = datetime(1700, 1, 1, tzinfo=UTC) - timedelta(hours=14)
#: A date further ahead is a typing error.
MOST_YEARS_AHEAD = 100

_INSTANT = re.compile(r"[-+:.T\dZ]+", re.ASCII)


class DateError(ValueError):
    """A day or an instant is refused. The message is for the person who typed it."""


class RepeatedHourError(DateError):
    """The clock shows this time twice. `choices` has both instants, each with its label."""

    def __init__(self, message, choices):
        super().__init__(message)
        self.choices = choices


# Bounds


def years_after(day, years):
    """Return the same day of another year. February 29 becomes February 28 where the year has none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def last_planned(now):
    """Return the last day or instant that may be planned as of `now`."""
    return years_after(now, MOST_YEARS_AHEAD)


def find_plan_problem(planned, *, now):
    """Return why a day or an instant may not be planned, or ''.

    `planned` and `now` are both days or both instants. `planned` may lie in the past: the record begins
    before the site does.
    """
    if problem := _find_early_problem(planned):
        return problem
    last = last_planned(now)
    # Compare the years first: near the end of the calendar, some zones cannot compare instants.
    if planned.year > last.year + 1 or planned > last:
        return (
            f"Choose {_noun(planned)} no later than {write_day(last)}:"
            f" at most {MOST_YEARS_AHEAD} years lie ahead."
        )
    return ""


def find_fact_problem(day, *, today):
    """Return why a day may not be given for a fact, or ''."""
    if problem := _find_early_problem(day):
        return problem
    if day > today:
        return f"Choose a day no later than today, {write_day(today)}: this day is for something that has happened."
    return ""


def _find_early_problem(given):
    if given < (FIRST_INSTANT if isinstance(given, datetime) else FIRST_DAY):
        return f"Choose {_noun(given)} in the year {FIRST_DAY.year} or later."
    return ""


def _noun(given):
    return "a time" if isinstance(given, datetime) else "a day"


# Clocks


@dataclass(frozen=True)
class Transition:
    """One clock change of a zone: the times that clocks show just before and just after."""

    before: datetime
    after: datetime


def read_clock(shown, zone: tzinfo):
    """Return the instant at which the clocks of a zone show a naive time.

    Raises DateError where the clocks skip the time, and RepeatedHourError where they show it twice.
    """
    first, second = (shown.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    transition = _transition_around(shown, first.utcoffset(), second.utcoffset(), zone)
    if first.utcoffset() < second.utcoffset():
        raise DateError(_write_gap(shown, transition))
    choices = (
        (first, f"{write_clock(shown)}, before the clocks go back ({_zone_name(first)})"),
        (second, f"{write_clock(shown)}, after the clocks go back ({_zone_name(second)})"),
    )
    raise RepeatedHourError(
        f"On {write_day(shown)} the clocks go back {_write_change(transition)};"
        f" {write_clock(shown)} comes twice. Choose which of the two is meant.",
        choices,
    )


def choices_of(shown, zone):
    """Return both instants of a naive time that the clocks show twice, with labels; else ()."""
    try:
        read_clock(shown, zone)
    except RepeatedHourError as error:
        return error.choices
    except DateError:
        return ()
    return ()


def read_instant(written, *, zone, now):
    """Return the instant of a text like 2026-10-01T09:30, read on the clocks of `zone`.

    An offset in the text, like 2026-10-01T09:30-04:00, replaces the zone. Raises DateError.
    """
    try:
        if not _INSTANT.fullmatch(written):
            raise ValueError(written)
        given = datetime.fromisoformat(written)
    except ValueError as error:
        raise DateError(
            f"“{written}” is no day and time. Write it like 2026-10-01T09:30."
        ) from error
    if given.tzinfo is None:
        given = _read_written_clock(given, zone, now)
    if problem := find_plan_problem(given, now=now):
        raise DateError(problem)
    return given


def _read_written_clock(given, zone, now):
    if problem := find_plan_problem(given.date(), now=now.date() + timedelta(days=1)):
        raise DateError(problem)
    try:
        return read_clock(given, zone)
    except RepeatedHourError as error:
        offsets = " or ".join(instant.isoformat(timespec="minutes") for instant, _ in error.choices)
        raise RepeatedHourError(f"{error} Write {offsets}.", error.choices) from error


def _transition_around(shown, offset_before, offset_after, zone):
    """Return the clock change between the two readings of a time, to the second. Bisects."""
    known = [shown - offset for offset in (offset_before, offset_after)]
    early, late = (instant.replace(tzinfo=UTC) for instant in (min(known), max(known)))
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == offset_before:
            early = middle
        else:
            late = middle
    at = late.replace(tzinfo=None, microsecond=0)
    return Transition(at + offset_before, at + offset_after)


def _write_gap(shown, transition):
    if transition.before.date() == transition.after.date():
        day = f"On {write_day(shown)} the clocks go"
        until = write_clock(transition.after)
        missing = write_clock(shown)
    else:
        day = "The clocks go"
        until = _write_both(transition.after)
        missing = _write_both(shown)
    return f"{day} {_write_change(transition)}; {missing} does not exist. Choose {until} or later."


def _write_change(transition):
    """Return words like "from 2:00 to 3:00 AM", with days where the change passes midnight."""
    before, after = transition.before, transition.after
    if before.date() != after.date():
        return f"from {_write_both(before)} to {_write_both(after)}"
    begin, end = write_clock(before), write_clock(after)
    if begin[-2:] == end[-2:]:
        begin = begin[:-3]
    return f"from {begin} to {end}"


def _write_both(shown):
    return f"{write_clock(shown)} on {write_day(shown)}"


def write_clock(shown):
    seconds = ":%S" if shown.second else ""
    return shown.strftime(f"%I:%M{seconds} %p").removeprefix("0")


def write_day(given):
    return f"{given:%B} {given.day}, {given.year}"


def _zone_name(instant):
    """Return a name that people know, like EST, or the offset."""
    name = instant.tzname()
    return name if name.isalpha() else f"UTC{instant.isoformat(timespec='seconds')[19:]}"
