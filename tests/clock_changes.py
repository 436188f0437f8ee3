"""The days of the agency's clock changes."""

from datetime import date, timedelta

from django.utils import timezone


def next_change(month):
    """Return the day of next year's clock change in New York, forward in March or back in November."""
    year = timezone.localdate().year + 1
    first = date(year, month, 1)
    sunday = first + timedelta(days=(6 - first.weekday()) % 7)
    return sunday + timedelta(days=7 if month == 3 else 0)
