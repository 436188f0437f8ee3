"""Merging a form's fields with another person's save since the form was opened.

Each field has three values: opened, saved and typed. A change by one person only is taken. A change by both
is a Conflict, and the editor chooses.
"""

from dataclasses import dataclass, replace
from functools import cached_property

from django import forms
from django.utils import timezone
from django_prose_editor.fields import ProseEditorField

from directorates.admin.wording import labeled_difference, sorted_records
from directorates.queries import references
from directorates.queries.differences import LabeledDifference
from directorates.queries.pages import page_text
from directorates.rules.compare.merging import Part, chosen_base, join, merge
from directorates.rules.content import markup, text

THEIRS, MINE, BOTH = "theirs", "mine", "both"


@dataclass(frozen=True)
class Conflict:
    """A value or a passage of a text that two people changed. In `difference`, `before` is the other person's
    and `after` the editor's."""

    difference: LabeledDifference
    input_name: str
    key: str
    chosen: str | None
    can_keep_both: bool

    @property
    def difference_alone(self):
        return [self.difference]

    @property
    def asked_name(self):
        return f"asked-{self.difference.name}"


class FieldMerge:
    """The three values of one field of a bound form, read as a browser sends them."""

    def __init__(self, form, name):
        self.form, self.name, self.bound = form, name, form[name]
        self.model_field = form.instance._meta.get_field(name)
        field = self.bound.field
        self.is_rich = isinstance(self.model_field, ProseEditorField)
        self.holds_records = isinstance(field, forms.ModelMultipleChoiceField)
        self.opened = ""
        self.is_opened_known = field.show_hidden_initial
        if self.is_opened_known:
            hidden = field.hidden_widget()
            self.opened = form._widget_data_value(hidden, self.bound.html_initial_name) or ""
        #: Whether the field has several boxes, as an instant has.
        self.has_parts = isinstance(field, forms.MultiValueField)
        read = field.widget.decompress if self.has_parts else field.prepare_value
        self.saved = read(self.bound.initial)
        self.typed = self.bound.data
        self.was_saved_otherwise = not self.is_opened_known or field.has_changed(
            self.bound.initial, self.opened
        )
        self.was_typed = not self.is_opened_known or name in form.changed_data

    @cached_property
    def parts(self):
        """The parts of the value, read once it is clean."""
        return self._find_parts() if self.was_saved_otherwise else ()

    @property
    def clashes(self):
        return [part for part in self.parts if part.is_clash]

    def _find_parts(self):
        whole = Part(self.opened, self.saved, self.typed, is_clash=True)
        if not self.was_typed:
            return (replace(whole, merged=self.saved, is_clash=False),)
        saved, typed = self._values()
        if saved == typed or not self.bound.field.has_changed(self.bound.initial, self.typed):
            return (replace(whole, merged=self.typed, is_clash=False),)
        asked = set(self.form.data.getlist(f"asked-{self.name}"))
        if not self.is_opened_known or whole.key in asked:
            return (whole,)
        parts = self._merge_parts() or (whole,)
        # If the place of a choice is gone, the form asks again, about the whole value.
        lost = asked - {part.key for part in parts if part.is_clash}
        return parts if all(self._chosen(key) == MINE for key in lost) else (whole,)

    def _merge_parts(self):
        """Return the parts of a value that can be merged, or None."""
        if self.holds_records:
            opened, saved, typed = (
                {str(item) for item in value or ()}
                for value in (self.opened, self.saved, self.typed)
            )
            merged = sorted((saved | typed) - (opened - saved) - (opened - typed), key=int)
            return (Part(self.opened, self.saved, self.typed, merged=merged),)
        sides = (self.opened, self.saved or "", self.typed)
        if not self.is_rich or any(map(text.find_excess, sides)):
            return None
        # Markup that only the rich-text editor rewrites is no one's change.
        return merge(*(markup.as_in_editor(text.sanitize(side)) for side in sides))

    def input_name(self, key):
        return f"choice-{self.name}-{key}"

    def _chosen(self, key):
        chosen = self.form.data.get(self.input_name(key))
        return chosen if chosen in (THEIRS, MINE) or (chosen == BOTH and self.is_rich) else None

    @property
    def is_chosen(self):
        return all(self._chosen(part.key) for part in self.clashes)

    def conflict_rows(self):
        """Return the field's Conflicts, each with its labeled difference."""
        return [
            Conflict(
                self._written(part),
                self.input_name(part.key),
                part.key,
                self._chosen(part.key),
                can_keep_both=self.is_rich and bool(part.theirs and part.mine),
            )
            for part in self.clashes
        ]

    def _written(self, part):
        sides = (part.theirs or "", part.mine or "") if self.is_rich else self._values()
        facts = references.read(_references_in(sides), at=timezone.now())
        label = text.capitalized(self.bound.label)
        return labeled_difference(self.model_field, label, *sides, facts=facts)

    def _values(self):
        """Return the saved and the typed value in the model's types."""
        saved, typed = self._saved_value(), self.form.cleaned_data[self.name]
        if self.holds_records:
            return sorted_records(saved), sorted_records(typed)
        return tuple(tuple(value) if isinstance(value, list) else value for value in (saved, typed))

    def _saved_value(self):
        saved = getattr(self.form.instance, self.name)
        return list(saved.all()) if self.holds_records else saved

    def data_when_opened(self, value):
        """Return {key: value} of a form that was opened with this value."""
        if self.has_parts:
            value = self.bound.field.hidden_widget().format_value(value)
        return {self.bound.html_initial_name: value}

    def data_when_typed(self, value):
        """Return {key: value} of a form in which this value is typed."""
        name = self.bound.html_name
        if not self.has_parts:
            return {name: value}
        return {f"{name}_{place}": part for place, part in enumerate(value)}

    def shown(self):
        """Return the value for the form to show: the merged value, or the editor's own where both changed."""
        if not self.is_rich or len(self.parts) == 1:
            part = self.parts[0]
            return part.mine if part.is_clash else part.merged
        return join(self.parts, choose=lambda part: part.mine)

    def next_base(self):
        """Return the form's next opening value. It differs from the saved value only in open conflicts."""
        if not self.is_rich or len(self.parts) == 1:
            part = self.parts[0]
            return part.base if part.is_clash else part.theirs
        return chosen_base(self.parts)

    def chosen_value(self):
        """Return the cleaned value with every choice made."""
        if self.is_rich:
            return join(self.parts, choose=self._choose)
        (part,) = self.parts
        if self.holds_records and not part.is_clash:
            return self.bound.field.clean(part.merged)
        is_typed = self._chosen(part.key) == MINE if part.is_clash else part.merged is self.typed
        return self.form.cleaned_data[self.name] if is_typed else self._saved_value()

    def _choose(self, part):
        theirs, mine = part.theirs or "", part.mine or ""
        return {THEIRS: theirs, MINE: mine, BOTH: theirs + mine}[self._chosen(part.key)]


def _references_in(sides):
    texts = [side for side in sides if isinstance(side, str)]
    return page_text.find(plain=texts, rich=texts)
