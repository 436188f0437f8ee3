"""Saving and deleting the working records that staff edit. The public sees nothing of them."""

from directorates.actions import locks
from directorates.actions.auditing import auditing, contributions
from directorates.actions.auditing.audit_phrases import state_of
from directorates.actions.auditing.auditing_editions import note_draft
from directorates.actions.auditing.auditing_sets import record_deletion
from directorates.actions.duplicates import refusing_duplicates
from directorates.actions.publishing.editions import refresh_unpublished_mark, refuse_in_review
from directorates.actions.refusals import PublishingError, Refusal, require
from directorates.queries import assignments, permissions
from directorates.rules import audit_actions


class SavedMeanwhileError(Refusal):
    """Someone else saved the record after the form was opened. Nothing was overwritten."""


@locks.atomic
def save(*, record, relations, by, at, expected_version=None):
    """Save a working record and its relations ({name: records}). Raises the record's version by one.

    `expected_version` is the version that the form was opened with; None for a new record. Raises:
    SavedMeanwhileError if another save came first, InReviewError if the record is in review,
    NotAllowedError if this person may not save it or move it there, and AlreadyThereError if someone
    else has made the same record meanwhile.
    """
    before, action = None, audit_actions.CREATE
    if record.pk is not None:
        (current,) = locks.records([record])
        if expected_version is not None and current.version != expected_version:
            raise SavedMeanwhileError(f"“{record}” was saved by someone else meanwhile.")
        refuse_in_review(current)
        require(permissions.may_change(by, [current], at=at))
        if assignments.place_of(record) != assignments.place_of(current):
            require(permissions.may_put(by, [record], at=at))
        before, action = state_of(current), audit_actions.CHANGE
        record.version = current.version
        record.change_set = current.change_set
        record.take_upkeep_of(current)
    else:
        require(permissions.may_add(by, record, at=at))
        record.version = 0
    return write(record=record, relations=relations, before=before, action=action, by=by, at=at)


def write(*, record, relations, before, action, by, at, comment=""):
    """Write a locked or new record and its relations ({name: records or ids}), and note the change.

    Raises the record's version by one. `before` is the state until now, or None. Refuses nothing.
    """
    record.version += 1
    record.saved_at, record.saved_by = at, by
    with refusing_duplicates(record):
        record.save()
    for name, related in relations.items():
        getattr(record, name).set(related)
    contributions.note_draft(record, action=action, by=by, at=at)
    refresh_unpublished_mark(record)
    note_draft(action=action, record=record, before=before, by=by, at=at, comment=comment)
    return record


@locks.atomic
def delete(*, record, by, at):
    """Delete a working record that was never published. Raises InReviewError, NotAllowedError,
    PublishingError."""
    (current,) = locks.records([record], to_delete=True)
    refuse_in_review(current)
    require(permissions.may_delete(by, current, at=at))
    if current.editions.exists():
        raise PublishingError(f"“{current}” was published, so it stays on record.")
    auditing.note_deletion(current, by=by, at=at, change_set=current.change_set)
    record_deletion(current, by=by, at=at)
    current.delete()
