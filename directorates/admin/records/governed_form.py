"""The form of a working record: it notices when someone else saved the record meanwhile."""

from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict

from directorates.admin.form_parts.merging_form import VersionedForm
from directorates.admin.wording import exact_moment, person
from directorates.models.records.unit_content import RichTextField
from directorates.queries import permissions
from directorates.rules.content import text


class GovernedForm(VersionedForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.label_suffix = ""

    def merged_names(self):
        model = self.instance
        fields = (*model.content_fields(), *model.content_relations())
        return [field.name for field in fields if field.name in self.fields]

    def clean(self):
        super().clean()
        record = self.instance
        if record.pk is None or self.cleaned_data.get("opened_version") == record.version:
            return
        moment = f" on {exact_moment(record.saved_at)}"
        self.merge_with_saved(version=record.version, by=person(record.saved_by), moment=moment)

    def typed_values(self):
        """Return {name: value} of the fields that hold what they may, without the checks of the whole form.

        For a preview of what is typed: it refuses nothing, merges nothing, and leaves the record as it is.
        """
        self._errors = ErrorDict(renderer=self.renderer)
        self.cleaned_data = {}
        self._clean_fields()
        return self.cleaned_data | {
            name: text.sanitize(typed)
            for name in self.errors
            # A table in the making has empty cells, for which a save would be refused.
            if isinstance(self._model_field(name), RichTextField)
            and not text.find_excess(typed := self[name].value() or "")
        }

    def _model_field(self, name):
        own = {field.name: field for field in self.instance.content_fields()}
        return own.get(name)

    def checked_place(self, name):
        """Return the unit chosen as the record's place, if it is assigned to the person or unchanged.

        Raises ValidationError.
        """
        unit = self.cleaned_data[name]
        stays = unit is None or unit.pk == getattr(self.instance, f"{name}_id")
        if stays or permissions.may_work_on(self.user, [unit], at=self.instant):
            return unit
        raise ValidationError(
            f"“{unit}” is not among the units assigned to you. Choose one of yours, or ask someone"
            " who works on both."
        )
