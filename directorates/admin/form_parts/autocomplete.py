"""Fields that look records up by typing, and can show any sent value again."""

from operator import attrgetter

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple

from directorates.admin.keys import read_key
from directorates.models import Unit


class _KeysOnly:
    """Selects nothing for a value that is no key: the stock widget would query the database and fail."""

    def optgroups(self, name, value, attr=None):
        keys = [key for key in value if read_key(str(key)) is not None]
        return super().optgroups(name, keys, attr)


class LookUpSelect(_KeysOnly, AutocompleteSelect):
    pass


class LookUpSelectMultiple(_KeysOnly, AutocompleteSelectMultiple):
    pass


def label_choices(field):
    """Let a field of units show which unit each is part of, and whether it is closed."""
    if field is not None and issubclass(field.queryset.model, Unit):
        field.queryset = field.queryset.select_related("parent").with_look_alikes()
        field.label_from_instance = attrgetter("choice_label")
    return field


def offer_units(field, relation, admin_site):
    """Let a form field look units up by typing, as the record's own form does."""
    is_many = isinstance(field, forms.ModelMultipleChoiceField)
    widget = LookUpSelectMultiple if is_many else LookUpSelect
    field.widget = widget(relation, admin_site)
    label_choices(field)
    field.widget.choices = field.choices
    field.widget.is_required = field.required


class LooksUp:
    """A part of an admin with `autocomplete_fields`."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            widget = LookUpSelect(db_field, self.admin_site, using=kwargs.get("using"))
            kwargs.setdefault("widget", widget)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        return label_choices(field)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            widget = LookUpSelectMultiple(db_field, self.admin_site, using=kwargs.get("using"))
            kwargs.setdefault("widget", widget)
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        return label_choices(field)
