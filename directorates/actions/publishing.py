"""Publishing, withdrawing, closing and restoring: the only writers of editions."""

from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from directorates import structure_rules, timeline
from directorates.models import Figure, FigureEdition, Generation, Unit, UnitEdition
from directorates.structure_rules import UnitSpan, Violation

EDITION_OF = {Unit: UnitEdition, Figure: FigureEdition}


class PublishingError(Exception):
    """A publication that cannot be made; nothing was changed. The message is for the editor."""


class NothingToPublishError(PublishingError):
    """The record has no unpublished changes."""


class ChangedMeanwhileError(PublishingError):
    """Someone saved or published the record since the editor looked at it."""


class BrokenRuleError(PublishingError):
    """The organization would break a rule of its structure."""

    def __init__(self, violations: list[Violation]):
        self.violations = violations
        super().__init__("\n".join(str(violation) for violation in violations))


@dataclass(frozen=True)
class Snapshot:
    """The content of one edition to be: column values and ids of related records."""

    record: Unit | Figure
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
            self.values == content.content_values()
            and self.relation_ids == content.content_relation_ids()
        )


@transaction.atomic
def publish(*, records, by, at, effective_from=None, change_note="", versions=None):
    """Publish working records together, all or none, and return their editions.

    `effective_from` is an instant at or after `at` (default: `at`). `versions` maps a record to the
    version that was looked at. Raises NothingToPublishError, ChangedMeanwhileError, BrokenRuleError or
    PublishingError, each leaving everything as it was.
    """
    Generation.objects.advance()
    effective_from = _checked_instant(effective_from, at)
    snapshots = []
    for record in records:
        locked = type(record)._base_manager.select_for_update().get(pk=record.pk)
        if versions and versions.get(record, locked.version) != locked.version:
            raise ChangedMeanwhileError(
                f"“{locked}” was saved by someone else after you opened this page."
                " Look at the change, then publish again."
            )
        if not locked.has_unpublished_changes:
            raise NothingToPublishError(f"“{locked}” has no unpublished changes.")
        snapshots.append(Snapshot.of(locked))
    editions = insert_editions(
        snapshots=snapshots, by=by, at=at, effective_from=effective_from, change_note=change_note
    )
    check_structure(since=effective_from)
    return editions


def _checked_instant(effective_from, at):
    if effective_from is None:
        return at
    if effective_from < at:
        local = timezone.localtime(effective_from)
        raise PublishingError(
            f"{local:%Y-%m-%d %H:%M} has passed. Choose a time ahead, or publish now."
        )
    return effective_from


def insert_editions(*, snapshots, by, at, effective_from, change_note=""):
    """Insert an edition for each snapshot into its record's timeline. Checks no rule of the structure."""
    return [
        _insert_edition(snapshot, by=by, at=at, effective_from=effective_from, note=change_note)
        for snapshot in snapshots
    ]


def insert_first_editions(*, snapshots, by, at, effective_from, change_notes):
    """Insert the first edition of each of many records at once. `effective_from` and `change_notes`
    have an entry for each snapshot. Checks no rule of the structure."""
    if not snapshots:
        return []
    editions = [
        edition_of(
            snapshot, effective_from=begins, change_note=note, approved_at=at, approved_by=by
        )
        for snapshot, begins, note in zip(snapshots, effective_from, change_notes, strict=True)
    ]
    for edition in editions:
        _clean(edition)
    type(editions[0]).objects.bulk_create(editions, batch_size=500)
    insert_relations(editions, [snapshot.relation_ids for snapshot in snapshots])
    records = [snapshot.record.pk for snapshot in snapshots]
    _concrete(snapshots[0].record)._base_manager.filter(pk__in=records).update(
        has_unpublished_changes=False
    )
    return editions


def edition_of(snapshot, **fields):
    """Return an edition with a snapshot's columns, not saved; the first one unless `fields` say otherwise."""
    model = EDITION_OF[_concrete(snapshot.record)]
    return model(
        **snapshot.values, **{model.record_field: snapshot.record}, **{"number": 1} | fields
    )


def insert_relations(owners, relation_ids):
    """Insert the related records of many new rows at once; `relation_ids` has {name: ids} for each."""
    model = type(owners[0])
    for relation in model.content_relations():
        field = model._meta.get_field(relation.name)
        through = field.remote_field.through
        own, other = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
        through.objects.bulk_create(
            (
                through(**{own: owner.pk, other: pk})
                for owner, ids in zip(owners, relation_ids, strict=True)
                for pk in ids[relation.name]
            ),
            batch_size=500,
        )


def _insert_edition(snapshot, *, by, at, effective_from, note):
    record = snapshot.record
    standing = list(record.editions.standing())
    spans = [timeline.Span(e.effective_from, e.effective_until, e.pk) for e in standing]
    if effective_from == at and any(effective_from <= span.begins <= at for span in spans):
        raise ChangedMeanwhileError(f"“{record}” was published by someone else a moment ago.")
    try:
        span, shortened = timeline.insert(spans, effective_from)
    except timeline.TimelineConflictError as error:
        local = timezone.localtime(effective_from)
        raise PublishingError(
            f"“{record}”: an edition already takes effect on {local:%Y-%m-%d %H:%M}."
            " Withdraw it first, or choose another time."
        ) from error
    if shortened:
        record.editions.filter(pk=shortened.key).update(effective_until=shortened.ends)
    edition = edition_of(
        snapshot,
        number=_next_number(record),
        effective_from=effective_from,
        effective_until=span.ends,
        change_note=note,
        approved_at=at,
        approved_by=by,
    )
    _clean(edition)
    edition.save()
    for name, ids in snapshot.relation_ids.items():
        if ids:
            getattr(edition, name).set(ids)
    refresh_unpublished_mark(record)
    return edition


def _concrete(record):
    return type(record)._meta.concrete_model


def _next_number(record):
    newest = record.editions.order_by("-number").values_list("number", flat=True).first()
    return (newest or 0) + 1


def _clean(edition):
    """Sanitize and validate the copied columns, whatever way they came in."""
    columns = {field.name for field in edition.content_fields() if not field.is_relation}
    exclude = {field.name for field in edition._meta.fields} - columns
    try:
        edition.clean_fields(exclude=exclude)
    except ValidationError as error:
        faults = "; ".join(
            f"{edition._meta.get_field(field).verbose_name}: {' '.join(messages)}"
            for field, messages in error.message_dict.items()
        )
        raise PublishingError(f"“{edition.record}” cannot be published. {faults}") from error


def newest_edition(record):
    """Return the edition that was approved last and not withdrawn, whenever it takes effect, or None."""
    return record.editions.standing().order_by("number").last()


def refresh_unpublished_mark(record):
    """Note on the working record whether it differs from the edition that was approved last."""
    newest = newest_edition(record)
    current = _concrete(record)._base_manager.get(pk=record.pk)
    differs = newest is None or not current.has_same_content(newest)
    _concrete(record)._base_manager.filter(pk=record.pk).update(has_unpublished_changes=differs)
    record.has_unpublished_changes = differs


def unit_spans(*, since):
    """Read the spans that the rules of the structure are checked on: two queries."""
    editions = UnitEdition.objects.lasting_beyond(since)
    successors = {}
    for edition_id, unit_id in UnitEdition.successors.through.objects.filter(
        unitedition__in=editions.filter(is_closed=True)
    ).values_list("unitedition_id", "unit_id"):
        successors.setdefault(edition_id, []).append(unit_id)
    rows = editions.order_by().values_list(
        "pk", "unit_id", "name", "kind", "slug", "parent_id", "is_closed",
        "effective_from", "effective_until",
    )  # fmt: skip
    return [UnitSpan(*columns, tuple(successors.get(pk, ()))) for pk, *columns in rows]


def find_violations(*, since):
    return structure_rules.find_violations(unit_spans(since=since), since=since)


def find_publication_problems(*, records, at, effective_from=None):
    """Return what would stop these working records from being published together; writes nothing.

    Each is a sentence, or a Violation where the fault is in the structure. `effective_from` is as in
    `publish`.
    """
    effective_from = effective_from or at
    problems, units = [], []
    for record in records:
        model = EDITION_OF[_concrete(record)]
        try:
            _clean(model(**record.content_values(), **{model.record_field: record}))
        except PublishingError as error:
            problems.append(str(error))
        if model is UnitEdition:
            units.append(record)
    if units:
        spans = _spans_if_published(units, effective_from)
        problems += structure_rules.find_violations(spans, since=effective_from)
    return problems


def _spans_if_published(units, effective_from):
    """The spans as they would be if these working records took effect at `effective_from`."""
    spans = unit_spans(since=effective_from)
    for unit in units:
        own = [timeline.Span(s.begins, s.ends, s) for s in spans if s.unit_id == unit.pk]
        # One that begins at the same instant would be refused; for the rules of the structure it is replaced.
        replaced = [span.key for span in own if span.begins == effective_from]
        new, shortened = timeline.insert(
            [span for span in own if span.begins != effective_from], effective_from
        )
        if shortened:
            spans.append(replace(shortened.key, ends=shortened.ends))
            replaced.append(shortened.key)
        spans = [span for span in spans if span not in replaced]
        spans.append(
            UnitSpan(
                unit.pk, unit.name, unit.kind, unit.slug, unit.parent_id, unit.is_closed,
                new.begins, new.ends, tuple(unit.content_relation_ids()["successors"]),
            )
        )  # fmt: skip
    return spans


def check_structure(*, since):
    violations = find_violations(since=since)
    if violations:
        raise BrokenRuleError(violations)


@transaction.atomic
def withdraw(*, edition, by, at):
    """Withdraw a scheduled edition: the one before it lasts as long as the withdrawn would have.

    Raises PublishingError if it has taken effect or is withdrawn, BrokenRuleError if others rely on it.
    """
    Generation.objects.advance()
    edition = type(edition).objects.select_for_update().get(pk=edition.pk)
    if edition.withdrawn_at is not None:
        raise PublishingError("This edition has been withdrawn already.")
    if edition.effective_from <= at:
        raise PublishingError(
            "This edition has taken effect and cannot be withdrawn. Publish a new one instead."
        )
    record = edition.record
    spans = [
        timeline.Span(e.effective_from, e.effective_until, e.pk) for e in record.editions.standing()
    ]
    emptied, extended = timeline.withdraw(spans, edition.pk)
    record.editions.filter(pk=edition.pk).update(
        effective_until=emptied.ends, withdrawn_at=at, withdrawn_by=by
    )
    if extended:
        record.editions.filter(pk=extended.key).update(effective_until=extended.ends)
    check_structure(since=edition.effective_from)
    refresh_unpublished_mark(record)
    edition.refresh_from_db()
    return edition


@transaction.atomic
def close(*, unit, successors, by, at, effective_from=None, children_to=None, change_note=""):
    """Close a unit at an instant, name its successors, and move the open units below it.

    What is published is what is in force then with these changes alone: drafts of the unit and of its
    children stay drafts. Raises PublishingError, BrokenRuleError.
    """
    Generation.objects.advance()
    effective_from = _checked_instant(effective_from, at)
    in_force = unit.editions.in_force(effective_from).first()
    if in_force is None:
        raise PublishingError(
            f"“{unit}” was never published, so it cannot be closed. Delete it instead."
        )
    if in_force.is_closed:
        raise PublishingError(f"“{unit}” is closed already.")
    if unit.editions.scheduled(effective_from).exists():
        raise PublishingError(
            f"A later edition of “{unit}” is scheduled and would open it again. Withdraw that one first."
        )
    children = list(
        UnitEdition.objects.in_force(effective_from).filter(parent=unit, is_closed=False)
    )
    if children and children_to is None:
        names = ", ".join(child.name for child in children[:5])
        raise PublishingError(
            f"{len(children)} open {'unit is' if len(children) == 1 else 'units are'} part of"
            f" “{unit}”: {names}{'…' if len(children) > 5 else ''}. Say where they go."
        )
    closing = Snapshot.of(in_force, unit, is_closed=True)
    closing.relation_ids["successors"] = sorted(successor.pk for successor in successors)
    moves = [Snapshot.of(child, child.unit, parent_id=children_to.pk) for child in children]
    _carry_into_working_records(closing, moves, by=by, at=at)
    editions = insert_editions(
        snapshots=[closing, *moves],
        by=by,
        at=at,
        effective_from=effective_from,
        change_note=change_note,
    )
    check_structure(since=effective_from)
    return editions


def _carry_into_working_records(closing, moves, *, by, at):
    """Make the same changes to the working records, beside whatever drafts they hold."""
    for snapshot in [closing, *moves]:
        unit = Unit.objects.select_for_update().get(pk=snapshot.record.pk)
        if snapshot is closing:
            unit.is_closed = True
            unit.successors.set(snapshot.relation_ids["successors"])
        else:
            unit.parent_id = snapshot.values["parent_id"]
        unit.version += 1
        unit.saved_at, unit.saved_by = at, by
        unit.save()


@transaction.atomic
def restore(*, edition, by, at, expected_version=None):
    """Copy an edition's content back to its working record, as an unpublished change. Returns the record.

    Raises ChangedMeanwhileError if the record has another version than `expected_version`, if given.
    """
    record = _concrete(edition.record)._base_manager.select_for_update().get(pk=edition.record.pk)
    if expected_version is not None and record.version != expected_version:
        raise ChangedMeanwhileError(
            f"“{record}” was saved by someone else after you opened this page."
            " Look at the change, then restore again."
        )
    for name, value in edition.content_values().items():
        setattr(record, name, value)
    columns = {field.name for field in record.content_fields() if not field.is_relation}
    record.clean_fields(exclude={field.name for field in record._meta.fields} - columns)
    record.version += 1
    record.saved_at, record.saved_by = at, by
    record.save()
    for name, ids in edition.content_relation_ids().items():
        getattr(record, name).set(ids)
    refresh_unpublished_mark(record)
    return record
