"""A day of the past in an address, as in `/about/?on=2026-03-02`. The day ends in the site's time zone.

A page of that day shows what was in force at its last instant. Only days that have ended can be shown, so nothing
scheduled can.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Min
from django.utils import timezone

from directorates.queries import visibility
from directorates.rules import date_rules, local_time

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True)
class PastDay:
    """A day that has ended, its last instant, and the first day of the record."""

    day: date
    at: datetime
    first_day: date


class NoPastDayError(LookupError):
    """The site cannot show this day. The message is for the reader. `first_day` is a day that it can show, or None."""

    def __init__(self, message, first_day=None):
        super().__init__(message)
        self.first_day = first_day


def read(written, *, now) -> PastDay | None:
    """Return the day of an address, or None for today: two queries. Raises NoPastDayError."""
    with timezone.override(visibility.site_settings().time_zone):
        begins_at = visibility.record_begins_at(now)
        first_day = begins_at and local_time.day_of(begins_at)
        today = local_time.day_of(now)
        # No day can be shown before the record's first day has ended.
        offered = first_day if first_day and first_day < today else None
        try:
            # Accept one spelling of a day: others would give one page countless addresses.
            day = date.fromisoformat(written) if _DAY.fullmatch(written) else None
        except ValueError:
            day = None
        if day is None:
            raise NoPastDayError(
                "The address names no day. Write a day like 2026-03-02: year, month, day.", offered
            )
        if day == today:
            return None
        if day > today:
            raise NoPastDayError(
                f"{date_rules.write_day(day)} has not come yet. This site shows today and past days.",
                offered,
            )
        if first_day is None or day < first_day:
            begins = f" It begins on {date_rules.write_day(first_day)}." if first_day else ""
            raise NoPastDayError(
                f"The record has nothing of {date_rules.write_day(day)}.{begins}", offered
            )
        return PastDay(day, local_time.end_of(day), first_day)


def first_day_of(history, *, now) -> date | None:
    """Return the day on which the first of these editions began, or None if no page can be shown of it yet: two queries."""
    with timezone.override(visibility.site_settings().time_zone):
        begins_at = history.aggregate(begins=Min("effective_from"))["begins"]
        day = begins_at and local_time.day_of(begins_at)
        return day if day and day < local_time.day_of(now) else None
