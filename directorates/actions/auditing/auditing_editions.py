"""The audit entries of publications: each edition compared with the edition in force before it."""

from directorates.actions.auditing import auditing
from directorates.actions.auditing.audit_phrases import (
    change,
    changes_between,
    changes_of_many,
    state_of,
    state_of_snapshot,
)
from directorates.models.records.governed import GOVERNED, find_governed
from directorates.rules import audit_actions


def read_in_force(records, at):
    """Return {record: edition in force at `at`}, with content: one query for each kind and each of its
    relations."""
    found = {}
    for governed in GOVERNED:
        own = governed.among(records)
        relations = [relation.name for relation in governed.model.content_relations()]
        editions = governed.edition_model.objects.in_force(at).of_records(own)
        by_pk = {
            edition.record_pk: edition
            for edition in (editions.prefetch_related(*relations) if own else ())
        }
        found |= {record: by_pk[record.pk] for record in own if record.pk in by_pk}
    return found


def note_publication(*, snapshots, editions, in_force, by, at, change_set=None, actions=None):
    """Write an entry for each new edition. `in_force` is the result of `read_in_force` from before.

    `actions` maps a record to an action other than PUBLISH.
    """
    entries = {}
    for governed in GOVERNED:
        own = [
            (snapshot, edition)
            for snapshot, edition in zip(snapshots, editions, strict=True)
            if find_governed(snapshot.record) is governed
        ]
        before = [in_force.get(snapshot.record) for snapshot, _ in own]
        contents = changes_of_many(
            governed.model,
            [
                (state_of(edition) if edition else None, state_of_snapshot(snapshot))
                for edition, (snapshot, _) in zip(before, own, strict=True)
            ],
        )
        for (snapshot, edition), earlier, changes in zip(own, before, contents, strict=True):
            entries[snapshot.record] = auditing.entry(
                action=(actions or {}).get(snapshot.record, audit_actions.PUBLISH),
                record=snapshot.record,
                by=by,
                at=at,
                changes=[*_place_in_timeline(earlier, edition), *changes],
                change_set=change_set,
                comment=edition.change_note,
            )
    auditing.note_all([entries[snapshot.record] for snapshot in snapshots])


def note_withdrawal(*, editions, by, at, comment=""):
    """Write an entry for each withdrawn edition."""
    auditing.note_all(
        [
            auditing.entry(
                action=audit_actions.WITHDRAW,
                record=edition.record,
                by=by,
                at=at,
                changes=_place_in_timeline(edition, None),
                change_set=edition.change_set,
                comment=comment,
            )
            for edition in editions
        ]
    )


def note_draft(*, action, record, before, by, at, comment=""):
    """Write an entry for a working record, compared with the state `before` or None. Without changes and
    comment, write none."""
    changes = changes_between(find_governed(record).model, before, state_of(record))
    if before is None or changes or comment:
        auditing.note(
            action=action,
            record=record,
            by=by,
            at=at,
            changes=changes,
            change_set=record.change_set,
            comment=comment,
        )


def _place_in_timeline(before, after):
    numbers = [str(edition.number) if edition else "" for edition in (before, after)]
    instants = [edition.effective_from if edition else None for edition in (before, after)]
    return [
        change("edition", "Published version", *numbers),
        change("effective_from", "Takes effect", *instants, "instant"),
    ]
