"""The calendar of changes: a sheet for each month with the days on which something became public, or will."""

import calendar as days_of_months
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from directorates.queries import assignments, visibility
from directorates.queries.staff import calendar
from directorates.queries.staff.calendar import Change
from directorates.rules import local_time

#: Weeks begin on Sunday.
WEEKS = days_of_months.Calendar(firstweekday=days_of_months.SUNDAY)
WEEKDAYS = [("Su", "Sunday"), ("Mo", "Monday"), ("Tu", "Tuesday"), ("We", "Wednesday"), ("Th", "Thursday"), ("Fr", "Friday"), ("Sa", "Saturday")]  # fmt: skip
#: How many records of a change are named.
MOST_NAMED = 6
#: How many sheets a page has at most.
MOST_MONTHS = 24
LABELS = {
    calendar.PUBLIC: ("Public", "published", "check"),
    calendar.APPROVED: ("Approved", "scheduled", "clock"),
    calendar.NOT_APPROVED: ("Not approved yet", "set", "set"),
}
#: The classes of a day on the sheet, by the states of its changes: what is least certain is shown.
CLASSES = {calendar.PUBLIC: "is-past", calendar.APPROVED: "is-coming", calendar.NOT_APPROVED: "is-set"}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """A change in the list beside a sheet. `records` are the first ones, each with the address of its page."""

    id: str
    change: Change
    state_label: str
    badge: str
    icon: str
    url: str
    records: tuple[tuple[str, str, str], ...]
    more: int
    #: The records that were changed since the approval, each with the address of its form.
    changed_since: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Day:
    """A day on a sheet. `number` is 0 beside the month."""

    number: int
    id: str
    css: str
    count: int
    is_today: bool
    words: str


@dataclass(frozen=True)
class Month:
    first: date
    weeks: tuple[tuple[Day, ...], ...]
    entries: tuple[Entry, ...]


def calendar_page(request, site):
    """Show the months from this one on, or from the one that the address names."""
    if not visibility.can_see_drafts(request.user):
        raise PermissionDenied("Your account may not see what is scheduled.")
    at = timezone.now()
    today = local_time.day_of(at)
    first = _read_month(request.GET.get("since", ""), today)
    state = request.GET.get("state", "")
    state = state if state in calendar.STATES else ""
    is_own = request.GET.get("of") == "me"
    found = calendar.get(
        since=local_time.begin_of(first),
        at=at,
        state=state,
        own_of=request.user if is_own else None,
    )
    months = _months(found.changes, first, today, site)
    context = {
        **site.each_context(request),
        "title": "Calendar",
        "months": months[:MOST_MONTHS],
        "is_cut": found.is_cut or len(months) > MOST_MONTHS,
        "last": months[-1].first,
        "today": today,
        "since": first,
        "earlier": _earlier(first),
        "is_from_now": first == today.replace(day=1),
        "weekdays": WEEKDAYS,
        "time_zone": timezone.get_current_timezone_name(),
        "state": state,
        "is_own": is_own,
        "may_narrow": not assignments.is_assigned_everywhere(request.user),
        "choices": [(name, *LABELS[name]) for name in (calendar.APPROVED, calendar.NOT_APPROVED)],
    }
    return TemplateResponse(request, "admin/calendar.html", context)


def _read_month(typed, today):
    """Return the first day of the month written as 2026-11, or of the present one. No later month begins the page."""
    this = today.replace(day=1)
    try:
        return min(date.fromisoformat(f"{typed}-01"), this) if len(typed) == 7 else this
    except ValueError:
        return this


def _earlier(first):
    """Return the first day of the month three months before, or None where the calendar of dates ends."""
    months = first.year * 12 + first.month - 1 - 3
    return date(months // 12, months % 12 + 1, 1) if months >= 12 else None


def _months(changes, first, today, site):
    """Return the months with changes, and those of `first` and of today even without."""
    by_month = defaultdict(list)
    for change in changes:
        by_month[local_time.day_of(change.effective_from).replace(day=1)].append(change)
    wanted = sorted({*by_month, first, today.replace(day=1)})
    return [_month(month, by_month[month], today, site) for month in wanted]


def _month(first, changes, today, site):
    entries = tuple(_entry(change, number, site) for number, change in enumerate(changes))
    by_day = defaultdict(list)
    for entry in entries:
        by_day[local_time.day_of(entry.change.effective_from).day].append(entry)
    weeks = tuple(
        tuple(_day(first, number, by_day.get(number, ()), today) for number in week)
        for week in WEEKS.monthdayscalendar(first.year, first.month)
    )
    return Month(first, weeks, entries)


def _day(first, number, entries, today):
    states = [entry.change.state for entry in entries]
    least_certain = max(states, key=calendar.STATES.index, default="")
    labels = dict.fromkeys(entry.state_label.lower() for entry in entries)
    count = len(entries)
    return Day(
        number=number,
        id=entries[0].id if entries else "",
        css=CLASSES.get(least_certain, ""),
        count=count,
        is_today=number == today.day and first == today.replace(day=1),
        words=f"{count} change{'' if count == 1 else 's'}, {', '.join(labels)}" if entries else "",
    )


def _entry(change, number, site):
    label, badge, icon = LABELS[change.state]
    day = local_time.day_of(change.effective_from).isoformat()
    named = tuple(_record(edition, site) for edition in change.editions[:MOST_NAMED])
    url = change.change_set.get_absolute_url() if change.change_set else ""
    if not url or len(change.editions) == 1:
        url = named[0][2]
    return Entry(
        id=f"on-{day}-{number}",
        change=change,
        state_label=label,
        badge=badge,
        icon=icon,
        url=url,
        records=named,
        more=len(change.editions) - len(named),
        changed_since=tuple(
            (str(record), _url(site, record, "change")) for record in change.changed_since
        ),
    )


def _record(edition, site):
    """Return a record's name, which published version it is, and the address of its page."""
    record = edition.record
    url = _url(site, record, "edition", edition.number)
    closes = "closed" if getattr(edition, "is_closed", False) else ""
    return str(record), closes or f"published version {edition.number}", url


def _url(site, record, page, *args):
    return reverse(f"{site.name}:directorates_{record.page_name}_{page}", args=[record.pk, *args])
