"""The people with a hand in a change set: they wrote its drafts, filled it, edited it or submitted it.

Hands in the drafts are the `Contribution` rows since a record's last edition. Hands in the set itself are its
steps. So the hands in past sets are known too. The number of queries is fixed, for any number of sets and records.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.contrib.auth.models import User
from django.db.models import Min, Q

from directorates.models import (
    ChangeSetStep,
    Contribution,
    Responsibility,
    Unit,
    UnitEdition,
)
from directorates.models.records.governed import GOVERNED
from directorates.models.records.working_record import WorkingRecord

#: The steps that count as a hand in a set. Reviewing does not count.
STEPS = ("create", "add", "remove", "change", "submit", "take-back")

_ABOUT_THE_SET = {"create": "made it", "submit": "submitted it", "take-back": "took it back"}
_ABOUT_A_RECORD = {
    "create": "wrote",
    "change": "changed",
    "restore": "restored a published version of",
    "discard-draft": "discarded the draft of",
    "reopen": "opened again",
}


@dataclass(frozen=True)
class Hand:
    """One action of a person on `record`, or on the set itself (None)."""

    person: User
    did: str
    at: datetime
    record: WorkingRecord | Responsibility | None = None
    #: The text of a step, like "Added Office of Examples."
    step: str = ""

    @property
    def label(self):
        if self.record is not None:
            return f"{_ABOUT_A_RECORD.get(self.did, self.did)} “{self.record}”"
        return _ABOUT_THE_SET.get(self.did) or f"{self.step[:1].lower()}{self.step[1:].rstrip('.')}"


@dataclass(frozen=True)
class _Held:
    """A record of a set. For a past set, `edition` is the edition that the set made."""

    change_set_id: int
    record: WorkingRecord
    edition: object = None

    @property
    def key(self):
        return key_of(self.record)


def key_of(record):
    """Return (model, primary key) as `Contribution` stores them."""
    return record._meta.concrete_model._meta.label_lower, record.pk


def hands_in(change_set):
    """Return all hands in a change set, the set's own steps first."""
    return hands_in_sets([change_set])[change_set.pk]


def hands_in_sets(change_sets):
    """Return {primary key of a set: the hands in it}."""
    hands = {change_set.pk: [] for change_set in change_sets}
    for change_set in change_sets:
        if change_set.author is not None:
            hands[change_set.pk].append(Hand(change_set.author, "create", change_set.created_at))
    for step in _steps_of(change_sets):
        comment = step.comment if step.name in ("add", "remove", "change") else ""
        hands[step.change_set_id].append(Hand(step.by, step.name, step.at, step=comment))
    held = _records_held(change_sets) + _records_published(change_sets)
    for one, found in (*_hands_in_drafts(held), *_hands_in_responsibilities(held)):
        hands[one.change_set_id] += found
    return hands


def hands_of(person, change_set):
    """Return one person's hands in a change set. The command line has none."""
    if person is None:
        return []
    return [hand for hand in hands_in(change_set) if hand.person == person]


def describe(hands, most=5):
    """Return a person's actions as text, each once: "made it, changed “Office of Examples”"."""
    labels = list(dict.fromkeys(hand.label for hand in hands))
    more = f", and {len(labels) - most} things more" if len(labels) > most else ""
    return ", ".join(labels[:most]) + more


def without_own(person, change_sets):
    """Return the change sets in which a person had no hand."""
    hands = hands_in_sets(change_sets)
    return [one for one in change_sets if all(hand.person != person for hand in hands[one.pk])]


def _steps_of(change_sets):
    steps = ChangeSetStep.objects.filter(
        change_set__in=change_sets, name__in=STEPS, by__isnull=False
    )
    # The author is known without the step "create".
    return steps.exclude(name="create").select_related("by")


def _records_held(change_sets):
    pks = [one.pk for one in change_sets if one.holds_records]
    return [
        _Held(record.change_set_id, record)
        for governed in (GOVERNED if pks else ())
        for record in governed.model.objects.filter(change_set__in=pks).select_related("saved_by")
    ]


def _records_published(change_sets):
    pks = [one.pk for one in change_sets if not one.holds_records]
    return [
        _Held(edition.change_set_id, edition.record, edition)
        for governed in (GOVERNED if pks else ())
        for edition in governed.edition_model.objects.filter(change_set__in=pks).select_related(
            governed.record_field
        )
    ]


def _rows_of(keys):
    """Return {key: its rows, oldest first}: one query."""
    by_model, rows = defaultdict(list), defaultdict(list)
    for model, pk in keys:
        by_model[model].append(pk)
    if by_model:
        wanted = [Q(record_model=model, record_pk__in=pks) for model, pks in by_model.items()]
        found = Contribution.objects.filter(reduce(or_, wanted)).select_related("by")
        for row in found.order_by("pk"):
            rows[row.record_model, row.record_pk].append(row)
    return rows


def _hands_in_drafts(held):
    """Yield each record with the hands in its draft since its last edition."""
    rows = _rows_of({one.key for one in held})
    withdrawn = _find_withdrawn(rows)
    for one in held:
        found = [
            Hand(row.by, row.did, row.at, one.record)
            for row in _since_last_edition(rows[one.key], withdrawn.get(one.key, {}), one.edition)
            if row.by is not None
        ]
        saver = one.record.saved_by if one.edition is None else None
        # A draft that a script wrote without `drafting` has no contribution, only `saved_by`.
        if saver is not None and all(hand.person != saver for hand in found):
            found.append(Hand(saver, "change", one.record.saved_at, one.record))
        yield one, found


def _find_withdrawn(rows):
    """Return {key: {edition number: time of withdrawal}} of withdrawn editions with marks."""
    withdrawn = defaultdict(dict)
    for governed in GOVERNED:
        label = governed.model._meta.label_lower
        pks = [
            pk for (name, pk), own in rows.items() if name == label and any(r.edition for r in own)
        ]
        editions = governed.edition_model.objects.of_records(pks)
        for edition in editions.filter(withdrawn_at__isnull=False) if pks else ():
            withdrawn[label, edition.record_pk][edition.number] = edition.withdrawn_at
    return withdrawn


def _since_last_edition(rows, withdrawn, edition):
    """Return the rows about the draft that became `edition`, or about the present draft (None).

    A mark about a withdrawn edition does not count: the draft is unpublished again.
    """
    if edition is not None:
        rows = _until(rows, edition)
    since = []
    for row in rows:
        if row.did != Contribution.CONFIRMED:
            since.append(row)
        elif not _was_withdrawn(withdrawn.get(row.edition), edition):
            since = []
    return since


def _until(rows, edition):
    """Return the rows before the mark about an edition or, without a mark, before its approval."""
    for index, row in enumerate(rows):
        if row.edition == edition.number:
            return rows[:index]
    return [row for row in rows if row.at <= edition.approved_at]


def _was_withdrawn(withdrawn_at, edition):
    return withdrawn_at is not None and (edition is None or withdrawn_at <= edition.approved_at)


def _hands_in_responsibilities(held):
    """Yield each record with the hands in the responsibilities that it is the first to publish."""
    used = _responsibilities_of(held)
    if not used:
        return
    pks = {pk for own in used.values() for pk in own}
    first = _first_approvals(pks)
    label = Responsibility._meta.label_lower
    rows = _rows_of({(label, pk) for pk in pks})
    phrases = Responsibility.objects.in_bulk(pks)
    for one, own in used.items():
        yield (
            one,
            [
                Hand(row.by, row.did, row.at, phrases[pk])
                for pk in own
                if _publishes_first(one.edition, first.get(pk))
                for row in rows[label, pk]
                if row.by is not None and (one.edition is None or row.at <= one.edition.approved_at)
            ],
        )


def _publishes_first(edition, first_approved_at):
    if first_approved_at is None:
        return True
    return edition is not None and first_approved_at >= edition.approved_at


def _responsibilities_of(held):
    """Return {held unit: the ids of its responsibilities}."""
    used = defaultdict(list)
    for model, field, pick in (
        (Unit, "unit_id", lambda one: one.edition is None and one.record),
        (UnitEdition, "unitedition_id", lambda one: one.edition),
    ):
        owners = {row.pk: one for one in held if isinstance(row := pick(one), model)}
        if owners:
            links = model.responsibilities.through.objects.filter(**{f"{field}__in": owners})
            for owner, pk in links.values_list(field, "responsibility_id"):
                used[owners[owner]].append(pk)
    return used


def _first_approvals(responsibility_ids):
    """Return {id of a responsibility: approval of the first edition that names it}."""
    return dict(
        UnitEdition.objects.not_withdrawn()
        .filter(responsibilities__in=responsibility_ids)
        .order_by()
        .values_list("responsibilities")
        .annotate(Min("approved_at"))
    )


def by_record(hands):
    """Return {record: its hands}, empty for a record without hands."""
    found = defaultdict(list)
    for hand in hands:
        found[hand.record].append(hand)
    return found


def writers_of(hands):
    """Return the writers of the records of these hands, each once in the order of writing."""
    wrote = [hand for hand in hands if hand.record is not None]
    return list(dict.fromkeys(hand.person for hand in sorted(wrote, key=lambda hand: hand.at)))
