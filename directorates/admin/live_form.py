"""The form of a record that takes effect as soon as it is saved: it refuses to overwrite what was not seen."""

import hashlib

from django import forms
from django.core.exceptions import ValidationError

from directorates.actions import locks


def fingerprint(record):
    """Return a short text that changes with any column of a saved record."""
    values = [str(getattr(record, field.attname)) for field in record._meta.concrete_fields]
    return hashlib.sha256("\0".join(values).encode()).hexdigest()[:16]


class LiveForm(forms.ModelForm):
    """It carries the fingerprint of what it was opened with, and names what someone else changed since."""

    opened_as = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["opened_as"].initial = fingerprint(self.instance)

    def clean(self):
        super().clean()
        if self.instance.pk is None:
            return
        # Read again under a lock, so that nobody saves between this look and the save.
        locks.publications()
        own = type(self.instance)._base_manager.filter(pk=self.instance.pk)
        saved = next(iter(locks.rows(own)), None)
        opened_as = self.cleaned_data.get("opened_as")
        if saved is None or opened_as == fingerprint(saved):
            return
        self.data = self.data.copy()
        self.data[self.add_prefix("opened_as")] = fingerprint(saved)
        raise ValidationError(
            [
                "Someone else saved this record after you opened the form. Nothing was overwritten, and"
                " your text is still in the form. Look at what they saved, then save again.",
                *(
                    f"{bound.label}: they saved “{getattr(saved, bound.name)}”."
                    for bound in self
                    if bound.name in self.cleaned_data
                    and hasattr(saved, bound.name)
                    and getattr(saved, bound.name) != self.cleaned_data[bound.name]
                ),
            ],
            code="saved-meanwhile",
        )
