"""The public record with a change set and without it: published for real, read back, rolled back.

So a preview needs no second way of reading, and cannot differ from the approval. Pages are rendered with
the result laid over the database, after the locks are released: a preview makes no other person wait.
"""

from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from directorates.actions import locks
from directorates.actions.publishing import correcting, publishing, structure
from directorates.actions.refusals import PublishingError
from directorates.actions.reviewing import reviewing
from directorates.models import ChangeSet
from directorates.models.records.governed import GOVERNED
from directorates.queries import assignments, visibility
from directorates.queries.overlay import Overlay, reading


@dataclass(frozen=True)
class DryRun:
    """The public record as it would be, and the instant to look at it. Without an overlay: as it is."""

    instant: datetime
    overlay: Overlay | None = None

    @contextmanager
    def shown(self):
        """Within the block, every query reads this record, and no query can write. It holds no lock."""
        with reading():
            if self.overlay is None:
                yield
                return
            with self.overlay.shown():
                yield


def with_change_set(change_set: ChangeSet, *, at):
    """Return the record as if the change set were approved, at the instant at which it takes effect.

    Raises PublishingError if it could not be approved.
    """
    if change_set.state == ChangeSet.State.APPROVED:
        return DryRun(change_set.effective_from)
    if not change_set.holds_records:
        raise reviewing.ReviewError(
            f"“{change_set}” is {change_set.get_state_display().lower()}: there is nothing to preview."
        )
    instant = max(change_set.effective_from or at, at)
    records = change_set.find_subjects()
    if not records:
        return DryRun(instant)

    def publish():
        if change_set.correction is not None:
            correcting.correct(change_set=change_set, by=None, at=at)
            return
        publishing.publish(
            records=records,
            by=None,
            at=at,
            effective_from=instant,
            change_note=change_set.public_note,
            change_set=change_set,
        )

    return DryRun(instant, _try(publish, records))


def without(change_set: ChangeSet, *, at):
    """Return the record as if the change set were not approved.

    The instant is that of the change set; all other approved changes are in force then. If others rely on
    the set, so that it cannot be withdrawn alone, the instant is the moment before.
    """
    if change_set.state != ChangeSet.State.APPROVED:
        return DryRun(max(change_set.effective_from or at, at))
    instant = change_set.effective_from
    moment_before = instant - datetime.resolution
    editions = change_set.find_editions()
    if not editions:
        return DryRun(instant)
    try:
        overlay = _try(
            lambda: publishing.withdraw(editions=editions, by=None, at=moment_before),
            [edition.record for edition in editions],
        )
    except PublishingError:
        return DryRun(moment_before)
    return DryRun(instant, overlay)


def for_outsiders(change_set: ChangeSet, *, at):
    """Return the record as the public sees it at `at`, with this change set and nothing else to come.

    Raises PublishingError if the change set cannot be shown alone, because it relies on another.
    """
    outcome = with_change_set(change_set, at=at)
    rows = dict(outcome.overlay.rows) if outcome.overlay else {}
    is_approved = change_set.state == ChangeSet.State.APPROVED
    own = change_set.find_editions() if is_approved else _added_editions(rows)
    hidden = {}
    for governed in GOVERNED:
        model, editions = governed.edition_model, governed.among(own)
        ended = _ended(governed, editions, at)
        hidden[model] = {edition.pk for edition in (*ended, *editions)}
        rows[model] = [*ended, *(_with_end(edition, None) for edition in editions)]
    alone = DryRun(outcome.instant, Overlay(hidden, rows, public_at=at))
    with alone.shown():
        _check_alone(own, alone.instant)
    return alone


def _added_editions(rows):
    """Return the editions that only an overlay has. Their ids are negative."""
    return [
        edition
        for governed in GOVERNED
        for edition in rows.get(governed.edition_model, ())
        if edition.pk < 0
    ]


def _ended(governed, editions, at):
    """Return the editions in force of the same records, each ended at the instant when the new one begins."""
    ends = {edition.record_pk: edition.effective_from for edition in editions}
    in_force = governed.edition_model.objects.in_force(at).of_records(ends)
    return [_with_end(edition, ends[edition.record_pk]) for edition in in_force]


def _with_end(edition, end):
    changed = copy(edition)
    changed.effective_until = end
    return changed


def _check_alone(editions, instant):
    structure.check_structure(since=instant)
    for governed in GOVERNED:
        if governed.is_unit:
            continue
        units = {assignments.place_of(edition) for edition in governed.among(editions)}
        if visibility.public_units(instant).filter(unit_id__in=units).count() < len(units):
            raise PublishingError(
                f"A {governed.model._meta.verbose_name} belongs to a unit that the public does not see by then."
            )


@locks.atomic
def _try(write, records):
    """Call `write`, read back the editions of these records as an overlay, and roll back."""
    locks.publications()
    before = _changeable(records)
    with transaction.atomic():
        write()
        overlay = _difference(before, _changeable(records))
        transaction.set_rollback(True)
    return overlay


def _changeable(records):
    """Return {edition model: {id: [effective_until, withdrawn_at]}} of these records: one query a kind."""
    found = {}
    for governed in GOVERNED:
        pks = [record.pk for record in governed.among(records)]
        editions = governed.edition_model.objects.of_records(pks)
        rows = editions.values_list("pk", "effective_until", "withdrawn_at")
        found[governed.edition_model] = {pk: changeable for pk, *changeable in rows}
    return found


def _difference(before, after):
    """Return the changed editions as an overlay. New editions get negative ids, which no row has."""
    hidden, rows = {}, {}
    for model in before:
        was, now = before[model], after[model]
        hidden[model] = {pk for pk in was if now[pk] != was[pk]}
        added = now.keys() - was.keys()
        rows[model] = list(model.objects.filter(pk__in=hidden[model] | added))
        for edition in rows[model]:
            edition.pk = -edition.pk if edition.pk in added else edition.pk
        for relation in model._meta.local_many_to_many:
            through, own = relation.remote_field.through, relation.m2m_field_name()
            rows[through] = list(through.objects.filter(**{f"{own}__in": added}))
            for row in rows[through]:
                row.pk = -row.pk
                setattr(row, f"{own}_id", -getattr(row, f"{own}_id"))
    return Overlay(hidden, rows)


def unit_ids_of(change_set):
    """Return the ids of the units that a change set is about, the units of its other records included."""
    rows = change_set.find_records() if change_set.holds_records else change_set.find_editions()
    return {assignments.unit_of(row) for row in rows}
