"""The states of a record and their changes, as the audit trail stores them.

A state is {field name: value}. Foreign keys are ids and relations sorted lists of ids, so states are compared
before names are looked up. A change is {field, label, kind, before, after}; `kind` is one of

- "text": compared word by word; "value": compared as a whole;
- "html": rich text as its source; "instant": UTC in ISO 8601;
- "names": the names of the related records.
"""

from datetime import UTC, datetime

from django.contrib.auth.models import Permission
from django.db import models

from directorates.models.database.related_ids import related_ids
from directorates.models.records.content import Content
from directorates.models.records.unit_content import RichTextField
from directorates.rules.content import field_text, text
from directorates.rules.content.alphabet import sort_key


def state_of(row, *, leave_out=()):
    """Return the state of a saved row: a record's or an edition's content, any other row's editable fields.

    One query for each relation that is not prefetched.
    """
    if isinstance(row, Content):
        fields, relations = row.content_fields(), row.content_relations()
    else:
        fields = [
            field
            for field in row._meta.concrete_fields
            if not field.primary_key and not getattr(field, "is_derived", False)
        ]
        relations = row._meta.many_to_many
    state = {f.name: getattr(row, f.attname) for f in fields if f.name not in leave_out}
    for relation in relations:
        state[relation.name] = related_ids(row, relation.name)
    return state


def state_of_snapshot(snapshot):
    fields = {field.name: field.attname for field in snapshot.record.content_fields()}
    return {name: snapshot.values[column] for name, column in fields.items()} | (
        snapshot.relation_ids
    )


def changes_between(model, before, after):
    """Return the changes between two states of a model's row; None means that the row does not exist."""
    (changes,) = changes_of_many(model, [(before, after)])
    return changes


def changes_of_many(model, pairs):
    """Return the changes of each (before, after); names are looked up once for all of them."""
    differing = [_differing(model, before or {}, after or {}) for before, after in pairs]
    names = _look_up_names(differing)
    return [
        [_change(field, before, after, names) for field, before, after in one] for one in differing
    ]


def change(field, label, before, after, kind="value"):
    """Return a change for the audit trail. Instants are datetimes or None."""
    if kind == "instant":
        before, after = _instant(before), _instant(after)
    return {"field": field, "label": label, "kind": kind, "before": before, "after": after}


def _differing(model, before, after):
    found = []
    for name in dict.fromkeys([*before, *after]):
        if name in before and name in after and before[name] == after[name]:
            continue
        field = model._meta.get_field(name)
        nothing = [] if field.many_to_many else _nothing(field)
        old, new = before.get(name, nothing), after.get(name, nothing)
        if not field.is_relation:
            # A value set in Python may have another type than the value read from the database.
            old, new = field.to_python(old), field.to_python(new)
        if old != new:
            found.append((field, old, new))
    return found


def _nothing(field):
    """Return a field's value for a row that does not exist; the audit trail writes it as an empty text."""
    if isinstance(field, models.BooleanField):
        return False
    is_text = isinstance(field, models.CharField | models.TextField | models.FileField)
    return [] if isinstance(field, models.JSONField) else "" if is_text else None


def _look_up_names(differing):
    wanted = {}
    for one in differing:
        for field, before, after in one:
            if field.many_to_many:
                wanted.setdefault(field.related_model, set()).update(before, after)
            elif field.is_relation:
                wanted.setdefault(field.related_model, set()).update({before, after} - {None})
    return {related: _names(related, pks) for related, pks in wanted.items()}


def _names(model, pks):
    rows = model._base_manager.filter(pk__in=pks)
    if model is Permission:
        rows = rows.select_related("content_type")
    return {row.pk: str(row) for row in rows}


def _change(field, before, after, names):
    label = text.capitalized(field.verbose_name)
    if field.is_relation:
        known = names[field.related_model]
        if field.many_to_many:
            old, new = (
                sorted((known.get(pk, str(pk)) for pk in pks), key=sort_key)
                for pks in (before, after)
            )
            return change(field.name, label, old, new, "names")
        old, new = (known.get(pk, str(pk)) if pk is not None else "" for pk in (before, after))
        return change(field.name, label, old, new)
    if isinstance(field, models.DateTimeField):
        return change(field.name, label, before, after, "instant")
    if isinstance(field, models.JSONField):
        return change(field.name, label, before, after, "names")
    if isinstance(field, RichTextField):
        return change(field.name, label, before, after, "html")
    kind = "text" if field_text.is_prose(field) else "value"
    old, new = field_text.written(field, before), field_text.written(field, after)
    return change(field.name, label, old, new, kind)


def _instant(value: datetime | None):
    return value.astimezone(UTC).isoformat() if value is not None else ""
