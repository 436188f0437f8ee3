"""Related records as a table in which every box and every column has a name."""

from django.contrib import admin
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.models import BaseInlineFormSet

from directorates.admin.form_parts.autocomplete import LooksUp


class InlineTableFormSet(BaseInlineFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        if DELETION_FIELD_NAME in form.fields:
            # An unsaved row has no name yet.
            record = form.instance if form.instance.pk else ""
            name = f"Delete the {self.model._meta.verbose_name} {record}".strip()
            form.fields[DELETION_FIELD_NAME].widget.attrs["aria-label"] = name
        for bound in form.visible_fields():
            # A column's header does not label the boxes below it.
            bound.field.widget.attrs.setdefault("aria-label", bound.label)


class InlineTable(LooksUp, admin.TabularInline):
    template = "admin/directorates/inline_table.html"
    formset = InlineTableFormSet
