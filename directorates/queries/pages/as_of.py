"""The band of a page of a past day: which day it shows, and what has become of its unit since."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import parse_qsl

from directorates.models import unit_url
from directorates.queries import visibility
from directorates.queries.past_days import PastDay


@dataclass(frozen=True)
class SinceThen:
    """What has become of a unit since a day.

    `name` is today's name if it differs. `next_at` is the beginning of the next edition.
    """

    name: str
    is_closed: bool
    next_at: datetime | None
    url: str


@dataclass(frozen=True)
class DayForm:
    """The form for another day of a page. `fields` are the page's own parameters, (name, value)."""

    action: str
    fields: tuple[tuple[str, str], ...]
    day: date | None = None
    first_day: date | None = None


@dataclass(frozen=True)
class AsOf:
    """`entered_at` is set if the record learned of that day only later: when the last part was approved.

    `has_withheld` tells whether anything that was published that day is withheld, on this page or on another.
    """

    day: date
    entered_at: datetime | None
    has_withheld: bool
    since: SinceThen | None
    present_url: str
    form: DayForm


def day_form(path, *, day=None, first_day=None):
    """Return the form for another day of the page at `path`. A list begins at its first page."""
    action, _, query = path.partition("?")
    fields = tuple((name, value) for name, value in parse_qsl(query) if name != "page")
    return DayForm(action, fields, day, first_day)


def get(past: PastDay, *, page, path, now) -> AsOf:
    """Return the band of `page`, the data of the page of a past day at `path`: two queries, and one more for a unit."""
    updated_at = getattr(page, "updated_at", None)
    unit_id = getattr(page, "unit_id", None)
    since = unit_id and _since(unit_id, past, now)
    return AsOf(
        day=past.day,
        entered_at=updated_at if updated_at and updated_at > past.at else None,
        has_withheld=visibility.withheld_units(past.at).exists()
        or visibility.withheld_figures(past.at).exists(),
        since=since,
        present_url=since.url if since else path,
        form=day_form(path, day=past.day, first_day=past.first_day),
    )


def _since(unit_id, past, now):
    rows = list(
        visibility.public_unit_history(now)
        .filter(unit_id=unit_id)
        .order_by("effective_from")
        .values_list("effective_from", "name", "kind", "slug", "is_closed", named=True)
    )
    later = [row for row in rows if row.effective_from > past.at]
    shown, present = rows[len(rows) - len(later) - 1], rows[-1]
    return SinceThen(
        name=present.name if present.name != shown.name else "",
        is_closed=present.is_closed and not shown.is_closed,
        next_at=later[0].effective_from if later else None,
        url=unit_url(present.kind, present.slug),
    )
