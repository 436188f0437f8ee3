"""The days on which the agency's clocks are put forward and back."""

from datetime import date, timedelta

from django.utils import timezone


def next_change(month):
    """Return the day in New York on which clocks are put forward (March) or back (November) next year."""
    year = timezone.localdate().year + 1
    first = date(year, month, 1)
    sunday = first + timedelta(days=(6 - first.weekday()) % 7)
    return sunday + timedelta(days=7 if month == 3 else 0)
