"""A form that several people may have open at once: no save overwrites what someone else saved meanwhile."""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError

from directorates.admin.form_parts.two_saves import Conflict, FieldMerge
from directorates.rules.content import text


@dataclass(frozen=True)
class OtherSave:
    """Another person's save since the form was opened, with the fields that the editor changed too."""

    by: str
    #: The saved state, in the form's own terms.
    version: str
    conflicts: list[Conflict]


class MergingForm(forms.ModelForm):
    """Merges the editor's changes with another person's save.

    A refused save keeps the editor's text and takes over the fields that only the other person changed. Fields
    that both changed are shown side by side, and are saved once the editor has chosen. Read the record under a
    lock, so its version still holds at the save.
    """

    #: The hidden field with the version on which the form was opened.
    version_name = ""
    #: The refusal's words for what someone else did.
    saved_phrase = "saved this record"

    other_save = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The form carries its opening values, which show who changed what.
        if not self.is_bound or any(name.startswith("initial-") for name in self.data):
            for name in self.merged_names():
                self.fields[name].show_hidden_initial = True

    def merged_names(self):
        """Return the names of the fields that are compared with the saved record."""
        return self._own_names()

    def _own_names(self):
        """Return the names of the fields that hold the record's own values."""
        options = self.instance._meta
        own = {field.name for field in (*options.fields, *options.many_to_many)}
        return [
            name
            for name, field in self.fields.items()
            if name in own and not isinstance(field, forms.FileField)
        ]

    def measure_by(self, saved):
        """Take over the values of `saved`, which was read later than this form's record."""
        names = self._own_names()
        self.initial |= forms.model_to_dict(saved, names)
        for name in names:
            setattr(self.instance, name, getattr(saved, name))
        # A bound field remembers its initial value.
        self._bound_fields_cache.clear()

    def merge_with_saved(self, *, version, by, moment):
        """Merge the form with the saved record, whose version differs from the opened one.

        `by` and `moment` are texts on who saved it and when. Raises ValidationError until the editor has
        made every choice.
        """
        names = self.merged_names()
        found = [merge for name in names if (merge := FieldMerge(self, name)).was_saved_otherwise]
        # A field with an error is compared once it is corrected.
        merges = [merge for merge in found if merge.name in self.cleaned_data]
        was_shown = self.data.get("shown_version") == str(version)
        if was_shown and all(merge.is_chosen for merge in merges):
            self.cleaned_data[self.version_name] = version
            self.cleaned_data |= {merge.name: merge.chosen_value() for merge in merges}
            return
        conflicts = [conflict for merge in merges for conflict in merge.conflict_rows()]
        if conflicts:
            self.other_save = OtherSave(by, str(version), conflicts)
        self._reopen(merges, version, is_whole=merges == found)
        if was_shown:
            raise ValidationError(
                "Nothing is saved yet. Choose what stays wherever both of you changed the same, then"
                " save again.",
                code="choose",
            )
        message = f"{by} {self.saved_phrase}{moment}, after you opened this form."
        raise ValidationError(
            f"{message} {self._say_what_was_merged(merges)}", code="saved-meanwhile"
        )

    def _say_what_was_merged(self, merges):
        message = "Nothing was overwritten: your changes are still in the form."
        taken = [merge.bound.label for merge in merges if any(not p.is_clash for p in merge.parts)]
        if taken:
            message += (
                f" What only the other person changed is now in it too: {text.quoted(taken)}."
            )
        if self.other_save:
            return (
                f"{message} Both of you changed the same in some places: choose below what stays, then"
                " save again."
            )
        return f"{message} Look it over, then save again."

    def _reopen(self, merges, version, *, is_whole):
        """Make the form look as if opened on the current record, with the merged values.

        Until every choice is made and every field merged, the form keeps its opening version.
        """
        self.data = self.data.copy()
        if is_whole and not self.other_save:
            self.data[self.add_prefix(self.version_name)] = str(version)
        bases = {merge.name: merge.next_base() for merge in merges}
        for name in self.merged_names():
            merge = FieldMerge(self, name)
            if not merge.is_opened_known:
                merge.bound.field.show_hidden_initial = True
                self._put(merge.data_when_opened(merge.saved))
            if name in bases:
                self._put(merge.data_when_opened(bases[name]))
        for merge in merges:
            self._put(merge.data_when_typed(merge.shown()))

    def _put(self, values):
        """Write {key: value} into the form's data as a browser would send it."""
        for key, value in values.items():
            if isinstance(value, list | tuple):
                self.data.setlist(key, [str(item) for item in value])
            elif value is None or value is False:
                self.data.pop(key, None)
            else:
                self.data[key] = str(value)


class VersionedForm(MergingForm):
    """A form that carries the version of the record with which it was opened."""

    opened_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    version_name = "opened_version"

    #: The person who fills the form in, and the instant; the admin sets both.
    user = instant = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["opened_version"].initial = self.instance.version
