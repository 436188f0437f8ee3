"""Days of which only the year or the month may be known, as ISO 8601 texts: 2003, 2003-03 or 2003-03-01. Pure."""

import re
from datetime import date

from directorates.rules import date_rules

_FORM = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


def find_problem(written, *, today):
    """Return why a text may not be given for something that has happened, or ''."""
    first = _first_day(written)
    if first is None:
        return f"“{written}” is no year, month or day. Write it like 2003, 2003-03 or 2003-03-01."
    return date_rules.find_fact_problem(first, today=today)


def is_partial_day(written):
    return _first_day(written) is not None


def write(written):
    """Return the English words for it, like "2003", "March 2003" or "March 1, 2003". Other text stays as it is."""
    day = _first_day(written)
    if day is None:
        return written
    form = {4: f"{day.year}", 7: f"{day:%B} {day.year}"}
    return form.get(len(written)) or date_rules.write_day(day)


def _first_day(written):
    """Return the first day that the text may mean, or None."""
    parts = _FORM.fullmatch(written)
    try:
        return parts and date(*(int(part or 1) for part in parts.groups()))
    except ValueError:
        return None
