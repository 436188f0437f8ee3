"""Correcting what is public now, while something else is drafted or scheduled.

A correction is a change of the edition in force. It is published at once, and carried into the draft and into
every scheduled edition by a three-way merge. A scheduled edition that takes it is withdrawn, and one with the
correction takes its place at the same instant: nothing else of what was approved for that instant changes.

A correction is kept as {"model", "pk", "number", "fields", "choices"}: the record, the number of the edition in
force that it was written for, the changed fields and the choices where both changed the same.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder

from directorates.actions import locks, search_index
from directorates.actions.auditing.audit_phrases import state_of
from directorates.actions.auditing.auditing_editions import note_publication, note_withdrawal
from directorates.actions.auditing.auditing_sets import add_step
from directorates.actions.publishing import drafting, publication
from directorates.actions.publishing.editions import (
    ChangedMeanwhileError,
    NothingToPublishError,
    Snapshot,
    edition_of,
    insert_editions,
    newest_edition,
    refresh_unpublished_mark,
)
from directorates.actions.publishing.publishing import withdraw_one
from directorates.actions.publishing.referring import check_references
from directorates.actions.publishing.structure import check_structure, find_unpublished_units
from directorates.actions.refusals import PublishingError, require
from directorates.models.records.content import with_content
from directorates.models.records.governed import find_governed
from directorates.models.records.unit_content import RichTextField
from directorates.queries import permissions
from directorates.rules import audit_actions, local_time
from directorates.rules.compare import contents


@dataclass(frozen=True)
class Carried:
    """A content that takes the correction: the draft, or a scheduled edition. `parts` are by field."""

    content: Any
    parts: dict[str, tuple]

    @property
    def is_draft(self):
        return find_governed(self.content).model is self.content._meta.concrete_model

    @property
    def clashes(self):
        return contents.find_clashes(self.parts)

    def merged(self, choices):
        """Return the content with the correction, as a Snapshot."""
        values = {
            name: contents.choose_value(name, parts, choices) for name, parts in self.parts.items()
        }
        record = self.content if self.is_draft else self.content.record
        return _changed(Snapshot.of(self.content, record), values)


@dataclass(frozen=True)
class CorrectionPlan:
    """What a correction publishes now, and what it changes in the draft and in scheduled editions."""

    base: Any
    corrected: Snapshot
    carried: tuple[Carried, ...]

    @cached_property
    def clashes(self):
        """{name of the question: (field, part)}, each question once."""
        return {name: found for one in self.carried for name, found in one.clashes.items()}

    @property
    def is_empty(self):
        return self.corrected.has_content_of(self.base)

    def open_questions(self, choices):
        """Return the names of the questions without a valid answer."""
        kinds = kinds_of(self.base)
        return [
            name
            for name, (field, part) in self.clashes.items()
            if choices.get(name) not in contents.may_choose(kinds[field], part)
        ]

    @cached_property
    def fingerprint(self):
        """A short text that differs whenever the page would show something else."""
        shown = [
            self.base.number,
            _state(self.corrected),
            *([one.content.pk, _state(Snapshot.of(one.content))] for one in self.carried),
        ]
        words = json.dumps(shown, cls=DjangoJSONEncoder, sort_keys=True)
        return hashlib.sha256(words.encode()).hexdigest()[:32]


def kinds_of(content):
    """Return {name: kind of the merge} of what a correction may change, columns by attribute name."""
    kinds = {}
    for field in content.content_fields():
        if field.name not in content.structure_fields:
            is_rich = isinstance(field, RichTextField)
            kinds[field.attname] = contents.RICH if is_rich else contents.WHOLE
    for relation in content.content_relations():
        if relation.name not in content.structure_fields:
            kinds[relation.name] = contents.IDS
    return kinds


def find_base(record, *, at):
    """Return the edition in force with its content. Raises PublishingError."""
    base = with_content(record.editions.in_force(at)).first()
    if base is None:
        raise PublishingError(f"“{record}” is not public now, so there is nothing to correct.")
    return base


def find_changed(base, corrected):
    """Return {name: value} of what a Snapshot changes in the edition that it corrects."""
    before, after = _state(Snapshot.of(base)), _state(corrected)
    return {name: after[name] for name in kinds_of(base) if after[name] != before[name]}


def make_plan(record, fields, *, at):
    """Return the CorrectionPlan of changed fields for a record. Raises PublishingError."""
    base = find_base(record, at=at)
    corrected = _changed(Snapshot.of(base, record), _read(base, fields))
    scheduled = with_content(record.editions.scheduled(at)).order_by("effective_from")
    draft = with_content(find_governed(record).model._base_manager.filter(pk=record.pk)).get()
    return CorrectionPlan(
        base, corrected, tuple(_carry(base, corrected, one) for one in (*scheduled, draft))
    )


@locks.atomic
def correct(*, change_set, by, at):
    """Publish the correction of a set now, and carry it on. Returns the edition in force, then the others.

    Raises ChangedMeanwhileError, NothingToPublishError, NotAllowedError, BrokenRuleError or PublishingError;
    then nothing has changed.
    """
    publication.begin()
    correction = change_set.correction
    (record,) = locks.records(change_set.find_corrected())
    plan = make_plan(record, correction["fields"], at=at)
    require(
        permissions.may_publish(by, [record], at=at, contents=[plan.base], change_set=change_set)
    )
    require_current(plan, correction)
    return _carry_out(plan, record, change_set, by=by, at=at)


def require_current(plan, correction):
    """Refuse a correction of a version that is not public any more, and one with open questions."""
    record = plan.base.record
    if plan.base.number != correction["number"]:
        raise ChangedMeanwhileError(
            f"“{record}”: published version {correction['number']}, which this corrects, is not public any"
            f" more. Version {plan.base.number} is. Correct that one."
        )
    if plan.is_empty:
        raise NothingToPublishError(f"“{record}”: the correction changes nothing.")
    if plan.open_questions(correction["choices"]):
        raise PublishingError(
            f"“{record}”: the draft or a scheduled version changes the same as the correction. Choose what"
            " stays there."
        )


def find_problems(change_set, *, at):
    """Return what would stop the approval of an unfinished correction now."""
    (record,) = change_set.find_corrected()
    try:
        plan = make_plan(record, change_set.correction["fields"], at=at)
        require_current(plan, change_set.correction)
    except PublishingError as error:
        return [str(error)]
    return []


def _carry_out(plan, record, change_set, *, by, at):
    """Insert the corrected edition and the scheduled ones in the order in which they were approved before."""
    choices, newest = change_set.correction["choices"], newest_edition(record)
    steps = [(plan.base, plan.corrected)]
    draft = None
    for one in plan.carried:
        merged = one.merged(choices)
        if one.is_draft:
            draft = merged
        elif one.content == newest or not merged.has_content_of(one.content):
            steps.append((one.content, merged))
    made = []
    for earlier, snapshot in sorted(steps, key=lambda step: step[0].number):
        is_now = earlier == plan.base
        columns = {
            "effective_from": at if is_now else earlier.effective_from,
            "change_note": change_set.public_note if is_now else earlier.change_note,
            "change_set": change_set if is_now else earlier.change_set or change_set,
        }
        if not is_now:
            _require_valid(snapshot, columns["effective_from"])
            withdraw_one(record, earlier, person=by, at=at)
            words = "One with the correction takes its place."
            note_withdrawal(editions=[earlier], by=by, at=at, comment=words)
        (edition,) = insert_editions(snapshots=[snapshot], by=by, at=at, **columns)
        note_publication(
            snapshots=[snapshot],
            editions=[edition],
            in_force={record: earlier},
            by=by,
            at=at,
            change_set=columns["change_set"],
        )
        made.append((not is_now, edition))
    _write_draft(record, draft, change_set, by=by, at=at)
    for sentence in find_unpublished_units([record], at):
        raise PublishingError(sentence)
    check_structure(since=at)
    check_references([record], since=at)
    search_index.write_references([record], since=at)
    return [edition for _, edition in sorted(made, key=lambda one: one[0])]


def _write_draft(record, snapshot, change_set, *, by, at):
    """Carry the correction into the draft, which keeps everything else. Its author wrote it, not the approver."""
    if snapshot.has_content_of(record):
        refresh_unpublished_mark(record)
        return
    before = state_of(record)
    for name, value in snapshot.values.items():
        setattr(record, name, value)
    record.clean_fields(exclude=record.fields_besides_content())
    try:
        record.validate_constraints()
    except ValidationError as error:
        raise _invalid(f"The draft of “{record}”", error) from error
    author = change_set.author or by
    drafting.write(
        record=record,
        relations=snapshot.relation_ids,
        before=before,
        action=audit_actions.CHANGE,
        by=author,
        at=at,
        comment="The correction of what is public.",
    )
    if record.change_set is not None:
        words = f"Changed {record}: its public content was corrected."
        add_step(record.change_set, "correct", words, author, at)


def _require_valid(snapshot, effective_from):
    edition = edition_of(snapshot, number=0, effective_from=effective_from)
    try:
        edition.validate_constraints()
    except ValidationError as error:
        when = local_time.written(effective_from)
        raise _invalid(f"The version of “{snapshot.record}” from {when}", error) from error


def _invalid(what, error):
    return PublishingError(f"{what} would not be right: {' '.join(error.messages)}")


def _carry(base, corrected, content):
    before, after, theirs = (
        _state(one) for one in (Snapshot.of(base), corrected, Snapshot.of(content))
    )
    return Carried(
        content,
        {
            name: contents.merge_value(kind, before[name], theirs[name], after[name])
            for name, kind in kinds_of(base).items()
        },
    )


def _state(snapshot):
    return {**snapshot.values, **snapshot.relation_ids}


def _changed(snapshot, fields):
    relations = {name: list(ids) for name, ids in snapshot.relation_ids.items()}
    values = dict(snapshot.values)
    for name, value in fields.items():
        if name in relations:
            relations[name] = sorted(value)
        else:
            values[name] = value
    return Snapshot(snapshot.record, values, relations)


def _read(base, fields):
    """Return changed fields in the model's types, as JSON kept them. Raises PublishingError."""
    kinds = kinds_of(base)
    if unknown := fields.keys() - kinds.keys():
        raise PublishingError(f"A correction cannot change: {', '.join(sorted(unknown))}.")
    columns = {field.attname: field for field in base.content_fields()}
    return {
        name: columns[name].to_python(value) if name in columns else [int(pk) for pk in value]
        for name, value in fields.items()
    }
