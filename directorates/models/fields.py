"""Fields that migrations see as plain ones.

The database knows neither validators nor what a column is computed from, and a migration that named them would run
code of a later release.
"""

from django.db import models

from directorates.alphabet import sort_key


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


class SortKeyField(models.BinaryField):
    """The place of a row in the alphabet, written with the name that it is computed from.

    Bytes, because both databases compare these alike. Text they compare by the rules of their own. It is empty where a
    release that did not know it has written the row, until `sort_keys.write_missing`.
    """

    def __init__(self, of, **kwargs):
        self.of = of
        super().__init__(**{"default": b"", "db_default": b"", "blank": True} | kwargs)

    def pre_save(self, instance, add):
        value = sort_key(getattr(instance, self.of))
        setattr(instance, self.attname, value)
        return value

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.BinaryField", args, kwargs

    def clone(self):
        return type(self)(self.of, **super().deconstruct()[3])
