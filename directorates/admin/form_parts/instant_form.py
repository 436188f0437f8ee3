"""Forms that ask when something takes effect: now, or at an instant in the agency's time zone."""

from datetime import datetime, time

from django import forms
from django.utils import timezone

from directorates.admin.form_parts.instant_field import (
    WHICH_HOUR,
    ClockInput,
    DayInput,
    hour_choices,
    read_shown,
    zone_note,
)
from directorates.models import UnitEdition
from directorates.rules import date_rules

LATER = "On the day and at the time below"


class InstantForm(forms.Form):
    """`effective_from` in the cleaned data is the chosen instant, or None for now."""

    when = forms.ChoiceField(
        label="Takes effect",
        choices=[("now", "Now"), ("later", LATER)],
        initial="now",
        widget=forms.RadioSelect,
    )
    on_day = forms.DateField(label="Day", required=False, widget=DayInput)
    at_time = forms.TimeField(label="Time", required=False, widget=ClockInput, initial="00:00")
    change_note = UnitEdition._meta.get_field("change_note").formfield(
        widget=forms.Textarea(attrs={"rows": 2}), label="Public change note"
    )

    def __init__(self, *args, is_reviewed=False, **kwargs):
        super().__init__(*args, **kwargs)
        #: Whether a second person must approve first, so sending the form changes nothing public.
        self.is_reviewed = is_reviewed
        if is_reviewed:
            self.fields["when"].choices = [("now", "As soon as it is approved"), ("later", LATER)]

    @property
    def zone_note(self):
        return zone_note()

    def clean(self):
        super().clean()
        data = self.cleaned_data
        data["effective_from"] = None
        if data.get("when") == "later":
            self._clean_instant(data)
        elif "when" in data:
            self._refuse_an_instant(data)

    def _refuse_an_instant(self, data):
        """Refuse a day or a time with a choice that needs none, because one of them is a mistake."""
        typed, mended = [], []
        if data.get("on_day") is not None:
            typed.append("a day")
            mended.append("empty the day")
        # Midnight is the form's initial value.
        if data.get("at_time") not in (None, time(0)):
            typed.append("a time")
            mended.append("set the time back to 12:00 AM (00:00)")
        if typed:
            label = dict(self.fields["when"].choices)[data["when"]]
            self.add_error(
                "when",
                f"You chose “{label}”, but also typed {' and '.join(typed)}. Choose “{LATER}”,"
                f" or {' and '.join(mended)}.",
            )

    def _clean_instant(self, data):
        if self.errors:
            return
        if data["on_day"] is None:
            first = self.fields["when"].choices[0][1]
            self.add_error("on_day", f"Choose the day, or choose “{first}”.")
        elif data["at_time"] is None:
            self.add_error("at_time", "Choose the time; 00:00 is the day's beginning.")
        else:
            shown = datetime.combine(data["on_day"], data["at_time"])
            data["effective_from"] = self._read(shown)

    def _read(self, shown):
        """Return the chosen instant, or None with an error in the form."""
        sent = self.data.get(self.add_prefix("hour"), "")
        self._offer_hours(date_rules.choices_of(shown, timezone.get_current_timezone()))
        try:
            instant = read_shown(shown, sent)
        except date_rules.DateError as error:
            self.add_error("hour" if "hour" in self.fields else "at_time", str(error))
            return None
        if problem := date_rules.find_plan_problem(instant, now=timezone.localtime()):
            self.add_error("on_day", problem)
        return instant

    def _offer_hours(self, offered):
        """Add a field that asks for the hour if the time comes twice."""
        if not offered:
            return
        names = list(self.fields)
        names.insert(names.index("at_time") + 1, "hour")
        self.fields["hour"] = forms.ChoiceField(
            label=WHICH_HOUR, choices=hour_choices(offered), widget=forms.RadioSelect
        )
        self.order_fields(names)

    def clean_on_day(self):
        day = self.cleaned_data["on_day"]
        if day is not None and (
            problem := date_rules.find_plan_problem(day, now=timezone.localdate())
        ):
            raise forms.ValidationError(problem)
        return day
