"""A field for an instant on the agency's clocks. If an hour comes twice, the field offers both."""

from datetime import datetime, time

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from directorates.rules import date_rules

#: The values that forms send for the first and the second of two hours with the same clock time.
HOURS = ("before", "after")
WHICH_HOUR = "Which of the two hours"


def hour_choices(offered):
    """Return form choices for the two instants from date_rules."""
    return [(hour, words) for hour, (_, words) in zip(HOURS, offered, strict=True)]


def read_shown(shown, hour):
    """Return the instant at which the agency's clocks show a naive time; `hour` chooses between two.

    Raises DateError, and RepeatedHourError if a repeated time comes without `hour`.
    """
    try:
        return date_rules.read_clock(shown, timezone.get_current_timezone())
    except date_rules.RepeatedHourError as error:
        if hour not in HOURS:
            raise
        return error.choices[HOURS.index(hour)][0]


def zone_note():
    """Return the help text that names the time zone of days and times, once on a page."""
    zone = timezone.get_current_timezone_name()
    return f"In the time zone {zone}. The day begins at 12:00 AM, which is 00:00."


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    """Shows seconds only if there are any, because browsers then ask for them."""

    input_type = "time"

    def format_value(self, value):
        if not isinstance(value, time):
            return super().format_value(value)
        return value.isoformat(timespec="seconds" if value.second else "minutes")

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        if (context["widget"]["value"] or "").count(":") == 2:
            context["widget"]["attrs"]["step"] = 1
        return context


class InstantWidget(forms.MultiWidget):
    """A day, a time and, if the hour comes twice, a choice of hours. Each has its label; the zone is named once."""

    supports_microseconds = False
    use_fieldset = True

    def __init__(self, attrs=None):
        #: The two hours to choose from if the shown time comes twice.
        self.offered = ()
        super().__init__([DayInput, ClockInput, forms.Select], attrs)

    def decompress(self, value):
        if not value:
            return [None, None, None]
        shown = timezone.make_naive(value) if timezone.is_aware(value) else value
        self.offer(shown)
        return [shown.date(), shown.time(), HOURS[shown.fold] if self.offered else None]

    def offer(self, shown):
        plain = shown.replace(fold=0, microsecond=0)
        self.offered = date_rules.choices_of(plain, timezone.get_current_timezone())
        if self.offered:
            self.widgets[2].choices = [("", "Choose one of the two"), *hour_choices(self.offered)]

    def render(self, name, value, attrs=None, renderer=None):
        parts = self.get_context(name, value, attrs)["widget"]["subwidgets"]
        labels = ("Day", "Time", WHICH_HOUR) if self.offered else ("Day", "Time")
        fields = format_html_join(
            "",
            '<div><label for="{}">{}:</label> {}</div>',
            (
                (
                    part["attrs"].get("id", ""),
                    label,
                    self._render(part["template_name"], {"widget": part}, renderer),
                )
                for label, part in zip(labels, parts, strict=False)
            ),
        )
        return format_html(
            '<div class="instant">{}<p class="help">{}</p></div>', fields, zone_note()
        )


class HiddenInstant(forms.HiddenInput):
    """The value with which a form was opened: the three parts of InstantWidget in one.

    Django does not read the parts of a hidden MultiWidget again after an error in the form.
    """

    def format_value(self, value):
        parts = value if isinstance(value, list) else InstantWidget().decompress(value)
        return "/".join(str(part or "") for part in parts)

    def value_from_datadict(self, data, files, name):
        parts = (super().value_from_datadict(data, files, name) or "").split("/")
        return [*parts, "", ""][:3]


class InstantField(forms.SplitDateTimeField):
    widget = InstantWidget
    hidden_widget = HiddenInstant

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.fields = (*self.fields, forms.CharField(required=False))

    def compress(self, data_list):
        day, clock, hour = data_list or (None, None, None)
        if day is None and clock is None:
            return None
        if day is None:
            raise ValidationError("Choose the day too.", code="invalid_date")
        if clock is None:
            raise ValidationError(
                "Choose the time too; 00:00 is the day's beginning.", code="invalid_time"
            )
        if problem := date_rules.find_plan_problem(day, now=timezone.localdate()):
            raise ValidationError(problem, code="out-of-bounds")
        shown = datetime.combine(day, clock)
        self.widget.offer(shown)
        try:
            return read_shown(shown, hour)
        except date_rules.DateError as error:
            raise ValidationError(str(error), code="clock") from error
