"""The form of a record that takes effect when saved. It never overwrites changes that the editor has not seen."""

import hashlib

from django import forms

from directorates.actions import locks
from directorates.admin.form_parts.merging_form import MergingForm


def digest(record):
    """Return a short text that changes with any column of a saved record."""
    values = [str(getattr(record, field.attname)) for field in record._meta.concrete_fields]
    return hashlib.sha256("\0".join(values).encode()).hexdigest()[:16]


class LiveForm(MergingForm):
    """A form that carries the digest of the record with which it was opened."""

    opened_as = forms.CharField(required=False, widget=forms.HiddenInput)
    version_name = "opened_as"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["opened_as"].initial = digest(self.instance)

    def clean(self):
        super().clean()
        if self.instance.pk is None:
            return
        # Read again under a lock, so no one saves between this check and the save.
        locks.publications()
        own = type(self.instance)._base_manager.filter(pk=self.instance.pk)
        saved = next(iter(locks.rows(own)), None)
        if saved is None or self.cleaned_data.get("opened_as") == digest(saved):
            return
        self.measure_by(saved)
        self.merge_with_saved(version=digest(saved), by="Someone else", moment="")
