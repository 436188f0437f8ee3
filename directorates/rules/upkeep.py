"""How often a published record is reviewed, and on which day it is due. Pure.

A month ends on the same day of the next month or, where that month is too short, on the first day after it. So
`months_after` and `months_before` agree: a day is due by another one exactly if it lies no later than
`months_before` of the other one.
"""

from calendar import monthrange
from datetime import date, timedelta

LOW, MEDIUM, HIGH = "low", "medium", "high"

#: The usual months between two reviews, by risk. A number becomes wrong sooner than a text.
OF_TEXTS = {LOW: 24, MEDIUM: 12, HIGH: 6}
OF_NUMBERS = {LOW: 12, MEDIUM: 6, HIGH: 3}
#: The intervals that staff choose from.
MONTHS = (1, 2, 3, 4, 6, 9, 12, 18, 24, 36)
#: A record is overdue when it has been due for this many months.
MONTHS_OF_GRACE = 1


def months_after(day, months):
    """Return the day on which a number of months after `day` has passed."""
    month_count = day.year * 12 + day.month - 1 + months
    year, month = month_count // 12, month_count % 12 + 1
    last = monthrange(year, month)[1]
    if day.day <= last:
        return date(year, month, day.day)
    return date(year, month, last) + timedelta(days=1)


def months_before(day, months):
    """Return the last day after which a number of months has passed by `day`."""
    month_count = day.year * 12 + day.month - 1 - months
    year, month = month_count // 12, month_count % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def is_overdue(due_on, *, today):
    """Whether a record that is due on `due_on` has waited for longer than its grace."""
    return months_after(due_on, MONTHS_OF_GRACE) <= today


def interval(months):
    """Return an interval as text, like "every 6 months"."""
    return "every month" if months == 1 else f"every {months} months"
