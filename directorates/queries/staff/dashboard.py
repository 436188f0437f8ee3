"""The tasks of a member of staff, for the first page of the admin: a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime

from directorates.models import ChangeSet, ChangeSetStep
from directorates.models.records.governed import GOVERNED
from directorates.models.records.working_record import WorkingRecord
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
class Returned:
    """A set that came back from review, with the step that says by whom, when and why."""

    change_set: ChangeSet
    step: ChangeSetStep | None


@dataclass(frozen=True)
class Dashboard:
    """`began_records` are the drafts that the person saved last, outside of change sets."""

    to_review: tuple[ChangeSet, ...] = ()
    returned: tuple[Returned, ...] = ()
    own_open: tuple[ChangeSet, ...] = ()
    coming: tuple[Coming, ...] = ()
    began_records: tuple[WorkingRecord, ...] = ()
    due: DueList = NOTHING_DUE
    overdue: DueList = NOTHING_DUE

    @property
    def is_empty(self):
        return self == Dashboard()

    @property
    def waits(self):
        """How many things wait for the person."""
        return len(self.to_review) + len(self.returned) + self.due.total

    @property
    def has_begun_nothing(self):
        return not (self.own_open or self.began_records)


def get(user, *, at, may_review) -> Dashboard:
    """Return a person's dashboard: at most seventeen queries, for any size of the organization."""
    if not visibility.can_see_drafts(user):
        return Dashboard()
    sets = ChangeSet.objects.select_related("author")
    to_review = _find_to_review(user, sets, at)[:MOST_LOOKED_THROUGH] if may_review else ()
    due = upkeep.find_due(at=at)
    return Dashboard(
        to_review=tuple(contributors.without_own(user, list(to_review))[:MOST_ENTRIES]),
        returned=_find_returned(user, sets),
        own_open=tuple(sets.filter(state=State.OPEN, author=user)[:MOST_ENTRIES]),
        coming=tuple(find_coming(at=at, most=MOST_ENTRIES)),
        began_records=_find_began(user),
        due=upkeep.find_own(user, at=at, most=MOST_DUE, due=due),
        overdue=upkeep.find_overdue_of_others(user, at=at, most=MOST_DUE, due=due),
    )


def _find_returned(user, sets):
    """Return a person's sets that came back from review: two queries."""
    returned = list(sets.filter(state=State.RETURNED, author=user)[:MOST_ENTRIES])
    steps = ChangeSetStep.objects.filter(change_set__in=returned, name="return")
    last = {step.change_set_id: step for step in steps.select_related("by").order_by("pk")}
    return tuple(Returned(one, last.get(one.pk)) for one in returned)


def _find_began(user):
    """Return the drafts that a person saved last, the newest first: one query for each kind."""
    began = [
        record
        for governed in GOVERNED
        for record in governed.model.objects.filter(
            saved_by=user, has_unpublished_changes=True, change_set=None
        ).order_by("-saved_at")[:MOST_ENTRIES]
    ]
    return tuple(sorted(began, key=lambda record: record.saved_at, reverse=True)[:MOST_ENTRIES])


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
