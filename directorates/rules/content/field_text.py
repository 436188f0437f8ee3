"""The text of a field's value on staff pages and in the audit trail. Pure: a field and a value in."""

from django.db import models


def written(field, value):
    """Return the text of a value on one line. The value is not rich text and not a relation."""
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
    """Whether values of the field are compared word by word."""
    return isinstance(field, models.CharField | models.TextField) and not field.choices
