"""A field for an instant on the agency's clocks. Of an hour that comes twice it offers both."""

from datetime import datetime

from django import forms
from django.contrib.admin.widgets import (
    AdminSplitDateTime,
    BaseAdminDateWidget,
    BaseAdminTimeWidget,
)
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html

from directorates import date_rules

#: What forms send for the first and for the second of two hours that the clocks show alike.
HOURS = ("before", "after")
WHICH_HOUR = "Which of the two hours"


def hour_choices(offered):
    """Return form choices of the two instants that date_rules offers."""
    return [(hour, words) for hour, (_, words) in zip(HOURS, offered, strict=True)]


def read_shown(shown, hour):
    """Return the instant at which the agency's clocks show a naive time; `hour` says which, of two.

    Raises DateError, and RepeatedHourError where `hour` does not say it.
    """
    try:
        return date_rules.read_clock(shown, timezone.get_current_timezone())
    except date_rules.RepeatedHourError as error:
        if hour not in HOURS:
            raise
        return error.choices[HOURS.index(hour)][0]


class InstantWidget(AdminSplitDateTime):
    def __init__(self, attrs=None):
        #: The two hours to choose from, where the time shown comes twice.
        self.offered = ()
        forms.MultiWidget.__init__(
            self, [BaseAdminDateWidget, BaseAdminTimeWidget, forms.Select], attrs
        )

    def decompress(self, value):
        if not value:
            return [None, None, None]
        shown = timezone.make_naive(value) if timezone.is_aware(value) else value
        self.offer(shown)
        return [shown.date(), shown.time(), HOURS[shown.fold] if self.offered else None]

    def offer(self, shown):
        plain = shown.replace(fold=0, microsecond=0)
        self.offered = date_rules.choices_of(plain, timezone.get_current_timezone())

    def render(self, name, value, attrs=None, renderer=None):
        markup = super().render(name, value, attrs, renderer)
        if not self.offered:
            return markup
        identifier = f"{(attrs or {}).get('id', f'id_{name}')}_2"
        choices = [("", "Choose one of the two"), *hour_choices(self.offered)]
        select = forms.Select(choices=choices)
        chosen = value[2] if isinstance(value, list) else self.decompress(value)[2]
        return markup + format_html(
            '<p class="datetime"><label for="{}">{}:</label> {}</p>',
            identifier,
            WHICH_HOUR,
            select.render(f"{name}_2", chosen, {"id": identifier}),
        )


class InstantField(forms.SplitDateTimeField):
    widget = InstantWidget

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
