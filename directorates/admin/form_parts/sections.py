"""The sections of a long form: what each holds, and what is to be seen in it."""

from collections import defaultdict
from dataclasses import dataclass

from django import forms
from django.contrib.admin.helpers import AdminForm, Fieldset
from django.template.defaultfilters import slugify
from django_prose_editor.widgets import ProseEditorWidget

from directorates.rules.content import text

#: Characters of the line that says what a folded section holds.
LONGEST_LINE = 80


@dataclass(frozen=True)
class Advice:
    """What is worth mending in a field. `field` names it, or is '' for the whole record."""

    field: str
    words: str


@dataclass(frozen=True)
class FormSection:
    """A fieldset with its marks. `holds` says on one line what is in it."""

    fieldset: Fieldset
    name: str
    anchor: str
    description: str
    holds: str
    errors: int
    advice: tuple[str, ...]
    changed: frozenset[str]
    is_open: bool

    @property
    def lines(self):
        return iter(self.fieldset)


def sections_of(adminform: AdminForm, *, changed=frozenset(), advice=()) -> list[FormSection]:
    """Return the sections of a form. `changed` names the fields that differ from what is public.

    A section is open unless its fieldset has the class "collapse" and nothing in it asks for a look.
    """
    by_field = defaultdict(list)
    for one in advice:
        by_field[one.field].append(one.words)
    return [
        _section(adminform.form, fieldset, place, frozenset(changed), by_field)
        for place, fieldset in enumerate(adminform)
    ]


def _section(form, fieldset, place, changed, advice):
    names = [
        name for line in fieldset.fields for name in ([line] if isinstance(line, str) else line)
    ]
    errors = sum(name in form.errors for name in names)
    own_advice = [words for name in names for words in advice.get(name, ())]
    own_changes = changed & {*names}
    is_folded = "collapse" in fieldset.classes
    return FormSection(
        fieldset=fieldset,
        name=fieldset.name or "Details",
        anchor=f"part-{slugify(fieldset.name or 'details')}-{place}",
        description=fieldset.description or "",
        holds=_line_of(form, names),
        errors=errors,
        advice=tuple(own_advice),
        changed=own_changes,
        is_open=not is_folded or bool(errors or own_changes or own_advice),
    )


def _line_of(form, names):
    """Return what the fields hold, on one line, or "Empty". No query."""
    words = [part for name in names if (part := _value_of(form, name))]
    return text.shorten(", ".join(words), LONGEST_LINE) if words else "Empty"


def _value_of(form, name):
    """Return the words for the value of a field, or ''."""
    if name not in form.fields:
        # Read only.
        return str(getattr(form.instance, name, "") or "")
    bound = form[name]
    field, value = bound.field, bound.value()
    match field:
        case forms.ModelMultipleChoiceField():
            return f"{len(value)} chosen" if value else ""
        case forms.ModelChoiceField():
            return _record_words(form, name, value)
        case forms.BooleanField():
            # A box that is checked from the start says nothing.
            return bound.label if value and not field.initial else ""
        case forms.ChoiceField():
            # The empty choice is no value.
            labels = {str(key): str(label) for key, label in field.choices if key not in ("", None)}
            return labels.get(str(value), "")
    if isinstance(field.widget, ProseEditorWidget):
        number = len(text.plain_text(value or "").split())
        return f"{bound.label.lower()}: {number} word{'' if number == 1 else 's'}" if number else ""
    return "" if value is None or isinstance(value, list | tuple) else str(value)


def _record_words(form, name, value):
    record = getattr(form.instance, name, None)
    return str(record) if record is not None and str(record.pk) == str(value) else ""
