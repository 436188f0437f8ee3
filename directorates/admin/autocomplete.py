"""Fields that look records up by typing, and show again what was sent, whatever that was."""

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple

from directorates.admin.keys import read_key


class _KeysOnly:
    """What is no key selects nothing; the stock widget would ask the database for it and fail."""

    def optgroups(self, name, value, attr=None):
        keys = [key for key in value if read_key(str(key)) is not None]
        return super().optgroups(name, keys, attr)


class LookUpSelect(_KeysOnly, AutocompleteSelect):
    pass


class LookUpSelectMultiple(_KeysOnly, AutocompleteSelectMultiple):
    pass


class LooksUp:
    """A part of an admin with `autocomplete_fields`."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            widget = LookUpSelect(db_field, self.admin_site, using=kwargs.get("using"))
            kwargs.setdefault("widget", widget)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            widget = LookUpSelectMultiple(db_field, self.admin_site, using=kwargs.get("using"))
            kwargs.setdefault("widget", widget)
        return super().formfield_for_manytomany(db_field, request, **kwargs)
