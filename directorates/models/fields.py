"""Fields whose validators stay out of migrations.

The database does not know validators, and a migration that named them would run code of a later release.
"""

from django.db import models


class ValidatedCharField(models.CharField):
    """A CharField for validators of our own."""

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        kwargs.pop("validators", None)
        return name, "django.db.models.CharField", args, kwargs


class ValidatedImageField(models.ImageField):
    """An ImageField for validators of our own."""

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        kwargs.pop("validators", None)
        return name, "django.db.models.ImageField", args, kwargs
