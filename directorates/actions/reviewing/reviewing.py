"""Change sets: made, filled, reviewed, approved and withdrawn. The table in `review_states` has the transitions."""

from directorates.actions import locks
from directorates.actions.auditing.auditing_sets import (
    note_release,
    record_step,
    record_typing,
    typed_into,
)
from directorates.actions.publishing import correcting, publishing
from directorates.actions.publishing.editions import lock_changed_records
from directorates.actions.refusals import require
from directorates.actions.reviewing import review_questions, review_reading
from directorates.actions.reviewing.transition import (
    ReviewError,
    lock,
    make_transition,
    require_comment,
)
from directorates.models import ChangeSet
from directorates.queries import permissions
from directorates.queries.staff import contributors
from directorates.rules.content import text
from directorates.rules.review_states import TRANSITIONS


@locks.atomic
def create(*, title, by, at, records=(), **fields):
    """Make a change set.

    `fields` are reason, public_note, effective_from, and the form_number of the form. A form that is sent
    twice returns the same set and changes nothing.
    """
    require(permissions.may_make_set(by))
    return _create(by=by, at=at, records=records, title=title, **fields)


def _create(*, by, at, records=(), form_number=None, **fields):
    if fields.get("effective_from") is not None:
        publishing.refuse_unplannable(fields["effective_from"], at)
    fields |= {"author": by, "created_at": at}
    if form_number is None:
        change_set, is_new = ChangeSet.objects.create(**fields), True
    else:
        change_set, is_new = ChangeSet.objects.get_or_create(
            form_number=form_number, author=by, defaults=fields
        )
    if is_new:
        record_step(change_set, "create", "", by, at)
        _add(change_set, records, by, at)
    return change_set


@locks.atomic
def add(*, change_set, records, by, at):
    """Add records with unpublished changes. A record is in at most one set. Raises ReviewError."""
    change_set = _lock_editable(change_set, by, at)
    _add(change_set, records, by, at)


def _add(change_set, records, by, at):
    if records and change_set.correction is not None:
        raise ReviewError("This change set corrects what is public now, so it holds no drafts.")
    require(permissions.may_work_on(by, records, at=at))
    for record in locks.records(records):
        if record.change_set_id == change_set.pk:
            continue
        if record.change_set_id is not None:
            raise ReviewError(
                f"“{record}” is in the change set “{record.change_set}” already. Take it out there first."
            )
        if not record.has_unpublished_changes:
            raise ReviewError(f"“{record}” has no unpublished changes, so there is nothing to add.")
        _put(record, change_set)
        record_step(change_set, "add", f"Added {record}.", by, at, record=record)


@locks.atomic
def remove(*, change_set, record, by, at):
    """Take a record out of a change set. Its unpublished changes stay."""
    change_set = _lock_editable(change_set, by, at)
    (record,) = locks.records([record])
    if record.change_set_id == change_set.pk:
        _put(record, None)
        record_step(change_set, "remove", f"Took out {record}.", by, at, record=record)


@locks.atomic
def save(*, change_set, by, at, records=None):
    """Save the title, reason, note and instant of a change set that is not in review.

    With `records`, the set then holds these records and no others.
    """
    current = _lock_editable(change_set, by, at)
    if current.version != change_set.version:
        raise ReviewError(f"“{current}” was saved by someone else meanwhile. Open it again.")
    if change_set.effective_from is not None:
        publishing.refuse_unplannable(change_set.effective_from, at)
    if records is not None:
        held = current.find_records()
        # Locked at once, because each action below locks some of them.
        locks.records([*held, *records])
    before = typed_into(current)
    change_set.version += 1
    change_set.save(update_fields=["title", "reason", "public_note", "effective_from", "version"])
    record_typing(change_set, before=before, by=by, at=at)
    if records is not None:
        for record in held:
            if record not in records:
                remove(change_set=change_set, record=record, by=by, at=at)
        add(change_set=change_set, records=records, by=by, at=at)


@locks.atomic
def add_note(*, change_set, note, by, at):
    """Add a sentence to the public note of a set, unless it is there. Returns the set, locked."""
    change_set = locks.change_set(change_set)
    if not note or note in change_set.public_note:
        return change_set
    both = " ".join(filter(None, (change_set.public_note.strip(), note)))
    if len(both) > ChangeSet._meta.get_field("public_note").max_length:
        raise ReviewError(
            f"The change set has a note already: “{change_set.public_note}” Both together are too long."
            " Shorten this one, or empty it and change the note of the set.",
            field="public_note",
        )
    change_set.public_note = both
    save(change_set=change_set, by=by, at=at)
    return change_set


@locks.atomic
def submit(*, change_set, by, at, comment=""):
    """Submit a change set for review. Raises ReviewError with everything that stops it."""
    change_set = locks.change_set(change_set)
    require(permissions.may_make_transition(by, change_set, TRANSITIONS["submit"]))
    publishing.checked_instant(change_set.effective_from, at)
    # A save that is under way ends first: what is in review stays as it is submitted.
    records = locks.records(change_set.find_records())
    if not records and change_set.correction is None:
        raise ReviewError("The change set is empty. Add a record with unpublished changes first.")
    unchanged = [str(record) for record in records if not record.has_unpublished_changes]
    if unchanged:
        raise ReviewError(
            f"Nothing changed in: {', '.join(unchanged)}. Take out what has no unpublished changes."
        )
    if problems := review_questions.find_problems(change_set, at=at):
        raise ReviewError("\n".join(str(problem) for problem in problems))
    return make_transition(change_set, "submit", by, at, comment)


@locks.atomic
def take_back(*, change_set, by, at, comment=""):
    return make_transition(locks.change_set(change_set), "take-back", by, at, comment)


@locks.atomic
def return_to_author(*, change_set, by, at, comment):
    return make_transition(locks.change_set(change_set), "return", by, at, comment)


@locks.atomic
def discard(*, change_set, by, at, comment=""):
    """Discard a change set and release its records. Their unpublished changes stay."""
    change_set = make_transition(locks.change_set(change_set), "discard", by, at, comment)
    records = locks.records(change_set.find_records())
    for record in records:
        _put(record, None)
    note_release(change_set, records, by=by, at=at)
    return change_set


@locks.atomic
def approve(*, change_set, by, at, comment="", reviewed=None):
    """Publish everything in a change set at its instant, all or nothing. Returns the editions.

    `reviewed` is the result of `review_reading.read_set` for the page that the person saw; None if there
    was no page, as on the command line. Raises ChangedSinceReadError if something else would be published.
    A second approval of the same set returns the same editions and changes nothing.
    """
    change_set = lock(change_set, transition="approve")
    require(permissions.may_approve(by, change_set))
    if change_set.state == ChangeSet.State.APPROVED:
        return change_set.find_all_editions()
    if reviewed is not None:
        locks.records(change_set.find_subjects())
        review_reading.require_as_read(reviewed, review_reading.read_set(change_set, at=at))
    change_set.is_self_approved = bool(contributors.hands_of(by, change_set))
    change_set.approved_by, change_set.approved_at = by, at
    make_transition(change_set, "approve", by, at, comment)
    if change_set.correction is not None:
        editions = correcting.correct(change_set=change_set, by=by, at=at)
        ChangeSet.objects.filter(pk=change_set.pk).update(effective_from=at)
        return editions
    records = locks.records(change_set.find_records())
    planned, note = change_set.effective_from, change_set.public_note
    editions = publishing.publish(
        records=records,
        by=by,
        at=at,
        effective_from=planned,
        change_note=note,
        change_set=change_set,
    )
    for record in records:
        _put(record, None)
    # Store the instant that "as soon as it is approved" meant.
    ChangeSet.objects.filter(pk=change_set.pk).update(effective_from=editions[0].effective_from)
    return editions


@locks.atomic
def withdraw(*, change_set, by, at, comment):
    """Withdraw the rest of an approved change set before it takes effect. The timelines are as before."""
    change_set = make_transition(
        lock(change_set, transition="withdraw"), "withdraw", by, at, comment
    )
    editions = change_set.find_editions()
    publishing.withdraw(editions=editions, by=by, at=at, comment=comment, change_set=change_set)
    return change_set


@locks.atomic
def withdraw_editions(*, editions, by, at, comment=""):
    """Withdraw scheduled editions from their own pages. A set is withdrawn with the last of its editions.

    Raises ReviewError if an edition of a set is withdrawn without a comment.
    """
    if any(edition.change_set_id for edition in editions):
        require_comment(comment)
    publishing.withdraw(editions=editions, by=by, at=at, comment=comment)


@locks.atomic
def submit_records(
    *, records, by, at, effective_from=None, change_note="", versions=None, title="", reviewed=None
):
    """Make a change set of these records and submit it. Returns the set.

    `versions` maps a record to the version that the person saw. `reviewed` is the result of
    `review_reading.read_records` for that page.
    """
    # Responsibilities that the records link to cannot change meanwhile: their action takes this lock too.
    locks.publications()
    change_set = _create(
        title=title or title_of(records),
        public_note=change_note,
        effective_from=effective_from,
        by=by,
        at=at,
    )
    locked = lock_changed_records(records, versions)
    require(permissions.may_submit_records(by, locked, at=at))
    if reviewed is not None:
        review_reading.require_as_read(reviewed, review_reading.read_records(records, at=at))
    _add(change_set, records, by, at)
    return submit(change_set=change_set, by=by, at=at)


@locks.atomic
def publish(*, records, by, at, **submission):
    """Submit these records and approve the set at once, if a setting lets authors approve.

    `submission` has the other arguments of `submit_records`. The set is marked as self-approved. Returns the editions in the order of `records`.
    """
    locks.publications()
    require(permissions.may_publish(by, records, at=at))
    change_set = submit_records(records=records, by=by, at=at, **submission)
    made = {edition.record: edition for edition in approve(change_set=change_set, by=by, at=at)}
    return [made[record] for record in records]


def title_of(records):
    """Return the title of a set for which a person chose none."""
    return text.shorten(", ".join(str(record) for record in records), 160)


def _lock_editable(change_set, by, at):
    """Lock a set that this person may fill and change now. Returns the set as it is now."""
    change_set = locks.change_set(change_set)
    if not change_set.is_editable:
        raise ReviewError(
            f"“{change_set}” is {change_set.get_state_display().lower()}, so it cannot be changed."
        )
    require(permissions.may_change_set(by, change_set, at=at))
    return change_set


def _put(record, change_set):
    type(record)._base_manager.filter(pk=record.pk).update(change_set=change_set)
    record.change_set = change_set
