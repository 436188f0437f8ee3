"""Fields for text and numbers that people type.

Each field cleans its value at validation and at saving, so forms, files and actions store the same. Migrations
see Django's own fields: cleaning and our validators are not part of the schema.
"""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from directorates.rules.content import languages, lines, phone_numbers
from directorates.rules.content.addresses import WHOLE_ADDRESS, validate_web_address
from directorates.rules.content.alphabet import sort_key


def _cleaning(form_class, clean):
    """Return a subclass of a form field that cleans its text first."""

    class CleaningField(form_class):
        def to_python(self, value):
            return super().to_python(clean(value) if isinstance(value, str) else value)

    CleaningField.__name__ = CleaningField.__qualname__ = f"Cleaning{form_class.__name__}"
    return CleaningField


class PlainInMigrations:
    """A mixin for model fields. Migrations see Django's own field: the rules are not part of the schema."""

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        plain = next(kind for kind in type(self).__mro__ if kind.__module__.startswith("django."))
        kwargs.pop("validators", None)
        return name, f"django.db.models.{plain.__name__}", args, kwargs


class _CleanedOnSave(PlainInMigrations):
    """A mixin for a model field. `to_python` cleans its value."""

    def pre_save(self, model_instance, add):
        """Clean the value, also on the row in memory, so the row has the saved value."""
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value


class _DerivedOnSave(PlainInMigrations):
    """A mixin for a model field. Saving the row computes its value from the field `of` with `derive`."""

    is_derived = True

    def pre_save(self, model_instance, add):
        value = self.derive(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, value)
        return value


class _Cleaned(_CleanedOnSave):
    """A mixin for a model field. `clean_text` cleans its text; `form_class` is its form field."""

    clean_text = staticmethod(lines.clean_line)
    form_class = _cleaning(forms.CharField, lines.clean_line)

    def to_python(self, value):
        value = super().to_python(value)
        return self.clean_text(value) if isinstance(value, str) else value

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": self.form_class} | kwargs)


class LineField(_Cleaned, models.CharField):
    """A text on one line."""


class PhoneField(LineField):
    """A telephone number as typed. Without a country's code, the country is the address's or the time zone's."""

    def clean(self, value, model_instance):
        typed = super().clean(value, model_instance)
        if typed and (problem := phone_numbers.find_problem(typed, _country_of(model_instance))):
            raise ValidationError(problem, code="phone")
        return typed


def _country_of(row):
    zone = getattr(row, "time_zone", "") or timezone.get_current_timezone_name()
    return phone_numbers.country_of(getattr(row, "address_country", ""), zone)


class EmailLineField(_Cleaned, models.EmailField):
    form_class = _cleaning(forms.EmailField, lines.clean_line)


class URLLineField(_Cleaned, models.URLField):
    """The address of a page on the web."""

    # Replaces Django's validator, which also accepts ftp://. With both, a fault would be reported twice.
    default_validators = [validate_web_address]
    default_error_messages = {"invalid": WHOLE_ADDRESS}
    form_class = _cleaning(forms.URLField, lines.clean_line)

    def formfield(self, **kwargs):
        messages = {"error_messages": {"invalid": WHOLE_ADDRESS}}
        return super().formfield(**messages | kwargs)


class SlugLineField(_Cleaned, models.SlugField):
    form_class = _cleaning(forms.SlugField, lines.clean_line)


class LanguageField(_Cleaned, models.CharField):
    """A language tag. A form offers the field's choices. A file may name any language."""

    clean_text = staticmethod(languages.clean)
    default_error_messages = {
        "unknown_language": "“%(value)s” is no language. Write its code, such as en, fr-CA or zh-Hant."
    }

    def validate(self, value, model_instance):
        """Check that the language exists. The choices apply to forms only."""
        if value in self.empty_values:
            super().validate(value, model_instance)
        elif not languages.is_known(value):
            message = self.error_messages["unknown_language"]
            raise ValidationError(message, code="unknown_language", params={"value": value})

    def formfield(self, **kwargs):
        return models.CharField.formfield(self, **kwargs)


class ShortTextField(_Cleaned, models.CharField):
    """A short text with its line breaks."""

    clean_text = staticmethod(lines.clean_lines)
    form_class = _cleaning(forms.CharField, lines.clean_lines)

    def formfield(self, **kwargs):
        return super().formfield(**{"widget": forms.Textarea(attrs={"rows": 3})} | kwargs)


class LongTextField(_Cleaned, models.TextField):
    """A text of any length with its line breaks."""

    clean_text = staticmethod(lines.clean_lines)
    form_class = _cleaning(forms.CharField, lines.clean_lines)


class LineListField(_CleanedOnSave, models.JSONField):
    """A list of lines without empty ones and duplicates. Duplicates may differ in case and composition."""

    def to_python(self, value):
        if not isinstance(value, list) or not all(isinstance(line, str) for line in value):
            return value
        by_fold = {}
        for line in map(lines.clean_line, value):
            by_fold.setdefault(lines.fold(line), line)
        return [line for line in by_fold.values() if line]

    def validate(self, value, model_instance):
        super().validate(value, model_instance)
        if not isinstance(value, list) or not all(isinstance(line, str) for line in value):
            raise ValidationError("Give a list of texts.", code="invalid")


class FoldedField(_DerivedOnSave, models.CharField):
    """The folded text of the column `of`: equal for texts that differ only in case or composition."""

    derive = staticmethod(lines.fold)

    def __init__(self, *args, of="", **kwargs):
        self.of = of
        super().__init__(*args, **{"editable": False} | kwargs)


def _validate_digits(value):
    if len("".join(map(str, value.as_tuple().digits)).strip("0")) > NumberField.digits_kept:
        raise ValidationError(
            f"This number has more than {NumberField.digits_kept} digits. Round it: those at its end would be lost.",
            code="max_digits",
        )


class NumberField(PlainInMigrations, models.DecimalField):
    """A decimal number that both databases store exactly.

    SQLite stores it as a floating-point number, which holds 15 digits exactly. Zeros at both ends do not count.
    """

    digits_kept = 15
    default_validators = (_validate_digits,)


class ValidatedImageField(PlainInMigrations, models.ImageField):
    """An ImageField with our own validators, which migrations do not see."""


class SortKeyField(_DerivedOnSave, models.BinaryField):
    """The sort key of a row in alphabetical lists.

    It is bytes: both databases compare bytes the same way, but text by their own rules.
    """

    derive = staticmethod(sort_key)

    def __init__(self, of, **kwargs):
        self.of = of
        super().__init__(**{"default": b"", "blank": True} | kwargs)

    def clone(self):
        return type(self)(self.of, **super().deconstruct()[3])


def find_sort_key(model):
    """Return the model's SortKeyField, or None."""
    return next((f for f in model._meta.concrete_fields if isinstance(f, SortKeyField)), None)
