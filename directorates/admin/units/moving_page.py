"""The page that moves several units in one change set."""

from django import forms
from django.contrib import admin

from directorates.actions.reviewing import moving
from directorates.admin.change_sets.choice_form import ChangeSetChoiceForm
from directorates.admin.form_parts.autocomplete import offer_units
from directorates.models import Unit
from directorates.rules.content import text


class MoveForm(ChangeSetChoiceForm):
    parent = forms.ModelChoiceField(
        Unit.objects.all(), label="Move to", help_text="The unit that they come under."
    )

    field_order = ["parent", "change_set", "title"]

    def __init__(self, *args, admin_site, **kwargs):
        super().__init__(*args, **kwargs)
        offer_units(self.fields["parent"], Unit._meta.get_field("parent"), admin_site)


class MovePage:
    """A part of UnitAdmin."""

    def get_urls(self):
        return [self.page_path("move/", self.move_view, "move"), *super().get_urls()]

    @admin.action(description="Move…", permissions=["change"])
    def move_selected(self, request, queryset):
        return self.lead_to(request, "move", queryset)

    def move_view(self, request):
        return self.fill_set(
            request,
            _move,
            form_class=MoveForm,
            form_options={"admin_site": self.admin_site},
            title="Move units",
            button="Move them",
            explanation="The moves are drafts: the public sees them when the change set takes effect.",
        )


def _move(form, units, change_set, *, by, at):
    parent = form.cleaned_data["parent"]
    moved = moving.move(units=units, parent=parent, change_set=change_set, by=by, at=at)
    if not moved:
        return f"All of them are part of “{parent}” already."
    return f"These move to “{parent}”: {text.quoted(moved)}."
