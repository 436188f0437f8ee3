"""What changed in a unit, and when, from all its published versions: one query."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import (
    Case,
    CharField,
    F,
    Min,
    OuterRef,
    Q,
    StringAgg,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, Lag

from directorates.models import Unit
from directorates.models.database.prepared import prepared
from directorates.queries import visibility
from directorates.rules import unit_changes
from directorates.rules.unit_changes import Phrase, Version

#: How many changes a unit's page shows. After them comes a link to all.
NEWEST = 8
TEXT = ("summary", "overview", "body", "statutory_authority", "statutory_authority_url")
CONTACT = (
    *("email", "phone", "website", "street_address", "address_locality", "address_region"),
    *("postal_code", "address_country"),
)
_COLUMNS = (
    *("number", "effective_from", "effective_until", "beginning_is_known", "approved_at"),
    *("change_note", "name", "acronym", "kind", "slug", "parent_id", "head_title", "head_name"),
    *("head_status", "is_closed", "outcome"),
)


@dataclass(frozen=True)
class UnitChange:
    """A change of a unit. `at` is None if its day is not known.

    `is_text` tells whether its words or its responsibilities differ from those of version `before`.
    """

    at: datetime | None
    phrases: tuple[Phrase, ...]
    note: str
    number: int
    before: int | None
    is_text: bool
    is_shown: bool


@dataclass(frozen=True)
class UnitHistory:
    """The newest changes, newest first, and how many there are in all.

    `begins_with_record` tells whether the unit is as old as the record or older. `published_at` is the time at which
    the public could first read a version, `closed_at` the end of the last open one. `rows` are all versions, oldest
    first. Withheld ones are among them, because their days count. Show nothing of their content. `reviewed_at` is the
    last review of the unit, or None.
    """

    changes: tuple[UnitChange, ...]
    rows: tuple
    total: int
    begins_with_record: bool
    published_at: datetime | None
    reviewed_at: datetime | None
    closed_at: datetime | None

    @property
    def more(self):
        return self.total - len(self.changes)


def get(unit_id, *, at, successors=()) -> UnitHistory:
    """Return the history of a unit until `at`: one query.

    `successors` are the names of the units that took over, if the unit is closed now.
    """
    rows = tuple(_rows(unit_id=unit_id, at=at))
    changes = list(_changes(rows, successors))
    begins_with_record = bool(rows) and (
        rows[0].effective_from == rows[0].record_begins_at or not rows[0].beginning_is_known
    )
    if begins_with_record and not rows[0].is_withheld:
        changes[0] = _first_entry(rows[0])
    if changes:
        changes[-1] = _shown(changes[-1])
    newest = tuple(reversed(changes[-NEWEST:]))
    return UnitHistory(
        changes=newest,
        rows=rows,
        total=len(changes),
        begins_with_record=begins_with_record,
        published_at=min((max(r.effective_from, r.approved_at) for r in rows), default=None),
        reviewed_at=rows[-1].reviewed_at if rows else None,
        closed_at=_closed_at(rows, at),
    )


@prepared
def _rows(unit_id, at):
    history = visibility.unit_timeline(at)
    record_begins = history.order_by().values(one=Value(1)).annotate(first=Min("effective_from"))
    return (
        history.filter(unit_id=unit_id)
        .annotate(
            has_new_text=_differs_from_before(TEXT),
            has_new_contact=_differs_from_before(CONTACT),
            record_begins_at=Subquery(record_begins.values("first")),
            is_withheld=Q(withheld_at__isnull=False),
            reviewed_at=Subquery(visibility.last_reviews(Unit, unit_id, at=at)),
            duties=duties(),
            **names_above(),
        )
        .order_by("effective_from")
        .values_list(
            *_COLUMNS,
            *("has_new_text", "has_new_contact", "record_begins_at", "is_withheld", "reviewed_at"),
            *("above", "above_at_end", "duties"),
            named=True,
        )
    )


def names_above():
    """Return annotations for editions: the name of the unit above when an edition began, and when it ended."""
    begun = visibility.public_units(OuterRef("effective_from"))
    ended = visibility.public_units_until(OuterRef("effective_until"))
    above, above_at_end = (
        Subquery(units.filter(unit_id=OuterRef("parent_id")).order_by().values("name")[:1])
        for units in (begun, ended)
    )
    return {"above": above, "above_at_end": above_at_end}


def duties():
    """Return an expression for editions: the ids of their responsibilities in any order, with commas."""
    rows = visibility.named_responsibilities(OuterRef("pk"))
    ids = Cast("responsibility", CharField())
    # SQLite 3.40 cannot order what it joins.
    joined = StringAgg(ids, Value(","))
    return Subquery(rows.values("unitedition").values(ids=joined))


def _differs_from_before(columns):
    """Return an expression: whether one of these columns differs from the unit's edition before.

    Withheld editions are compared with each other only, so nothing of them shows in the others.
    """
    is_withheld = Case(When(withheld_at=None, then=Value(False)), default=Value(True))
    order = {"partition_by": is_withheld, "order_by": F("effective_from").asc()}
    before = {name: Window(Lag(name), **order) for name in columns}
    same = Q(*(Q(**{name: expression}) for name, expression in before.items()))
    return Case(When(same, then=Value(False)), default=Value(True))


def _changes(rows, successors):
    """Yield the change of each row. What a withheld version said is compared with nothing."""
    readable = [row for row in rows if not row.is_withheld]
    versions = dict(zip(readable, _versions(readable, successors), strict=True))
    before = None
    for row in rows:
        if row.is_withheld:
            phrases = (unit_changes.words("What was published is withheld from the public"),)
            yield replace(_change(row, None, None, None, phrases=phrases), note="")
            continue
        # What changed after a withheld first version is not known.
        phrases = (unit_changes.REVISED,) if before is None and row is not rows[0] else None
        yield _change(row, before, versions[row], versions.get(before), phrases=phrases)
        before = row


def _versions(rows, successors):
    """Return a Version for each row. A text that differs from the one before gets another number."""
    versions, text, contact = [], 0, 0
    for place, row in enumerate(rows):
        text, contact = text + row.has_new_text, contact + row.has_new_contact
        last_closing = row.is_closed and all(later.is_closed for later in rows[place:])
        named = tuple(successors) if last_closing else ()
        versions.append(version_of(row, text=text, contact=contact, successors=named))
    return versions


def version_of(edition, *, text, contact, successors):
    """Return the Version of an edition or a row of editions with `names_above` and `duties`.

    `text` and `contact` stand for its texts and its contact. Equal values mean equal texts.
    """
    return Version(
        name=edition.name,
        acronym=edition.acronym,
        kind=edition.kind,
        slug=edition.slug,
        parent=edition.parent_id,
        above=edition.above or "",
        above_at_end=edition.above_at_end or "",
        head_title=edition.head_title,
        head_name=edition.head_name,
        head_status=edition.head_status,
        is_closed=edition.is_closed,
        duties=frozenset((edition.duties or "").split(",")),
        text=text,
        contact=contact,
        outcome=edition.outcome,
        successors=successors,
    )


def _change(row, before_row, version, before, *, phrases=None):
    return UnitChange(
        at=row.effective_from if row.beginning_is_known else None,
        phrases=phrases or unit_changes.find_changes(before, version),
        note=row.change_note,
        number=row.number,
        before=before_row.number if before_row else None,
        is_text=bool(
            before_row and (row.has_new_text or unit_changes.have_new_duties(before, version))
        ),
        is_shown=False,
    )


def _first_entry(row):
    """Return the change with which the record begins. Its day is the entry's, even if the unit is older.

    A version that was loaded with a made-up beginning has no day.
    """
    change = _change(row, None, None, None, phrases=(unit_changes.words("First entry"),))
    is_days_entry = row.effective_from >= row.approved_at
    return replace(change, at=row.effective_from) if is_days_entry else change


def _shown(change):
    return replace(change, is_shown=True)


def _closed_at(rows, at):
    """Return the instant at which the unit closed: the end of its last open version.

    Later corrections of the closed page do not change it. For a unit that was never open, this is the beginning of
    its first version; for a draft, `at`.
    """
    still_open = [row for row in rows if not row.is_closed]
    if still_open:
        return still_open[-1].effective_until or at
    return rows[0].effective_from if rows else at
