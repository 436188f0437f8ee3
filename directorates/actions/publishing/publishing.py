"""Publishing, withdrawing and restoring."""

from django.utils import timezone

from directorates.actions import locks, search_index
from directorates.actions.auditing.audit_phrases import state_of
from directorates.actions.auditing.auditing_editions import note_withdrawal
from directorates.actions.auditing.auditing_sets import add_step, record_step
from directorates.actions.publishing import drafting, publication
from directorates.actions.publishing.editions import (
    ChangedMeanwhileError,
    NothingToPublishError,
    Snapshot,
    lock_changed_records,
    newest_edition,
    read_timeline,
    refresh_unpublished_mark,
    refuse_in_review,
)
from directorates.actions.publishing.publication import PublicationPlan, publishes
from directorates.actions.publishing.referring import check_references
from directorates.actions.publishing.structure import check_structure
from directorates.actions.refusals import PublishingError, require
from directorates.models import ChangeSet
from directorates.models.records.governed import GOVERNED
from directorates.queries import permissions, referring_texts
from directorates.rules import audit_actions, date_rules, local_time, timeline


@publishes
def publish(
    *, records, by, at, effective_from=None, change_note="", versions=None, change_set=None
):
    """Publish working records together, all or none, and return their editions.

    `effective_from` is an instant at or after `at` (default: `at`). `versions` maps a record to the
    version that the person saw. Raises NothingToPublishError, ChangedMeanwhileError, NotAllowedError,
    BrokenRuleError or PublishingError; then nothing has changed.
    """
    effective_from = checked_instant(effective_from, at)
    locked_records = lock_changed_records(records, versions)
    if change_set is None:
        require(permissions.may_publish_alone(by, locked_records, at=at))
    else:
        require(permissions.may_publish(by, locked_records, at=at, change_set=change_set))
    for record in locked_records:
        if record.change_set_id != (change_set and change_set.pk):
            raise PublishingError(
                f"“{record}” belongs to the change set “{record.change_set}”. Publish that, or take"
                " the record out of it first."
            )
    snapshots = [Snapshot.of(record) for record in locked_records]
    return PublicationPlan(snapshots, by, at, effective_from, change_note, change_set)


def checked_instant(effective_from, at):
    """Return the instant of a publication: now or later. Raises PublishingError."""
    if effective_from is None:
        return at
    refuse_unplannable(effective_from, at)
    if effective_from < at:
        raise PublishingError(
            f"{local_time.written(effective_from)} has passed. Choose a time ahead, or publish now.",
            field="effective_from",
        )
    return effective_from


def refuse_unplannable(effective_from, at):
    """Raise PublishingError for an instant outside the bounds for plans."""
    problem = date_rules.find_plan_problem(effective_from, now=timezone.localtime(at))
    if problem:
        raise PublishingError(problem, field="effective_from")


@locks.atomic
def withdraw(*, editions, by, at, comment="", change_set=None):
    """Withdraw scheduled editions together. The edition before each lasts until the withdrawn one would end.

    Raises PublishingError if an edition has taken effect or is withdrawn, BrokenRuleError if others rely
    on it; then all of them stay. `change_set` is the set that is withdrawn, if it is withdrawn as a whole.
    An approved set is withdrawn with the last of its editions.
    """
    publication.begin()
    require(permissions.may_withdraw(by, editions, at=at, change_set=change_set))
    pks = {edition.change_set_id for edition in editions} - {None}
    approved = ChangeSet.objects.filter(pk__in=pks, state=ChangeSet.State.APPROVED)
    change_sets = locks.rows(approved)
    records = locks.records([edition.record for edition in editions])
    extended = []
    for record, edition in zip(records, editions, strict=True):
        extended += withdraw_one(record, record.editions.get(pk=edition.pk), person=by, at=at)
    require(permissions.may_put(by, extended, at=at))
    since = min(edition.effective_from for edition in editions)
    check_structure(since=since)
    texts = referring_texts.read_concerned(records, since=since)
    check_references(records, since=since, texts=texts)
    search_index.write_references(texts)
    note_withdrawal(editions=editions, by=by, at=at, comment=comment)
    for change_set in change_sets:
        _follow_withdrawal(change_set, editions, by=by, at=at, comment=comment)


def withdraw_one(record, edition, *, person, at):
    """Withdraw one edition. Returns the editions that last longer now: one or none."""
    if edition.withdrawn_at is not None:
        raise PublishingError(
            f"Published version {edition.number} of “{record}” has been withdrawn already."
        )
    if edition.effective_from <= at:
        raise PublishingError(
            f"Published version {edition.number} of “{record}” has taken effect and cannot be withdrawn."
            " Publish a new one instead."
        )
    existing, spans = read_timeline(record)
    emptied, extended = timeline.withdraw(spans, edition.pk)
    record.editions.filter(pk=edition.pk).update(
        effective_until=emptied.ends, withdrawn_at=at, withdrawn_by=person
    )
    if extended:
        record.editions.filter(pk=extended.key).update(effective_until=extended.ends)
    refresh_unpublished_mark(record)
    return [e for e in existing if extended and e.pk == extended.key]


def _follow_withdrawal(change_set, editions, *, by, at, comment):
    """Add a step to a set of which editions were withdrawn. The set is withdrawn with the last of them."""
    if change_set.find_editions():
        names = ", ".join(
            f"{edition.record}, published version {edition.number}"
            for edition in editions
            if edition.change_set_id == change_set.pk
        )
        words = f"Withdrew {names}" + (f": {comment}" if comment else ".")
        add_step(change_set, "withdraw-edition", words, by, at)
        return
    before = change_set.state
    change_set.state = ChangeSet.State.WITHDRAWN
    change_set.version += 1
    change_set.save(update_fields=["state", "version"])
    record_step(change_set, "withdraw", comment, by, at, before=before)


def find_approved_together(edition):
    """Return the other editions, of every kind, that were approved with this one and not withdrawn."""
    together = {
        "approved_at": edition.approved_at,
        "approved_by": edition.approved_by_id,
        "effective_from": edition.effective_from,
    }
    return [
        other
        for governed in GOVERNED
        for other in governed.edition_model.objects.not_withdrawn()
        .filter(**together)
        .select_related(governed.record_field)
        .order_by("pk")
        if other != edition
    ]


@locks.atomic
def restore(*, edition, by, at, expected_version=None):
    """Copy the content of an edition to its working record, as an unpublished change. Returns the record.

    Raises ChangedMeanwhileError if `expected_version` is given and the record has another version.
    """
    (record,) = locks.records([edition.record])
    refuse_in_review(record)
    require(permissions.may_restore(by, record, edition, at=at))
    if expected_version is not None and record.version != expected_version:
        raise ChangedMeanwhileError(
            f"“{record}” was saved by someone else after you opened this page."
            " Look at the change, then restore again."
        )
    return _take_content(
        record,
        edition,
        action=audit_actions.RESTORE,
        by=by,
        at=at,
        comment=f"The content of published version {edition.number}.",
    )


@locks.atomic
def discard_draft(*, record, by, at, expected_version=None):
    """Give a working record the content of the edition that was approved last. Returns the record.

    The edition may be scheduled. Raises ChangedMeanwhileError if `expected_version` is given and the record has
    another version, NothingToPublishError if it has no unpublished changes, and PublishingError if it was never
    published.
    """
    (record,) = locks.records([record])
    refuse_in_review(record)
    edition = newest_edition(record)
    if edition is None:
        require(permissions.may_change(by, [record], at=at))
        raise PublishingError(f"“{record}” was never published. Delete it instead.")
    require(permissions.may_restore(by, record, edition, at=at))
    if expected_version is not None and record.version != expected_version:
        raise ChangedMeanwhileError(
            f"“{record}” was saved by someone else after you opened this page."
            " Look at the draft, then discard it again."
        )
    if not record.has_unpublished_changes:
        raise NothingToPublishError(f"“{record}” has no unpublished changes.")
    return _take_content(
        record,
        edition,
        action=audit_actions.DISCARD_DRAFT,
        by=by,
        at=at,
        comment=f"Back to published version {edition.number}.",
    )


def _take_content(record, edition, *, action, by, at, comment):
    """Copy the content of an edition to a locked working record, and note it."""
    before = state_of(record)
    for name, value in edition.content_values().items():
        setattr(record, name, value)
    record.clean_fields(exclude=record.fields_besides_content())
    return drafting.write(
        record=record,
        relations=edition.content_relation_ids(),
        before=before,
        action=action,
        by=by,
        at=at,
        comment=comment,
    )
