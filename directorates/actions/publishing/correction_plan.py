"""What a correction of what is public changes: now, in the draft, and in every scheduled edition. Writes nothing."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from directorates.actions.publishing.editions import Snapshot
from directorates.actions.refusals import PublishingError
from directorates.models.records.content import with_content
from directorates.models.records.governed import find_governed
from directorates.models.records.unit_content import RichTextField
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
    def shown_hash(self):
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
