"""The steps of change sets, each with its audit entry."""

from directorates.actions import mail_occasions
from directorates.actions.auditing import auditing
from directorates.actions.auditing.audit_phrases import change, changes_between, state_of
from directorates.models import ChangeSet, ChangeSetStep
from directorates.rules import audit_actions

#: Fields of a change set that no one types: transitions write them and have entries of their own.
_KEPT_BY_TRANSITIONS = (
    "state",
    "version",
    "author",
    "created_at",
    "approved_by",
    "approved_at",
    "is_self_approved",
    "correction",
)


def typed_into(change_set):
    return state_of(change_set, leave_out=_KEPT_BY_TRANSITIONS)


def add_step(change_set, name, comment, by, at, *, before=None):
    """Add a step whose audit entry is written by another function. `before` is the state before a transition."""
    ChangeSetStep.objects.create(
        change_set=change_set,
        name=name,
        from_state=change_set.state if before is None else before,
        to_state=change_set.state,
        by=by,
        at=at,
        comment=comment,
    )
    mail_occasions.note_transition(change_set, name, by=by, at=at)


def record_step(change_set, name, comment, by, at, *, before=None, record=None):
    """Add a step, and an entry about the set, or about the `record` that was put in or taken out.

    `before` is the set's state before a transition.
    """
    add_step(change_set, name, comment, by, at, before=before)
    changes = []
    if name == audit_actions.CREATE:
        changes = changes_between(ChangeSet, None, typed_into(change_set))
    elif before is not None:
        states = ChangeSet.State(before).label, change_set.get_state_display()
        changes = [change("state", "State", *states)]
        if name == "approve" and change_set.is_self_approved:
            changes.append(change("is_self_approved", "Self-approved", "No", "Yes"))
    auditing.note(
        action=name,
        record=record or change_set,
        by=by,
        at=at,
        changes=changes,
        change_set=change_set,
        comment="" if record else comment,
    )


def record_typing(change_set, *, before, by, at):
    """Add a step and an entry if a set's typed fields differ from the state `before`."""
    changes = changes_between(ChangeSet, before, typed_into(change_set))
    if not changes:
        return
    labels = ", ".join(change["label"].lower() for change in changes)
    add_step(change_set, "change", f"Changed {labels}.", by, at)
    auditing.note(
        action=audit_actions.CHANGE,
        record=change_set,
        by=by,
        at=at,
        changes=changes,
        change_set=change_set,
    )


def record_deletion(record, *, by, at):
    """Add the step that a draft leaves its set because it will be deleted."""
    if record.change_set is not None:
        words = f"Took out {record}, which was deleted."
        add_step(record.change_set, "remove", words, by, at)


def note_release(change_set, records, *, by, at):
    """Write an entry for each record that leaves a discarded set."""
    auditing.note_all(
        [
            auditing.entry(
                action=audit_actions.REMOVE,
                record=record,
                by=by,
                at=at,
                change_set=change_set,
                comment="The change set was discarded.",
            )
            for record in records
        ]
    )
