"""A field's value in words, as staff pages and the audit trail write it. Pure: a field and a value in."""

from django.db import models


def written(field, value):
    """Write a value that is neither rich text nor a relation, on one line."""
    if value is None:
        return ""
    if isinstance(field, models.BooleanField):
        return "Yes" if value else "No"
    if isinstance(field, models.DecimalField):
        whole = value == value.to_integral_value()
        return f"{value:,.0f}" if whole else f"{value:,}"
    if isinstance(field, models.DateField):
        day = value
        return f"{day:%B} {day.day}, {day.year}"
    return str(dict(field.flatchoices).get(value, value))


def is_prose(field):
    """Whether a value of the field is compared by its words, and not as a whole."""
    return isinstance(field, models.CharField | models.TextField) and not field.choices
