"""The one path on which contents become editions.

Publishing and closing each return a plan; `publishes` turns the function that makes the plan into an action.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any

from directorates.actions import locks, search_index
from directorates.actions.auditing.auditing_editions import note_publication, read_in_force
from directorates.actions.publishing.editions import Snapshot, insert_editions
from directorates.actions.publishing.referring import check_references
from directorates.actions.publishing.structure import check_structure, find_unpublished_units
from directorates.actions.refusals import PublishingError
from directorates.models import ChangeSet, Generation
from directorates.queries import referring_texts


@dataclass(frozen=True)
class PublicationPlan:
    """Which contents take effect at which instant, and who publishes them.

    `audit_actions` maps a record to its action in the audit trail; the others are published.
    """

    snapshots: list[Snapshot]
    by: Any
    at: datetime
    effective_from: datetime
    change_note: str = ""
    change_set: ChangeSet | None = None
    audit_actions: dict[Any, str] = field(default_factory=dict)


def publishes(make_plan: Callable[..., PublicationPlan]):
    """Return the action that carries out the plan of `make_plan`. The action returns the editions.

    `make_plan` locks the records and asks for permission. It runs while other publications wait.
    The action raises PublishingError, BrokenRuleError and what `make_plan` raises.
    """

    @locks.atomic
    @wraps(make_plan)
    def action(**arguments):
        begin()
        return _carry_out(make_plan(**arguments))

    return action


def begin():
    """Make other publications wait, and raise the generation, which renews every cached page."""
    locks.publications()
    Generation.objects.advance()


def _carry_out(plan):
    records = [snapshot.record for snapshot in plan.snapshots]
    editions = make_editions(plan, in_force=read_in_force(records, plan.effective_from))
    check(records, since=plan.effective_from)
    return editions


def make_editions(plan, *, in_force):
    """Insert the editions of a plan with their audit entries. `check` follows, in the same transaction.

    `in_force` maps a record to the edition that the new one is compared with in the audit trail.
    """
    editions = insert_editions(
        snapshots=plan.snapshots,
        by=plan.by,
        at=plan.at,
        effective_from=plan.effective_from,
        change_note=plan.change_note,
        change_set=plan.change_set,
    )
    note_publication(
        snapshots=plan.snapshots,
        editions=editions,
        in_force=in_force,
        by=plan.by,
        at=plan.at,
        change_set=plan.change_set,
        actions=plan.audit_actions,
    )
    return editions


def check(records, *, since):
    """Refuse new editions of these records that break a rule from an instant on. Raises PublishingError."""
    for sentence in find_unpublished_units(records, since):
        raise PublishingError(sentence)
    check_structure(since=since)
    texts = referring_texts.read_concerned(records, since=since)
    check_references(records, since=since, texts=texts)
    search_index.write_references(texts)
