"""Fields for what people type. Each cleans its text where it is checked and where it is written, so a form,
a file and an action keep the same.

Migrations see Django's own fields: the database knows neither cleaning nor the validators of our own.
"""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from directorates.rules.content import languages, lines, phone_numbers
from directorates.rules.content.addresses import WHOLE_ADDRESS, validate_web_address
from directorates.rules.content.alphabet import sort_key


def _cleaning(form_class, clean):
    """Return a form field of this class that cleans its text before anything else looks at it."""

    class CleaningField(form_class):
        def to_python(self, value):
            return super().to_python(clean(value) if isinstance(value, str) else value)

    CleaningField.__name__ = CleaningField.__qualname__ = f"Cleaning{form_class.__name__}"
    return CleaningField


class PlainInMigrations:
    """A part of a model field that a migration sees as Django's own: its rules are no part of the schema."""

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        plain = next(kind for kind in type(self).__mro__ if kind.__module__.startswith("django."))
        kwargs.pop("validators", None)
        return name, f"django.db.models.{plain.__name__}", args, kwargs


class _Cleaned(PlainInMigrations):
    """A part of a model field; `clean_text` and `form_class` say how it cleans and what forms show."""

    clean_text = staticmethod(lines.clean_line)
    form_class = _cleaning(forms.CharField, lines.clean_line)

    def to_python(self, value):
        value = super().to_python(value)
        return self.clean_text(value) if isinstance(value, str) else value

    def pre_save(self, model_instance, add):
        """Clean what an action was given, and let the row in memory say what is written."""
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": self.form_class} | kwargs)


class LineField(_Cleaned, models.CharField):
    """A text on one line."""


class PhoneField(LineField):
    """A telephone number as it was typed. Without a country's code it is one of the address's country, or of
    the site's, which is that of its time zone."""

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

    # In place of Django's own, which takes ftp:// too: with both, a fault would be told twice.
    default_validators = [validate_web_address]
    default_error_messages = {"invalid": WHOLE_ADDRESS}
    form_class = _cleaning(forms.URLField, lines.clean_line)

    def formfield(self, **kwargs):
        messages = {"error_messages": {"invalid": WHOLE_ADDRESS}}
        return super().formfield(**messages | kwargs)


class SlugLineField(_Cleaned, models.SlugField):
    form_class = _cleaning(forms.SlugField, lines.clean_line)


class LanguageField(_Cleaned, models.CharField):
    """A language tag. A form offers the field's choices; a file may name any language."""

    clean_text = staticmethod(languages.clean)
    default_error_messages = {
        "unknown_language": "“%(value)s” is no language. Write its code, such as en, fr-CA or zh-Hant."
    }

    def validate(self, value, model_instance):
        """Ask the language and no choices: they are a form's."""
        if value in self.empty_values:
            super().validate(value, model_instance)
        elif not languages.is_known(value):
            message = self.error_messages["unknown_language"]
            raise ValidationError(message, code="unknown_language", params={"value": value})

    def formfield(self, **kwargs):
        return models.CharField.formfield(self, **kwargs)


class ShortTextField(_Cleaned, models.CharField):
    """A short text that keeps its lines."""

    clean_text = staticmethod(lines.clean_lines)
    form_class = _cleaning(forms.CharField, lines.clean_lines)

    def formfield(self, **kwargs):
        return super().formfield(**{"widget": forms.Textarea(attrs={"rows": 3})} | kwargs)


class LongTextField(_Cleaned, models.TextField):
    """A text of any length that keeps its lines."""

    clean_text = staticmethod(lines.clean_lines)
    form_class = _cleaning(forms.CharField, lines.clean_lines)


class LineListField(PlainInMigrations, models.JSONField):
    """A list of lines, none of them empty or twice. Case and composition make no difference."""

    def to_python(self, value):
        if not isinstance(value, list) or not all(isinstance(line, str) for line in value):
            return value
        by_fold = {}
        for line in map(lines.clean_line, value):
            by_fold.setdefault(lines.fold(line), line)
        return [line for line in by_fold.values() if line]

    def pre_save(self, model_instance, add):
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value

    def validate(self, value, model_instance):
        super().validate(value, model_instance)
        if not isinstance(value, list) or not all(isinstance(line, str) for line in value):
            raise ValidationError("Give a list of texts.", code="invalid")


class FoldedField(PlainInMigrations, models.CharField):
    """What another column of the row has in common with all that differ from it in case or composition.

    It is written with the row and never typed.
    """

    is_derived = True

    def __init__(self, *args, of="", **kwargs):
        self.of = of
        super().__init__(*args, **{"editable": False} | kwargs)

    def pre_save(self, model_instance, add):
        value = lines.fold(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, value)
        return value


def _validate_digits(value):
    if len("".join(map(str, value.as_tuple().digits)).strip("0")) > NumberField.digits_kept:
        raise ValidationError(
            f"This number has more than {NumberField.digits_kept} digits. Round it: those at its end would be lost.",
            code="max_digits",
        )


class NumberField(PlainInMigrations, models.DecimalField):
    """A decimal number that both databases keep as it was written.

    SQLite keeps it as a floating-point number, which holds 15 digits exactly. Zeros at either end do not count.
    """

    digits_kept = 15
    default_validators = (_validate_digits,)


class ValidatedImageField(PlainInMigrations, models.ImageField):
    """An ImageField for validators of our own."""


class SortKeyField(PlainInMigrations, models.BinaryField):
    """The place of a row in the alphabet, written with the name that it is computed from.

    Bytes, because both databases compare these alike. Text they compare by the rules of their own.
    """

    is_derived = True

    def __init__(self, of, **kwargs):
        self.of = of
        super().__init__(**{"default": b"", "blank": True} | kwargs)

    def pre_save(self, instance, add):
        value = sort_key(getattr(instance, self.of))
        setattr(instance, self.attname, value)
        return value

    def clone(self):
        return type(self)(self.of, **super().deconstruct()[3])


def find_sort_key(model):
    """Return the model's SortKeyField, or None."""
    return next((f for f in model._meta.concrete_fields if isinstance(f, SortKeyField)), None)
