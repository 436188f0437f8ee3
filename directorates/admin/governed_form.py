"""The form of a working record: it notices when someone else saved the record meanwhile."""

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError

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
    """A refused save keeps the editor's text, and the next one is measured against what was shown.

    The record must have been read under a lock, so that its version still holds when it is saved.
    """

    opened_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    other_save = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["opened_version"].initial = self.instance.version

    def clean(self):
        super().clean()
        record = self.instance
        if record.pk is None or self.cleaned_data.get("opened_version") == record.version:
            return
        self.other_save = OtherSave(
            by=person(record.saved_by),
            at=record.saved_at,
            differences=self._differences_from(record),
        )
        self.data = self.data.copy()
        self.data[self.add_prefix("opened_version")] = str(record.version)
        raise ValidationError(
            f"{self.other_save.by} saved this record on {exact_moment(record.saved_at)}, after you"
            " opened this form. Nothing was overwritten, and your text is still in the form."
            " Take over what you want to keep from the list below, then save again.",
            code="saved-meanwhile",
        )

    def _differences_from(self, record):
        typed = content_of_form(self)
        saved = {name: value for name, value in content_of(record).items() if name in typed}
        return written_differences(record.content_class, saved, typed)
