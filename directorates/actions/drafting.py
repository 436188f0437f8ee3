"""Saving the working records that staff edit. Nothing here is seen by the public."""

from django.db import transaction

from directorates import audit_actions, visibility
from directorates.actions import auditing
from directorates.actions.audit_words import state_of
from directorates.actions.auditing_editions import note_draft
from directorates.actions.editions import (
    ForeignRecordError,
    PublishingError,
    lock_records,
    refresh_unpublished_mark,
    refuse_foreign,
    refuse_foreign_targets,
    refuse_in_review,
)
from directorates.actions.refusals import Refusal
from directorates.models import Figure


class SavedMeanwhileError(Refusal):
    """Someone else saved the record since the form was opened; nothing was overwritten."""


@transaction.atomic
def save(*, record, relations, by, at, expected_version=None):
    """Save a changed working record and its relations ({name: records}); count its version up.

    `expected_version` is the version that the form was opened with; None for a new record.
    Raises SavedMeanwhileError if another save came first, InReviewError if a reviewer has the record,
    ForeignRecordError if this person does not work on it or on the unit that it would move to.
    """
    before, action = None, audit_actions.CREATE
    if record.pk is not None:
        (current,) = lock_records([record])
        if expected_version is not None and current.version != expected_version:
            raise SavedMeanwhileError(f"“{record}” was saved by someone else meanwhile.")
        refuse_in_review(current)
        refuse_foreign([current], by=by, at=at)
        if _place(record) != _place(current):
            refuse_foreign_targets([record], by=by, at=at)
        before, action = state_of(current), audit_actions.CHANGE
        record.version = current.version
        record.change_set = current.change_set
    else:
        _refuse_foreign_place(record, by, at)
        record.version = 0
    return write(record=record, relations=relations, before=before, action=action, by=by, at=at)


def write(*, record, relations, before, action, by, at, comment=""):
    """Write a locked or new record and its relations ({name: records or ids}), count its version up, and
    note what became of it. `before` is its state until now, or None. Refuses nothing."""
    record.version += 1
    record.saved_at, record.saved_by = at, by
    record.save()
    for name, related in relations.items():
        getattr(record, name).set(related)
    refresh_unpublished_mark(record)
    note_draft(action=action, record=record, before=before, by=by, at=at, comment=comment)
    return record


def _place(record):
    """The id of the unit that a record stands under: a unit's parent, a figure's unit."""
    return record.unit_id if isinstance(record, Figure) else record.parent_id


def _refuse_foreign_place(record, by, at):
    if _place(record) is None and by is not None and not visibility.works_everywhere(by):
        raise ForeignRecordError(
            f"“{record}” would stand at the top, and {by} does not work on the whole organization."
        )
    refuse_foreign_targets([record], by=by, at=at)


@transaction.atomic
def delete(*, record, by, at):
    """Delete a working record that was never published. Raises InReviewError, PublishingError."""
    (current,) = lock_records([record])
    refuse_in_review(current)
    refuse_foreign([current], by=by, at=at)
    if current.editions.exists():
        raise PublishingError(f"“{current}” was published, so it stays on record.")
    auditing.note_deletion(current, by=by, at=at, change_set=current.change_set)
    current.delete()
