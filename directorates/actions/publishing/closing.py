"""Closing a unit: one publication that names its successors and moves the units below it."""

from directorates.actions import locks
from directorates.actions.auditing.audit_phrases import state_of
from directorates.actions.publishing import drafting
from directorates.actions.publishing.editions import (
    ChangedMeanwhileError,
    Snapshot,
    edition_of,
    refuse_in_review,
)
from directorates.actions.publishing.publication import PublicationPlan, publishes
from directorates.actions.publishing.publishing import checked_instant
from directorates.actions.refusals import PublishingError, require
from directorates.models import UnitContent, UnitEdition
from directorates.queries import permissions
from directorates.rules import audit_actions, outcomes


@locks.atomic
def draft(
    *,
    unit,
    successors,
    by,
    at,
    outcome="",
    children_to=None,
    effective_from=None,
    day_is_known=True,
):
    """Write a closure and the moves that it needs into the working records, unpublished. Returns the records.

    Unlike `close`, this publishes nothing, and takes along all other changes in these drafts: a review shows
    them. A child that has another parent in its draft goes there. `outcome`, `effective_from` and
    `day_is_known` are as in `close`. An instant
    that has passed is refused when the drafts are submitted.
    """
    instant = max(effective_from or at, at)
    closing, moves = _find_snapshots(
        unit, outcome, successors, children_to, instant, day_is_known, is_draft=True
    )
    records = [snapshot.record for snapshot in (closing, *moves)]
    require(permissions.may_change(by, records, at=at))
    locked = _carry_into_working_records(closing, moves, by=by, at=at)
    require(permissions.may_put(by, locked, at=at))
    return locked


@publishes
def close(
    *, unit, successors, by, at, outcome="", effective_from=None, children_to=None, change_note="",
    day_is_known=True,
):  # fmt: skip
    """Close a unit at an instant, name its successors, and move the open units below it under `children_to`.

    If `children_to` is one of these units, it takes the closed unit's place. Only these changes to the
    editions in force are published: drafts of the unit and of its children stay drafts. `outcome` is a
    code of `rules/outcomes.py`; '' says nothing. With
    `day_is_known` false (the unit was found closed), the page names no day. Raises PublishingError,
    BrokenRuleError.
    """
    effective_from = checked_instant(effective_from, at)
    closing, moves = _find_snapshots(
        unit, outcome, successors, children_to, effective_from, day_is_known
    )
    snapshots = [closing, *moves]
    records = [snapshot.record for snapshot in snapshots]
    contents = [edition_of(snapshot) for snapshot in snapshots]
    require(permissions.may_publish_alone(by, records, at=at, contents=contents))
    _carry_into_working_records(closing, moves, by=by, at=at)
    return PublicationPlan(
        snapshots,
        by,
        at,
        effective_from,
        change_note,
        audit_actions={closing.record: audit_actions.CLOSE},
    )


def _find_snapshots(
    unit, outcome, successors, children_to, effective_from, day_is_known, *, is_draft=False
):
    """Return the snapshots that close a unit at an instant: the closure, and a move for each child.

    With `is_draft`, children count only while their drafts have the unit as parent.
    """
    if unit.pk in {successor.pk for successor in successors}:
        raise PublishingError(f"“{unit}” cannot be its own successor. Choose another one.")
    if problem := outcomes.find_problem(outcome, len(successors)):
        raise PublishingError(f"“{unit}”: {problem}", field="outcome")
    in_force = unit.editions.in_force(effective_from).first()
    if in_force is None:
        raise PublishingError(
            f"“{unit}” was never published, so it cannot be closed. Delete it instead."
        )
    if in_force.kind == UnitContent.Kind.AGENCY:
        raise PublishingError("The agency cannot be closed: everything here is part of it.")
    if in_force.is_closed:
        raise PublishingError(f"“{unit}” is closed already.")
    if unit.editions.scheduled(effective_from).exists():
        raise PublishingError(
            f"A later version of “{unit}” is scheduled and would open it again. Withdraw that one first."
        )
    below = UnitEdition.objects.in_force(effective_from).filter(parent=unit, is_closed=False)
    if is_draft:
        below = below.filter(unit__parent=unit, unit__is_closed=False)
    children = list(below)
    if children and children_to is None:
        names = ", ".join(child.name for child in children[:5])
        raise PublishingError(
            f"{len(children)} open {'unit is' if len(children) == 1 else 'units are'} part of"
            f" “{unit}”: {names}{'…' if len(children) > 5 else ''}. Say where they go."
        )
    closing = Snapshot.of(
        in_force, unit, is_closed=True, closing_day_is_known=day_is_known, outcome=outcome
    )
    closing.relation_ids["successors"] = sorted(successor.pk for successor in successors)
    moves = [
        Snapshot.of(
            child,
            child.unit,
            parent_id=in_force.parent_id if child.unit_id == children_to.pk else children_to.pk,
        )
        for child in children
    ]
    return closing, moves


def _carry_into_working_records(closing, moves, *, by, at):
    """Make the same changes to the working records. Other changes in their drafts stay."""
    snapshots = [closing, *moves]
    locked = locks.records([snapshot.record for snapshot in snapshots])
    for snapshot, unit in zip(snapshots, locked, strict=True):
        refuse_in_review(unit)
        before, relations = state_of(unit), {}
        if snapshot is closing:
            unit.is_closed = True
            unit.closing_day_is_known = snapshot.values["closing_day_is_known"]
            unit.outcome = snapshot.values["outcome"]
            relations = {"successors": snapshot.relation_ids["successors"]}
        elif unit.parent_id == closing.record.pk:
            unit.parent_id = snapshot.values["parent_id"]
        drafting.write(
            record=unit,
            relations=relations,
            before=before,
            action=audit_actions.CHANGE,
            by=by,
            at=at,
            comment=f"Because {closing.record} closes.",
        )
    return locked


@locks.atomic
def reopen(*, unit, by, at, expected_version=None):
    """Open a closed unit again in its working record, without outcome and successors. Returns the unit.

    The public sees it once the draft is published. Raises ChangedMeanwhileError if `expected_version` is given
    and the unit has another version, and PublishingError if its draft is open.
    """
    (unit,) = locks.records([unit])
    refuse_in_review(unit)
    require(permissions.may_change(by, [unit], at=at))
    if expected_version is not None and unit.version != expected_version:
        raise ChangedMeanwhileError(
            f"“{unit}” was saved by someone else after you opened this page. Look at it, then open it again."
        )
    if not unit.is_closed:
        raise PublishingError(f"“{unit}” is not closed.")
    before = state_of(unit)
    unit.is_closed, unit.closing_day_is_known, unit.outcome = False, True, ""
    return drafting.write(
        record=unit,
        relations={"successors": []},
        before=before,
        action=audit_actions.REOPEN,
        by=by,
        at=at,
    )
