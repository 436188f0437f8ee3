"""The form of a change set: its texts, the instant when it takes effect, and its records."""

from django import forms
from django.db.models import Q
from django.utils import timezone

from directorates.actions import locks
from directorates.admin.form_parts.instant_field import InstantField
from directorates.admin.form_parts.merging_form import VersionedForm
from directorates.admin.form_parts.one_time_form import OneTimeForm
from directorates.admin.form_parts.two_saves import FieldMerge
from directorates.admin.wording import exact_moment
from directorates.models import ChangeSet
from directorates.models.records.governed import GOVERNED
from directorates.queries import assignments
from directorates.rules.content import text

#: How many records the form of a set offers to add.
MOST_OFFERED = 100
OWN_FIELDS = ["title", "reason", "public_note", "effective_from"]


def make_form():
    """Return the form with a field for each kind of governed record."""
    fields = {
        governed.held_name: forms.ModelMultipleChoiceField(
            governed.model.objects.none(),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=f"{text.capitalized(governed.plural_name)} with unpublished changes"
            " that are in no other change set.",
        )
        for governed in GOVERNED
    }
    return type(ChangeSetForm)("ChangeSetForm", (ChangeSetForm,), fields)


class ChangeSetForm(OneTimeForm, VersionedForm):
    """The set's own fields; `make_form` adds the records."""

    effective_from = InstantField(
        label="Takes effect",
        required=False,
        help_text="Empty: <strong>as soon as it is approved</strong>.",
    )
    saved_phrase = "saved or changed this change set"

    class Meta:
        model = ChangeSet
        fields = OWN_FIELDS

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for governed in GOVERNED:
            own = assignments.assigned_records(self.user, governed.model, at=self.instant)
            free = Q(change_set=None, has_unpublished_changes=True, pk__in=own.values("pk"))
            held = Q(change_set=self.instance) if self.instance.pk else Q(pk=None)
            records = governed.model.objects.select_related(governed.place)
            if governed.is_unit:
                records = records.with_look_alikes()
            self.fields[governed.held_name].queryset = records.filter(free | held)
            self._offer(governed.held_name, records.filter(held), records.filter(free))

    def _offer(self, name, held, free):
        """Offer the set's records and at most MOST_OFFERED others as boxes.

        Records that are not offered are valid too.
        """
        held, offered = list(held), list(free[: MOST_OFFERED + 1])
        field = self.fields[name]
        if self.instance.pk:
            self.initial[name] = [record.pk for record in held]
        if not (held or offered):
            field.help_text += " There are none now."
        if len(offered) > MOST_OFFERED:
            field.help_text += (
                f" Only the first {MOST_OFFERED} are offered here. To add others, mark them in the"
                f" list of {name}, and choose the action that puts them into a change set."
            )
        field.choices = [
            (record.pk, getattr(record, "choice_label", str(record)))
            for record in [*held, *offered[:MOST_OFFERED]]
        ]

    def clean_effective_from(self):
        """Refuse a time that has passed, unless it is the set's own: the page already says so."""
        instant, current = self.cleaned_data["effective_from"], self.instance.effective_from
        if current is not None and instant == current.replace(microsecond=0):
            # The form shows whole seconds.
            return current
        if instant is not None and instant < timezone.now():
            raise forms.ValidationError(
                f"{exact_moment(instant)} has passed. Choose a later time, or empty the day and the time:"
                " then it takes effect as soon as it is approved."
            )
        return instant

    def merged_names(self):
        # A set in review has no editable field.
        return [name for name in (*OWN_FIELDS, *_record_names()) if name in self.fields]

    def measure_by(self, saved):
        """Take over the saved set, with its version and records."""
        super().measure_by(saved)
        self.instance.version = saved.version
        for name in _record_names():
            self.initial[name] = [record.pk for record in getattr(saved, name).all()]

    def clean(self):
        super().clean()
        if self.instance.pk is None:
            return
        # Locked, so no record enters the set between this check and the save.
        saved = locks.change_set(self.instance)
        self.measure_by(saved)
        if self._is_as_opened(saved):
            return
        self.merge_with_saved(version=saved.version, by="Someone else", moment="")

    def _is_as_opened(self, saved):
        """Whether the form was opened on the set's current state. Records come and go without a new version."""
        records = (FieldMerge(self, name) for name in _record_names())
        return self.cleaned_data.get("opened_version") == saved.version and not any(
            merge.is_opened_known and merge.was_saved_otherwise for merge in records
        )

    @property
    def records(self):
        return [record for name in _record_names() for record in self.cleaned_data[name]]


def _record_names():
    return [governed.held_name for governed in GOVERNED]
