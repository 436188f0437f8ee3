"""The browser's spell check: on for texts, off for addresses and names in data files."""

from django.db import models
from django.forms import Textarea, TextInput

from directorates.models.fields import EmailLineField, PhoneField, SlugLineField, URLLineField

#: Fields whose words are in no dictionary.
_CODES = (EmailLineField, PhoneField, SlugLineField, URLLineField)


def check_spelling(model_field, field):
    """Say to the browser whether to check the spelling of a form field."""
    is_text = (
        isinstance(model_field, models.CharField | models.TextField) and not model_field.choices
    )
    if is_text and isinstance(field.widget, TextInput | Textarea):
        checked = not isinstance(model_field, _CODES)
        field.widget.attrs["spellcheck"] = "true" if checked else "false"
