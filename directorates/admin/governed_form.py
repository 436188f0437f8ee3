"""The form of a working record: it notices when someone else saved the record meanwhile."""

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError

from directorates import permissions
from directorates.admin.wording import (
    WrittenDifference,
    content_of,
    content_of_form,
    exact_moment,
    person,
    written_differences,
)


@dataclass(frozen=True)
class OtherSave:
    """What someone else saved since the form was opened; `before` is theirs, `after` the editor's."""

    by: str
    at: datetime
    differences: list[WrittenDifference]


class GovernedForm(forms.ModelForm):
    """A refused save keeps the editor's text, takes over what only the other person changed, and shows
    what both changed side by side. The next save is measured against what was shown.

    The record must have been read under a lock, so that its version still holds when it is saved.
    """

    opened_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    other_save = None

    #: Who fills it in, and when; set by the admin that makes the form.
    user = instant = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["opened_version"].initial = self.instance.version
        # The form carries what it was opened with: only so can it tell who changed what.
        if not self.is_bound or any(name.startswith("initial-") for name in self.data):
            for name in self._content_names():
                self.fields[name].show_hidden_initial = True

    def _content_names(self):
        model = self.instance
        fields = (*model.content_fields(), *model.content_relations())
        return [field.name for field in fields if field.name in self.fields]

    def clean(self):
        super().clean()
        record = self.instance
        if record.pk is None or self.cleaned_data.get("opened_version") == record.version:
            return
        changed = [name for name in self._content_names() if name in self.changed_data]
        both = [name for name in changed if self._was_changed_by_other(name)]
        self.other_save = OtherSave(
            by=person(record.saved_by),
            at=record.saved_at,
            differences=self._differences_from(record, both),
        )
        self._open_anew(record, changed)
        raise ValidationError(
            f"{self.other_save.by} saved this record on {exact_moment(record.saved_at)}, after you"
            " opened this form. Nothing was overwritten: your changes are still in the form, and"
            " what only the other person changed is now in it too. Look it over, then save again.",
            code="saved-meanwhile",
        )

    def checked_place(self, name):
        """Return the unit that was chosen for a record to stand under, if it is one of the person's own.

        Where it stands already it may stay.
        """
        unit = self.cleaned_data[name]
        stays = unit is None or unit.pk == getattr(self.instance, f"{name}_id")
        if stays or permissions.may_work_on(self.user, [unit], at=self.instant):
            return unit
        raise ValidationError(
            f"“{unit}” is not among the units assigned to you. Choose one of yours, or ask someone"
            " who works on both."
        )

    def _was_changed_by_other(self, name):
        """Whether the saved value is another than the one that this form was opened with."""
        bound = self[name]
        if not bound.field.show_hidden_initial:
            return True
        opened_with = self._widget_data_value(bound.field.hidden_widget(), bound.html_initial_name)
        return bound.field.has_changed(bound.initial, opened_with)

    def _differences_from(self, record, names):
        typed = {name: value for name, value in content_of_form(self).items() if name in names}
        saved = {name: value for name, value in content_of(record).items() if name in typed}
        return written_differences(record.content_class, saved, typed)

    def _open_anew(self, record, changed):
        """Make the form one that was opened on the record as it is now, with the editor's changes."""
        self.data = self.data.copy()
        self.data[self.add_prefix("opened_version")] = str(record.version)
        for name in self._content_names():
            bound = self[name]
            saved = bound.field.prepare_value(bound.initial)
            self._put(bound.html_initial_name, saved)
            if name not in changed:
                self._put(bound.html_name, saved)

    def _put(self, key, value):
        """Write a value into the form's data as a browser would send it."""
        if isinstance(value, list | tuple):
            self.data.setlist(key, [str(item) for item in value])
        elif value is None or value is False:
            self.data.pop(key, None)
        else:
            self.data[key] = str(value)
