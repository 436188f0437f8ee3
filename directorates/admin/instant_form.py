"""Forms that ask when something takes effect: now, or at an instant in the agency's time zone."""

from datetime import datetime

from django import forms
from django.forms.utils import from_current_timezone
from django.utils import timezone

from directorates.models import UnitEdition

#: Further ahead lies a slip of the keyboard, and at last a date that no database holds.
MOST_YEARS_AHEAD = 100


class _DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class _ClockInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%H:%M")


class InstantForm(forms.Form):
    """`effective_from` in the cleaned data is the chosen instant, or None for now."""

    when = forms.ChoiceField(
        label="Takes effect",
        choices=[("now", "Now"), ("later", "On the day and at the time below")],
        initial="now",
        widget=forms.RadioSelect,
    )
    on_day = forms.DateField(label="Day", required=False, widget=_DayInput)
    at_time = forms.TimeField(label="Time", required=False, widget=_ClockInput, initial="00:00")
    change_note = UnitEdition._meta.get_field("change_note").formfield(
        widget=forms.Textarea(attrs={"rows": 2}), label="Public change note"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        zone = timezone.get_current_timezone_name()
        self.fields["at_time"].help_text = f"In the time zone {zone}. 00:00 is the day's beginning."

    def clean(self):
        super().clean()
        data = self.cleaned_data
        data["effective_from"] = None
        if data.get("when") != "later" or self.errors:
            return
        if data["on_day"] is None:
            self.add_error("on_day", "Choose the day, or choose “Now”.")
        elif data["at_time"] is None:
            self.add_error("at_time", "Choose the time; 00:00 is the day's beginning.")
        else:
            try:
                data["effective_from"] = from_current_timezone(
                    datetime.combine(data["on_day"], data["at_time"])
                )
            except forms.ValidationError as error:
                self.add_error("at_time", error)

    def clean_on_day(self):
        day = self.cleaned_data["on_day"]
        last = timezone.localdate().year + MOST_YEARS_AHEAD
        if day is not None and day.year > last:
            raise forms.ValidationError(f"Choose a day no later than the end of {last}.")
        return day
