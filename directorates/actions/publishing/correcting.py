"""Correcting what is public now, while something else is drafted or scheduled.

A correction is a change of the edition in force. It is published at once, and carried into the draft and into
every scheduled edition by a three-way merge. A scheduled edition that takes it is withdrawn, and one with the
correction takes its place at the same instant: nothing else of what was approved for that instant changes.

A correction is kept as {"model", "pk", "number", "fields", "choices"}: the record, the number of the edition in
force that it was written for, the changed fields and the choices where both changed the same.
"""

from django.core.exceptions import ValidationError

from directorates.actions import locks
from directorates.actions.auditing.audit_phrases import state_of
from directorates.actions.auditing.auditing_editions import note_withdrawal
from directorates.actions.auditing.auditing_sets import add_step
from directorates.actions.publishing import drafting, publication
from directorates.actions.publishing.correction_plan import make_plan
from directorates.actions.publishing.editions import (
    ChangedMeanwhileError,
    NothingToPublishError,
    edition_of,
    newest_edition,
    refresh_unpublished_mark,
)
from directorates.actions.publishing.publishing import withdraw_one
from directorates.actions.refusals import PublishingError, require
from directorates.queries import permissions
from directorates.rules import audit_actions, local_time


@locks.atomic
def correct(*, change_set, by, at):
    """Publish the correction of a set now, and carry it on. Returns the edition in force, then the others.

    Raises ChangedMeanwhileError, NothingToPublishError, NotAllowedError, BrokenRuleError or PublishingError;
    then nothing has changed.
    """
    publication.begin()
    correction = change_set.correction
    (record,) = locks.records(change_set.find_corrected())
    plan = make_plan(record, correction["fields"], at=at)
    require(
        permissions.may_publish(by, [record], at=at, contents=[plan.base], change_set=change_set)
    )
    require_current(plan, correction)
    return _carry_out(plan, record, change_set, by=by, at=at)


def require_current(plan, correction):
    """Refuse a correction of a version that is not public any more, and one with open questions."""
    record = plan.base.record
    if plan.base.number != correction["number"]:
        raise ChangedMeanwhileError(
            f"“{record}”: published version {correction['number']}, which this corrects, is not public any"
            f" more. Version {plan.base.number} is. Correct that one."
        )
    if plan.is_empty:
        raise NothingToPublishError(f"“{record}”: the correction changes nothing.")
    if plan.open_questions(correction["choices"]):
        raise PublishingError(
            f"“{record}”: the draft or a scheduled version changes the same as the correction. Choose what"
            " stays there."
        )


def find_problems(change_set, *, at):
    """Return what would stop the approval of an unfinished correction now."""
    (record,) = change_set.find_corrected()
    try:
        plan = make_plan(record, change_set.correction["fields"], at=at)
        require_current(plan, change_set.correction)
    except PublishingError as error:
        return [str(error)]
    return []


def _carry_out(plan, record, change_set, *, by, at):
    """Insert the corrected edition and the scheduled ones in the order in which they were approved before."""
    choices, newest = change_set.correction["choices"], newest_edition(record)
    steps = [(plan.base, plan.corrected)]
    draft = None
    for one in plan.carried:
        merged = one.merged(choices)
        if one.is_draft:
            draft = merged
        elif one.content == newest or not merged.has_content_of(one.content):
            steps.append((one.content, merged))
    made = []
    for earlier, snapshot in sorted(steps, key=lambda step: step[0].number):
        is_now = earlier == plan.base
        if not is_now:
            _require_valid(snapshot, earlier.effective_from)
            withdraw_one(record, earlier, person=by, at=at)
            words = "One with the correction takes its place."
            note_withdrawal(editions=[earlier], by=by, at=at, comment=words)
        step = publication.PublicationPlan(
            snapshots=[snapshot],
            by=by,
            at=at,
            effective_from=at if is_now else earlier.effective_from,
            change_note=change_set.public_note if is_now else earlier.change_note,
            change_set=change_set if is_now else earlier.change_set or change_set,
        )
        (edition,) = publication.make_editions(step, in_force={record: earlier})
        made.append((not is_now, edition))
    _write_draft(record, draft, change_set, by=by, at=at)
    publication.check([record], since=at)
    return [edition for _, edition in sorted(made, key=lambda one: one[0])]


def _write_draft(record, snapshot, change_set, *, by, at):
    """Carry the correction into the draft, which keeps everything else. Its author wrote it, not the approver."""
    if snapshot.has_content_of(record):
        refresh_unpublished_mark(record)
        return
    before = state_of(record)
    for name, value in snapshot.values.items():
        setattr(record, name, value)
    record.clean_fields(exclude=record.fields_besides_content())
    try:
        record.validate_constraints()
    except ValidationError as error:
        raise _invalid(f"The draft of “{record}”", error) from error
    author = change_set.author or by
    drafting.write(
        record=record,
        relations=snapshot.relation_ids,
        before=before,
        action=audit_actions.CHANGE,
        by=author,
        at=at,
        comment="The correction of what is public.",
    )
    if record.change_set is not None:
        words = f"Changed {record}: its public content was corrected."
        add_step(record.change_set, "correct", words, author, at)


def _require_valid(snapshot, effective_from):
    edition = edition_of(snapshot, number=0, effective_from=effective_from)
    try:
        edition.validate_constraints()
    except ValidationError as error:
        when = local_time.written(effective_from)
        raise _invalid(f"The version of “{snapshot.record}” from {when}", error) from error


def _invalid(what, error):
    return PublishingError(f"{what} would not be right: {' '.join(error.messages)}")
