"""The tasks of a member of staff, for the first page of the admin: a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime

from directorates.models import ChangeSet, Unit, UnitEdition
from directorates.models.records.governed import GOVERNED
from directorates.queries import assignments, visibility
from directorates.queries.staff import contributors, upkeep
from directorates.queries.staff.upkeep import NOTHING_DUE, DueList
from directorates.rules.content.alphabet import sort_key

#: The most entries of a list. After them comes a link to the full list.
MOST_ENTRIES = 12
#: The most due records of a list.
MOST_DUE = 5
#: The most sets in review that are checked for a person's hand.
MOST_LOOKED_THROUGH = 60

State = ChangeSet.State


@dataclass(frozen=True)
class Coming:
    """An edition that will take effect."""

    effective_from: datetime
    label: str
    change_set: ChangeSet | None


@dataclass(frozen=True)
class Dashboard:
    to_review: tuple[ChangeSet, ...] = ()
    returned: tuple[ChangeSet, ...] = ()
    own_open: tuple[ChangeSet, ...] = ()
    coming: tuple[Coming, ...] = ()
    changed_units: tuple[Unit, ...] = ()
    unpublished_units: tuple[Unit, ...] = ()
    due: DueList = NOTHING_DUE
    overdue: DueList = NOTHING_DUE

    @property
    def is_empty(self):
        return self == Dashboard()


def get(user, *, at, may_review) -> Dashboard:
    """Return a person's dashboard: at most seventeen queries, for any size of the organization."""
    if not visibility.can_see_drafts(user):
        return Dashboard()
    sets = ChangeSet.objects.select_related("author")
    to_review = _find_to_review(user, sets, at)[:MOST_LOOKED_THROUGH] if may_review else ()
    drafts = (
        assignments.assigned_units(user, at=at)
        .filter(has_unpublished_changes=True, change_set=None)
        .select_related("saved_by")
        .order_by("-saved_at")
    )
    published = UnitEdition.objects.not_withdrawn().order_by().values("unit")
    return Dashboard(
        to_review=tuple(contributors.without_own(user, list(to_review))[:MOST_ENTRIES]),
        returned=tuple(sets.filter(state=State.RETURNED, author=user)[:MOST_ENTRIES]),
        own_open=tuple(sets.filter(state=State.OPEN, author=user)[:MOST_ENTRIES]),
        coming=tuple(find_coming(at=at, most=MOST_ENTRIES)),
        changed_units=tuple(drafts.filter(pk__in=published)[:MOST_ENTRIES]),
        unpublished_units=tuple(drafts.exclude(pk__in=published)[:MOST_ENTRIES]),
        due=upkeep.find_own(user, at=at, most=MOST_DUE),
        overdue=upkeep.find_overdue_of_others(user, at=at, most=MOST_DUE),
    )


def _find_to_review(user, sets, at):
    """Return the sets in review by other authors that hold only records of a person's units.

    Sets in which the person had another hand are still included.
    """
    to_review = sets.filter(state=State.IN_REVIEW).exclude(author=user)
    if assignments.is_assigned_everywhere(user):
        return to_review
    for governed in GOVERNED:
        own = assignments.assigned_records(user, governed.model, at=at)
        outside_assignment = governed.model.objects.filter(
            change_set__state=State.IN_REVIEW
        ).exclude(pk__in=own.values("pk"))
        to_review = to_review.exclude(pk__in=outside_assignment.values("change_set"))
    return to_review


def find_coming(*, at, most=None):
    """Return at most `most` scheduled editions, the next first: one query for each kind."""
    coming = [
        Coming(edition.effective_from, _label(edition), edition.change_set)
        for governed in GOVERNED
        for edition in governed.edition_model.objects.scheduled(at)
        .select_related("change_set", governed.record_field)
        .order_by("effective_from", "pk")[:most]
    ]
    return sorted(coming, key=lambda entry: (entry.effective_from, sort_key(entry.label)))[:most]


def _label(edition):
    if getattr(edition, "is_closed", False):
        return f"{edition.record}: closed"
    return f"{edition.record}: published version {edition.number}"
