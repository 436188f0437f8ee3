"""The steps of change sets, each with its audit entry."""

from directorates.actions import locks
from directorates.actions.auditing.auditing_sets import note_step
from directorates.models import ChangeSet, ChangeSetStep


def record_step(change_set, name, comment, by, at, *, before=None, record=None):
    """Add a step and its audit entry. `before` is the state before a transition."""
    note_step(change_set, name, by=by, at=at, comment=comment, before=before, record=record)
    add_step(change_set, name, comment, by, at, before=before)


def add_step(change_set, name, comment, by, at, *, before=None):
    """Add a step whose audit entry is written by another function."""
    ChangeSetStep.objects.create(
        change_set=change_set,
        name=name,
        from_state=change_set.state if before is None else before,
        to_state=change_set.state,
        by=by,
        at=at,
        comment=comment,
    )


def lock_approved_sets(editions):
    """Lock the approved change sets that made these editions. Returns the sets as they are now."""
    pks = {edition.change_set_id for edition in editions} - {None}
    approved = ChangeSet.objects.filter(pk__in=pks, state=ChangeSet.State.APPROVED)
    return locks.rows(approved)


def follow_withdrawal(change_sets, editions, *, by, at, comment):
    """Add a step to approved sets for editions that were withdrawn from their own pages.

    A set is withdrawn with the last of its editions.
    """
    for change_set in change_sets:
        if change_set.find_editions():
            names = ", ".join(
                f"{edition.record}, published version {edition.number}"
                for edition in editions
                if edition.change_set_id == change_set.pk
            )
            words = f"Withdrew {names}" + (f": {comment}" if comment else ".")
            add_step(change_set, "withdraw-edition", words, by, at)
            continue
        before = change_set.state
        change_set.state = ChangeSet.State.WITHDRAWN
        change_set.version += 1
        change_set.save(update_fields=["state", "version"])
        record_step(change_set, "withdraw", comment, by, at, before=before)
