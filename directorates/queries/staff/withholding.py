"""Past editions that are withheld from the public, and the requests that wait for a second person."""

from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.db.models import OuterRef, Subquery

from directorates.models import WithholdingStep
from directorates.models.records.edition import Edition
from directorates.models.records.governed import GOVERNED
from directorates.queries import assignments
from directorates.rules import withholding_states

#: The most requests that the list shows, the oldest first.
MOST_WAITING = 100
#: The most withheld editions of each kind that the list shows, the newest first.
MOST_WITHHELD = 100


@dataclass(frozen=True)
class Waiting:
    """A request that waits: the edition, and the step that asked."""

    edition: Edition
    step: WithholdingStep


def steps_of(edition):
    """Return an edition's steps, the oldest first: one query."""
    steps = WithholdingStep.objects.filter(
        edition_model=edition._meta.label_lower, edition_pk=edition.pk
    )
    return list(steps.select_related("by").order_by("pk"))


def state_after(steps):
    """Return the state of an edition with these steps."""
    return steps[-1].to_state if steps else withholding_states.SHOWN


def may_agree(person, asked):
    """Whether a person may agree to the request of this step. The command line may do everything."""
    return person is None or settings.AUTHORS_MAY_APPROVE or asked.by_id != person.pk


def count_waiting_for(user, *, at):
    """Return the number of requests to which this person may agree. As many queries as `find_waiting`."""
    return sum(may_agree(user, waiting.step) for waiting in find_waiting(user, at=at))


def find_withheld(user, *, at):
    """Return the withheld editions of a person's records, the last withheld first: one query for each kind."""
    found = [
        edition
        for governed in GOVERNED
        for edition in governed.edition_model.objects.filter(
            withheld_at__isnull=False,
            **{f"{governed.record_field}__in": _own(user, governed, at)},
        )
        .select_related(governed.record_field)
        .order_by("-withheld_at", "pk")[:MOST_WITHHELD]
    ]
    return sorted(found, key=lambda edition: edition.withheld_at, reverse=True)


def find_waiting(user, *, at):
    """Return the requests about a person's records that wait for a second person, the oldest first.

    Three queries for each kind of record, for any number of requests.
    """
    newest = WithholdingStep.objects.filter(
        edition_model=OuterRef("edition_model"), edition_pk=OuterRef("edition_pk")
    ).order_by("-pk")
    steps = (
        WithholdingStep.objects.filter(to_state__in=withholding_states.WAITING)
        .filter(pk=Subquery(newest.values("pk")[:1]))
        .select_related("by")
        .order_by("pk")[:MOST_WAITING]
    )
    by_model = defaultdict(dict)
    for step in steps:
        by_model[step.edition_model][step.edition_pk] = step
    found = [
        waiting
        for governed in GOVERNED
        for waiting in _waiting_of(
            governed, by_model[governed.edition_model._meta.label_lower], user, at
        )
    ]
    return sorted(found, key=lambda waiting: waiting.step.pk)


def _waiting_of(governed, steps, user, at):
    if not steps:
        return
    editions = governed.edition_model.objects.filter(
        pk__in=steps, **{f"{governed.record_field}__in": _own(user, governed, at)}
    )
    for edition in editions.select_related(governed.record_field):
        yield Waiting(edition, steps[edition.pk])


def _own(user, governed, at):
    return assignments.assigned_records(user, governed.model, at=at).values("pk")
