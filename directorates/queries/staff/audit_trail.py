"""Reads the audit trail, page by page or as a file: the whole, or of a record, a change set or a person.

Each page takes two queries, for any length of the trail.
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.core.paginator import Paginator
from django.utils import timezone

from directorates.exchange.csv_lines import csv_lines
from directorates.models import AuditEntry
from directorates.rules import audit_actions

ENTRIES_A_PAGE = 25
#: The id that means the command line in a filter by person.
COMMAND_LINE = 0


@dataclass(frozen=True)
class Change:
    """A field's values before and after. `kind` is as in `actions.auditing.audit_phrases`. Names are lists; the rest is text."""

    field: str
    label: str
    kind: str
    before: str | list[str]
    after: str | list[str]


@dataclass(frozen=True)
class TrailEntry:
    number: int
    at: datetime
    by_id: int | None
    by_name: str
    action: str
    #: The action as words.
    done: str
    record_model: str
    record_pk: str
    record_label: str
    change_set_id: int | None
    change_set_title: str
    changes: tuple[Change, ...]
    comment: str


@dataclass(frozen=True)
class Page:
    entries: tuple[TrailEntry, ...]
    number: int
    last: int
    count: int

    @property
    def earlier(self):
        """The number of the page with older entries, or None."""
        return self.number + 1 if self.number < self.last else None

    @property
    def later(self):
        return self.number - 1 if self.number > 1 else None


@dataclass(frozen=True)
class Filters:
    """Days are inclusive and in the current time zone. `person` is an id or COMMAND_LINE."""

    since: date | None = None
    until: date | None = None
    person: int | None = None
    action: str = ""
    record_model: str = ""
    words: str = ""


def of_record(record, *, page=1) -> Page:
    return _page(_of_record(record), page)


def of_change_set(change_set, *, page=1) -> Page:
    """Return the entries about a change set, and about records that changed through it."""
    return _page(AuditEntry.objects.filter(change_set=change_set), page)


def find(filters: Filters, *, page=1) -> Page:
    return _page(_filtered(filters), page)


#: The entries of a usual publication, which are one step.
_ENTRIES_OF_A_STEP = 6


def latest_of(person, *, count) -> list[TrailEntry]:
    """Return a person's latest steps without sign-ins, each as its most telling entry: one query.

    What was done with a change set at one instant was one step: a publication makes, fills, submits and approves one.
    """
    own = AuditEntry.objects.filter(by=person).exclude(action=audit_actions.SIGN_IN)
    steps = {}
    for row in own.select_related("change_set")[: count * _ENTRIES_OF_A_STEP]:
        key = (row.at, row.change_set_id) if row.change_set_id else row.pk
        steps.setdefault(key, []).append(row)
    return [_read(_most_telling(rows)) for rows in list(steps.values())[:count]]


def _most_telling(rows):
    """Return the entry that stands for a step: the only publication, or the approval of several, or the newest."""
    published = [row for row in rows if row.action == audit_actions.PUBLISH]
    if len(published) == 1:
        return published[0]
    return next((row for row in rows if row.action == "approve"), rows[0])


def was_loaded(record):
    """Whether the record came from a file. Loading a file writes one entry, which is not about the record."""
    return not _of_record(record).filter(action=audit_actions.CREATE).exists()


def _of_record(record):
    return AuditEntry.objects.filter(
        record_model=record._meta.concrete_model._meta.label_lower, record_pk=str(record.pk)
    )


def _filtered(filters):
    entries = AuditEntry.objects.all()
    if filters.since is not None:
        entries = entries.filter(at__gte=_midnight(filters.since))
    if filters.until is not None:
        entries = entries.filter(at__lt=_midnight(filters.until + timedelta(days=1)))
    if filters.person == COMMAND_LINE:
        entries = entries.filter(by=None)
    elif filters.person is not None:
        entries = entries.filter(by=filters.person)
    if filters.action:
        entries = entries.filter(action=filters.action)
    if filters.record_model:
        entries = entries.filter(record_model=filters.record_model)
    for word in filters.words.casefold().split():
        entries = entries.filter(search_text__contains=word)
    return entries


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))


def _page(entries, number):
    page = Paginator(entries.select_related("change_set"), ENTRIES_A_PAGE).get_page(number)
    return Page(
        entries=tuple(_read(row) for row in page.object_list),
        number=page.number,
        last=page.paginator.num_pages,
        count=page.paginator.count,
    )


def _read(row):
    return TrailEntry(
        number=row.pk,
        at=row.at,
        by_id=row.by_id,
        by_name=row.by_name,
        action=row.action,
        done=row.done,
        record_model=row.record_model,
        record_pk=row.record_pk,
        record_label=row.record_label,
        change_set_id=row.change_set_id,
        change_set_title=str(row.change_set) if row.change_set else "",
        changes=tuple(Change(**change) for change in row.changes),
        comment=row.comment,
    )


# As a file

_COLUMNS = (
    "Number",
    "At (UTC)",
    "Person's number",
    "Person",
    "Action",
    "Record's kind",
    "Record's number",
    "Record",
    "Change set's number",
    "Change set",
    "Comment",
    "Field",
    "Before",
    "After",
)


def export_csv(filters: Filters):
    """Return the lines of a CSV file, newest entry first. An entry has one row per change, at least one."""
    return csv_lines(_COLUMNS, _csv_rows(_entries(filters)))


def export_json_lines(filters: Filters):
    """Return the lines of a file with one entry per line as JSON, newest first."""
    return (
        json.dumps(asdict(entry) | {"at": _utc(entry.at)}, ensure_ascii=False) + "\n"
        for entry in _entries(filters)
    )


def _entries(filters):
    # Apply the filters here, not at the first line. The download is sent after the request, when the current time
    # zone is not the agency's.
    rows = _filtered(filters).select_related("change_set").defer("search_text")
    return (_read(row) for row in rows.iterator(chunk_size=1000))


def _csv_rows(entries):
    for entry in entries:
        common = [
            entry.number,
            _utc(entry.at),
            entry.by_id,
            entry.by_name,
            entry.action,
            entry.record_model,
            entry.record_pk,
            entry.record_label,
            entry.change_set_id,
            entry.change_set_title,
            entry.comment,
        ]
        for change in entry.changes:
            yield [*common, change.label, _cell(change.before), _cell(change.after)]
        if not entry.changes:
            yield [*common, "", "", ""]


def _cell(side):
    return "; ".join(side) if isinstance(side, list) else side


def _utc(instant):
    return instant.astimezone(UTC).isoformat()
