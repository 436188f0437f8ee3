"""What became public when, and what will: the changes of the calendar, in a fixed number of queries."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from directorates.models import ChangeSet
from directorates.models.records.governed import GOVERNED
from directorates.queries import assignments
from directorates.rules import review_states

PUBLIC, APPROVED, NOT_APPROVED = "public", "approved", "not-approved"
#: The states by which the calendar is filtered.
STATES = (PUBLIC, APPROVED, NOT_APPROVED)
#: The most editions of a kind, and the most sets, that are read.
MOST = 150


@dataclass(frozen=True)
class Change:
    """What takes effect together: the editions of a set or of one publication, or a set that is not approved yet."""

    effective_from: datetime
    state: str
    #: The names of the records, or the title of the set.
    label: str
    change_set: ChangeSet | None
    #: The editions, the first kind of record first. Empty for a set that is not approved.
    editions: tuple
    note: str
    by: object = None
    #: Of an approved change: the records that were drafted or published anew since, so older content would come back.
    changed_since: tuple = ()

    @property
    def more(self):
        return len(self.editions) - 1


@dataclass(frozen=True)
class Calendar:
    changes: tuple[Change, ...]
    #: Whether there are more than were read.
    is_cut: bool


def get(*, since, at, until=None, state="", own_of=None) -> Calendar:
    """Return the changes from `since` on, before `until` if it is given, the earliest first.

    `own_of` is a person whose units alone are asked for. Queries: one for each kind of record and one for sets, and
    one more for each if `own_of` is given.
    """
    groups, is_cut = defaultdict(list), False
    for governed in GOVERNED:
        editions = governed.edition_model.objects.beginning_within(since, until)
        if own_of is not None:
            own = assignments.assigned_records(own_of, governed.model, at=at)
            editions = editions.filter(**{f"{governed.record_field}__in": own.values("pk")})
        newer = governed.edition_model.objects.in_force(at).filter(
            **{governed.record_field: OuterRef(governed.record_field)},
            number__gt=OuterRef("number"),
        )
        found = editions.select_related("change_set", "approved_by", governed.record_field)
        found = found.annotate(is_overtaken=Exists(newer))
        rows = list(found.order_by("effective_from", "pk")[: MOST + 1])
        is_cut |= len(rows) > MOST
        for edition in rows[:MOST]:
            groups[_group_of(edition)].append(edition)
    changes = [_change(editions, at) for editions in groups.values()]
    changes += _find_not_approved(since, until, own_of, at)
    shown = [change for change in changes if not state or change.state == state]
    return Calendar(
        tuple(sorted(shown, key=lambda change: (change.effective_from, change.label))), is_cut
    )


def _group_of(edition):
    """Return what editions that took effect together have in common."""
    by = edition.change_set_id or (edition.approved_at, edition.approved_by_id)
    return edition.effective_from, by


def _change(editions, at):
    first = editions[0]
    state = PUBLIC if first.effective_from <= at else APPROVED
    note = next((edition.change_note for edition in editions if edition.change_note), "")
    return Change(
        effective_from=first.effective_from,
        state=state,
        label=str(first.change_set) if first.change_set and len(editions) > 1 else _label(first),
        change_set=first.change_set,
        editions=tuple(editions),
        note=note,
        by=first.approved_by,
        changed_since=tuple(
            edition.record
            for edition in editions
            if state == APPROVED
            and (edition.is_overtaken or edition.record.has_unpublished_changes)
        ),
    )


def _label(edition):
    closes = ", closed" if getattr(edition, "is_closed", False) else ""
    return f"{edition.record}{closes}"


def _find_not_approved(since, until, own_of, at):
    """Return the sets with a day that still need an approval. A past day is of no use any more."""
    sets = ChangeSet.objects.filter(state__in=review_states.HOLDING).exclude(effective_from=None)
    if own_of is not None:
        sets = sets.filter(author=own_of)
    return [
        Change(one.effective_from, NOT_APPROVED, one.title, one, (), one.public_note, one.author)
        for one in sets.select_related("author").order_by("-effective_from", "pk")[:MOST]
        if one.effective_from >= max(since, at) and (until is None or one.effective_from < until)
    ]
