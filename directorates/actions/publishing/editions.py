"""Editions as rows: content copied into them, and their place in the timeline of a record.

This module checks no rule of the structure. `publication` and `importing` do, after all rows are inserted.
"""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from directorates.actions import locks, search_index
from directorates.actions.auditing import contributions
from directorates.actions.refusals import PublishingError
from directorates.models.database.prepared import prepared
from directorates.models.records.governed import find_governed
from directorates.models.records.working_record import WorkingRecord
from directorates.rules import local_time, timeline


class NothingToPublishError(PublishingError):
    """The record has no unpublished changes."""


class ChangedMeanwhileError(PublishingError):
    """Someone saved or published the record since the editor looked at it."""


class InReviewError(PublishingError):
    """The record is in a change set under review. It must stay as the reviewer sees it."""


@dataclass(frozen=True)
class Snapshot:
    """The content of an edition that is not inserted yet: column values and ids of related records."""

    record: WorkingRecord
    values: dict[str, Any]
    relation_ids: dict[str, list[int]]

    @classmethod
    def of(cls, content, record=None, **changes):
        return cls(
            record if record is not None else content,
            content.content_values() | changes,
            content.content_relation_ids(),
        )

    def has_content_of(self, content):
        return (
            content.has_values(self.values) and self.relation_ids == content.content_relation_ids()
        )


def lock_changed_records(records, versions=None):
    """Lock working records before they are published. Returns the records as they are now.

    `versions` maps a record to the version that the person saw. Raises ChangedMeanwhileError,
    NothingToPublishError.
    """
    locked_records = locks.records(records)
    for record, locked in zip(records, locked_records, strict=True):
        if versions and versions.get(record, locked.version) != locked.version:
            raise ChangedMeanwhileError(
                f"“{locked}” was saved by someone else after you opened this page."
                " Look at the change, then publish again."
            )
        if not locked.has_unpublished_changes:
            raise NothingToPublishError(f"“{locked}” has no unpublished changes.")
    return locked_records


def refuse_in_review(record):
    if record.is_in_review:
        raise InReviewError(
            f"“{record}” is in review with the change set “{record.change_set}”, so it cannot be"
            " changed. Take the set back, or wait for the review."
        )


def insert_editions(*, snapshots, by, at, **columns):
    """Insert an edition for each snapshot into its record's timeline. Returns the editions.

    `columns` are the columns besides the content, such as `effective_from`. All editions get the same.
    """
    return [
        _insert_edition(snapshot, approved_at=at, approved_by=by, **columns)
        for snapshot in snapshots
    ]


def _insert_edition(snapshot, *, effective_from, **columns):
    record = snapshot.record
    existing, spans = read_timeline(record)
    # Someone who waited for the lock must not publish behind the edition that was just made.
    if any(effective_from <= e.effective_from <= e.approved_at for e in existing):
        raise ChangedMeanwhileError(f"“{record}” was published by someone else a moment ago.")
    try:
        span, shortened = timeline.insert(spans, effective_from)
    except timeline.TimelineConflictError as error:
        sentence = explain_taken_instant(record, effective_from)
        raise PublishingError(sentence, field="effective_from") from error
    if shortened:
        record.editions.filter(pk=shortened.key).update(effective_until=shortened.ends)
    edition = edition_of(
        snapshot,
        number=_next_number(record),
        effective_from=effective_from,
        effective_until=span.ends,
        **columns,
    )
    clean(edition)
    edition.save()
    for name, ids in snapshot.relation_ids.items():
        if ids:
            getattr(edition, name).set(ids)
    search_index.add_editions([edition])
    _mark(record, newest=edition)
    return edition


def read_timeline(record):
    """Return a record's editions that were not withdrawn, and their Spans with ids as keys: one query."""
    existing = _lasting_editions(model=find_governed(record).edition_model, record_pk=record.pk)
    return existing, [timeline.Span(e.effective_from, e.effective_until, e.pk) for e in existing]


@prepared
def _lasting_editions(model, record_pk):
    return model.objects.not_withdrawn().filter(**{model.record_field: record_pk})


def explain_taken_instant(record, instant):
    return (
        f"“{record}”: a published version already takes effect on {local_time.written(instant)}."
        " Withdraw it first, or choose another time."
    )


def insert_first_editions(*, snapshots, by, at, columns):
    """Insert the first edition of each of many records at once.

    `columns` has {name: value} for each snapshot: the columns besides the content, such as `effective_from`.
    """
    if not snapshots:
        return
    editions = [
        edition_of(snapshot, approved_at=at, approved_by=by, **own)
        for snapshot, own in zip(snapshots, columns, strict=True)
    ]
    for edition in editions:
        clean(edition)
    type(editions[0]).objects.bulk_create(editions, batch_size=500)
    relation_ids = [snapshot.relation_ids for snapshot in snapshots]
    insert_relations(list(zip(editions, relation_ids, strict=True)))
    search_index.add_editions(editions)


def edition_of(snapshot, **fields):
    """Return an unsaved edition with the columns of a snapshot. Its number is 1 unless `fields` has another."""
    governed = find_governed(snapshot.record)
    return governed.edition_model(
        **snapshot.values, **{governed.record_field: snapshot.record}, **{"number": 1} | fields
    )


def insert_relations(owned):
    """Insert the relations of many new rows of one kind at once: `owned` has (row, {name: ids})."""
    if not owned:
        return
    model = type(owned[0][0])
    for relation in model.content_relations():
        field = model._meta.get_field(relation.name)
        through = field.remote_field.through
        own, other = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
        through.objects.bulk_create(
            (
                through(**{own: owner.pk, other: pk})
                for owner, ids in owned
                for pk in ids[relation.name]
            ),
            batch_size=500,
        )


def write_columns(snapshots):
    """Copy the columns of snapshots into their working records, many at once."""
    for snapshot in snapshots:
        for name, value in snapshot.values.items():
            setattr(snapshot.record, name, value)
        snapshot.record.has_unpublished_changes = False
    if snapshots:
        model = type(snapshots[0].record)
        # An upsert on rows that all exist: ten times as fast as bulk_update.
        model.objects.bulk_create(
            [snapshot.record for snapshot in snapshots],
            update_conflicts=True,
            unique_fields=["pk"],
            update_fields=[
                "has_unpublished_changes",
                "version",
                "saved_at",
                "saved_by",
                "sort_key",
                *(field.name for field in model.content_fields()),
            ],
            batch_size=500,
        )


def _next_number(record):
    newest = _newest_number(model=find_governed(record).edition_model, record_pk=record.pk)
    return (newest[0] if newest else 0) + 1


@prepared
def _newest_number(model, record_pk):
    editions = model.objects.filter(**{model.record_field: record_pk})
    return editions.order_by("-number").values_list("number", flat=True)[:1]


def clean(edition):
    """Sanitize and validate the copied columns and the instant. Raises PublishingError."""
    try:
        edition.clean_fields(exclude=edition.fields_besides_content("effective_from"))
    except ValidationError as error:
        errors = "; ".join(
            f"{edition._meta.get_field(field).verbose_name}: {' '.join(messages)}"
            for field, messages in error.message_dict.items()
        )
        raise PublishingError(f"“{edition.record}” cannot be published. {errors}") from error


def newest_edition(record):
    """Return the edition that was approved last and not withdrawn, or None. It may be scheduled."""
    return record.editions.not_withdrawn().order_by("number").last()


def refresh_unpublished_mark(record):
    """Store on the working record whether it differs from the edition that was approved last."""
    _mark(record, newest=newest_edition(record))


def _mark(record, *, newest):
    row = find_governed(record).model._base_manager.filter(pk=record.pk)
    differs = newest is None or not row.get().has_same_content(newest)
    row.update(has_unpublished_changes=differs)
    record.has_unpublished_changes = differs
    if not differs:
        contributions.note_confirmed(record, newest)
