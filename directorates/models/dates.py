"""Fields for days and instants that people give.

Their bounds are rules, not part of the schema. So migrations see Django's plain fields.
"""

from datetime import datetime, time

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from directorates.models.fields import LineField, PlainInMigrations
from directorates.rules import date_rules, partial_days


def _refuse(problem):
    if problem:
        raise ValidationError(problem, code="out-of-bounds")


def validate_fact_day(day):
    _refuse(date_rules.find_fact_problem(day, today=timezone.localdate()))


def validate_partial_day(written):
    _refuse(partial_days.find_problem(written, today=timezone.localdate()))


def validate_planned_day(day):
    _refuse(date_rules.find_plan_problem(day, now=timezone.localdate()))


def validate_planned_instant(instant):
    _refuse(date_rules.find_plan_problem(instant, now=timezone.localtime()))


class FactDayField(PlainInMigrations, models.DateField):
    """The day of a past event."""

    default_validators = [validate_fact_day]

    @staticmethod
    def bounds():
        """Return the lowest and the highest value allowed now."""
        return date_rules.FIRST_DAY, timezone.localdate()


class PartialDayField(LineField):
    """The day of a past event, or its month or year, as an ISO 8601 text."""

    default_validators = (validate_partial_day,)


class PlannedDayField(PlainInMigrations, models.DateField):
    """A day that may lie in the future."""

    default_validators = [validate_planned_day]

    @staticmethod
    def bounds():
        return date_rules.FIRST_DAY, date_rules.last_planned(timezone.localdate())


class PlannedInstantField(PlainInMigrations, models.DateTimeField):
    """An instant at which something takes effect."""

    default_validators = [validate_planned_instant]

    @staticmethod
    def bounds():
        first = timezone.make_aware(datetime.combine(date_rules.FIRST_DAY, time.min))
        return first, date_rules.last_planned(timezone.localtime())
