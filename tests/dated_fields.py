"""Finds the dated fields of the models."""

from django.apps import apps
from django.db import models

from directorates.models.dates import FactDayField, PlannedDayField, PlannedInstantField

BOUNDED = (FactDayField, PlannedDayField, PlannedInstantField)


def dated_fields():
    """Return {"app.Model.field": field} of every day and instant in the database."""
    return {
        f"{model._meta.label}.{field.name}": field
        for model in apps.get_models()
        if not model._meta.proxy
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.DateField)
    }


def bounded_fields():
    return {name: field for name, field in dated_fields().items() if isinstance(field, BOUNDED)}
