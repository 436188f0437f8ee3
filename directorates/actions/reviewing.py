"""Change sets: made, filled, reviewed, approved and withdrawn, by the table in `review_states`."""

from django.db import transaction

from directorates import text
from directorates.actions import publishing
from directorates.actions.auditing_sets import (
    note_change,
    note_release,
    note_step,
    typed_into,
)
from directorates.actions.editions import (
    PublishingError,
    concrete,
    lock_changed_records,
    lock_records,
    refuse_foreign,
)
from directorates.actions.review_questions import editions_of, instant_of, records_of, refusal
from directorates.actions.structure import find_publication_problems
from directorates.models import ChangeSet, ChangeSetMove
from directorates.review_states import MOVES


class ReviewError(PublishingError):
    """A move that the change set's state, its content or the mover's part in it does not allow."""


@transaction.atomic
def create(
    *,
    title,
    by,
    at,
    records=(),
    reason="",
    public_note="",
    effective_from=None,
    form_number=None,
):
    """Make a change set. `form_number` is that of the form it comes from: a second sending of the same
    form returns the first one's set and changes nothing."""
    if effective_from is not None:
        publishing.refuse_unplannable(effective_from, at)
    values = {
        "title": title,
        "reason": reason,
        "public_note": public_note,
        "effective_from": effective_from,
        "created_at": at,
    }
    if form_number is None:
        change_set, is_new = ChangeSet.objects.create(author=by, **values), True
    else:
        key = {"form_number": form_number, "author": by}
        change_set, is_new = ChangeSet.objects.get_or_create(**key, defaults=values)
    if is_new:
        _record(change_set, "create", "", by, at)
        add(change_set=change_set, records=records, by=by, at=at)
    return change_set


@transaction.atomic
def add(*, change_set, records, by, at):
    """Add records with unpublished changes. Raises ReviewError; a record is in at most one set."""
    change_set = _lock(change_set)
    _require_editable(change_set)
    refuse_foreign(records, by=by, at=at)
    for record in lock_records(records):
        if record.change_set_id == change_set.pk:
            continue
        if record.change_set_id is not None:
            raise ReviewError(
                f"“{record}” is in the change set “{record.change_set}” already. Take it out there first."
            )
        if not record.has_unpublished_changes:
            raise ReviewError(f"“{record}” has no unpublished changes, so there is nothing to add.")
        _put(record, change_set)
        _record(change_set, "add", f"Added {record}.", by, at, record=record)


@transaction.atomic
def remove(*, change_set, record, by, at):
    """Take a record out of a change set; its unpublished changes stay."""
    change_set = _lock(change_set)
    _require_editable(change_set)
    (record,) = lock_records([record])
    if record.change_set_id == change_set.pk:
        _put(record, None)
        _record(change_set, "remove", f"Took out {record}.", by, at, record=record)


@transaction.atomic
def save(*, change_set, by, at):
    """Save a change set's title, reason, note and instant; only while nobody reviews it."""
    current = _lock(change_set)
    _require_editable(current)
    if current.version != change_set.version:
        raise ReviewError(f"“{current}” was saved by someone else meanwhile. Open it again.")
    if change_set.effective_from is not None:
        publishing.refuse_unplannable(change_set.effective_from, at)
    before = typed_into(current)
    change_set.version += 1
    change_set.save(update_fields=["title", "reason", "public_note", "effective_from", "version"])
    note_change(change_set, before=before, by=by, at=at)


@transaction.atomic
def submit(*, change_set, by, at, comment=""):
    """Hand a change set to the reviewers. Raises ReviewError with everything that stops it."""
    change_set = _lock(change_set)
    publishing.checked_instant(change_set.effective_from, at)
    records = records_of(change_set)
    if not records:
        raise ReviewError("The change set is empty. Add a record with unpublished changes first.")
    unchanged = [str(record) for record in records if not record.has_unpublished_changes]
    if unchanged:
        raise ReviewError(
            f"Nothing changed in: {', '.join(unchanged)}. Take out what has no unpublished changes."
        )
    problems = find_publication_problems(
        records=records, at=at, effective_from=instant_of(change_set, at)
    )
    if problems:
        raise ReviewError("\n".join(str(problem) for problem in problems))
    return _move(change_set, "submit", by, at, comment)


@transaction.atomic
def take_back(*, change_set, by, at, comment=""):
    return _move(_lock(change_set), "take-back", by, at, comment)


@transaction.atomic
def return_to_author(*, change_set, by, at, comment):
    return _move(_lock(change_set), "return", by, at, comment)


@transaction.atomic
def discard(*, change_set, by, at, comment=""):
    """Give a change set up: it lets go of its records, whose unpublished changes stay."""
    change_set = _move(_lock(change_set), "discard", by, at, comment)
    records = lock_records(records_of(change_set))
    for record in records:
        _put(record, None)
    note_release(change_set, records, by=by, at=at)
    return change_set


@transaction.atomic
def approve(*, change_set, by, at, comment=""):
    """Publish everything in a change set at its instant, all or nothing. Returns the editions.

    A second approval of the same set returns the same editions and changes nothing.
    """
    change_set = _lock(change_set)
    if change_set.state == ChangeSet.State.APPROVED:
        return editions_of(change_set)
    change_set.approved_by, change_set.approved_at = by, at
    _move(change_set, "approve", by, at, comment)
    records = lock_records(records_of(change_set))
    editions = publishing.publish(
        records=records,
        by=by,
        at=at,
        effective_from=change_set.effective_from,
        change_note=change_set.public_note,
        change_set=change_set,
    )
    for record in records:
        _put(record, None)
    # "As soon as it is approved" was this instant.
    ChangeSet.objects.filter(pk=change_set.pk).update(effective_from=editions[0].effective_from)
    return editions


@transaction.atomic
def withdraw(*, change_set, by, at, comment):
    """Withdraw an approved change set before it takes effect; the timelines are as before."""
    change_set = _move(_lock(change_set), "withdraw", by, at, comment)
    publishing.withdraw(editions=editions_of(change_set), by=by, at=at, comment=comment)
    return change_set


@transaction.atomic
def propose(*, records, by, at, effective_from=None, change_note="", versions=None, title=""):
    """Make a change set of these records and submit it: the way of a small change. Returns the set.

    `versions` maps a record to the version that was looked at.
    """
    lock_changed_records(records, versions)
    change_set = create(
        title=title or _title_of(records),
        records=records,
        public_note=change_note,
        effective_from=effective_from,
        by=by,
        at=at,
    )
    return submit(change_set=change_set, by=by, at=at)


@transaction.atomic
def publish(*, records, by, at, effective_from=None, change_note="", versions=None, title=""):
    """Propose these records and approve the set at once, where a setting lets authors approve.

    The record says that it was self-approved. Returns the editions in the order of `records`.
    """
    change_set = propose(
        records=records,
        by=by,
        at=at,
        effective_from=effective_from,
        change_note=change_note,
        versions=versions,
        title=title,
    )
    made = {edition.record: edition for edition in approve(change_set=change_set, by=by, at=at)}
    return [made[record] for record in records]


def _title_of(records):
    return text.shorten(", ".join(str(record) for record in records), 160)


def _lock(change_set):
    return ChangeSet.objects.select_for_update().get(pk=change_set.pk)


def _require_editable(change_set):
    if change_set.state not in (ChangeSet.State.OPEN, ChangeSet.State.RETURNED):
        raise ReviewError(
            f"“{change_set}” is {change_set.get_state_display().lower()}, so it cannot be changed."
        )


def _move(change_set, name, by, at, comment):
    move = MOVES[name]
    if reason := refusal(change_set, move, by, at=at):
        raise ReviewError(reason)
    if move.needs_comment and not comment.strip():
        raise ReviewError("Say why, so that everybody who reads the record knows.")
    before = change_set.state
    change_set.state = move.target
    change_set.version += 1
    change_set.save()
    _record(change_set, name, comment, by, at, before=before)
    return change_set


def _record(change_set, name, comment, by, at, *, before=None, record=None):
    note_step(change_set, name, by=by, at=at, comment=comment, before=before, record=record)
    ChangeSetMove.objects.create(
        change_set=change_set,
        name=name,
        from_state=change_set.state if before is None else before,
        to_state=change_set.state,
        by=by,
        at=at,
        comment=comment,
    )


def _put(record, change_set):
    concrete(record)._base_manager.filter(pk=record.pk).update(change_set=change_set)
    record.change_set = change_set
