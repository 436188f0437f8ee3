"""The pages that move or close several units in one change set."""

from django import forms
from django.contrib import admin
from django.urls import path

from directorates.actions.publishing.closing import draft
from directorates.actions.reviewing import moving, reviewing
from directorates.admin.change_sets.change_set_choice import ChangeSetChoiceForm
from directorates.admin.form_parts.autocomplete import (
    LookUpSelect,
    LookUpSelectMultiple,
    label_choices,
)
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


class CloseSelectedForm(ChangeSetChoiceForm):
    successors = forms.ModelMultipleChoiceField(
        Unit.objects.all(),
        required=False,
        help_text="The units that take over from all of them. They appear on the closed units' pages.",
    )
    children_to = forms.ModelChoiceField(
        Unit.objects.all(),
        required=False,
        label="Units below go to",
        help_text="Needed only if open units are part of these.",
    )

    field_order = ["successors", "children_to", "change_set", "title"]

    def __init__(self, *args, admin_site, **kwargs):
        super().__init__(*args, **kwargs)
        offer_units(self.fields["successors"], Unit._meta.get_field("successors"), admin_site)
        offer_units(self.fields["children_to"], Unit._meta.get_field("parent"), admin_site)


def offer_units(field, relation, admin_site):
    """Let a form field look units up by typing, as the record's own form does."""
    is_many = isinstance(field, forms.ModelMultipleChoiceField)
    widget = LookUpSelectMultiple if is_many else LookUpSelect
    field.widget = widget(relation, admin_site)
    label_choices(field)
    field.widget.choices = field.choices
    field.widget.is_required = field.required


class MovePages:
    """A part of UnitAdmin."""

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        wrap = self.admin_site.admin_view
        return [
            path("move/", wrap(self.move_view), name=f"{name}_move"),
            path("close/", wrap(self.close_selected_view), name=f"{name}_close_selected"),
            *super().get_urls(),
        ]

    @admin.action(description="Move the selected %(verbose_name_plural)s…", permissions=["change"])
    def move_selected(self, request, queryset):
        return self.lead_to(request, "move", queryset)

    @admin.action(description="Close the selected %(verbose_name_plural)s…", permissions=["change"])
    def close_selected(self, request, queryset):
        return self.lead_to(request, "close_selected", queryset)

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

    def close_selected_view(self, request):
        return self.fill_set(
            request,
            _close,
            form_class=CloseSelectedForm,
            form_options={"admin_site": self.admin_site},
            title="Close units",
            button="Close them",
            explanation="The closures are drafts: the units close when the change set takes effect."
            " Their pages stay, and say what took their place.",
        )


def _move(form, units, change_set, *, by, at):
    parent = form.cleaned_data["parent"]
    moved = moving.move(units=units, parent=parent, change_set=change_set, by=by, at=at)
    if not moved:
        return f"All of them are part of “{parent}” already."
    return f"These move to “{parent}”: {text.quoted(moved)}."


def _close(form, units, change_set, *, by, at):
    records = {}
    for unit in units:
        drafts = draft(
            unit=unit,
            successors=form.cleaned_data["successors"],
            children_to=form.cleaned_data["children_to"],
            effective_from=change_set.effective_from,
            by=by,
            at=at,
        )
        records |= {record.pk: record for record in drafts}
    reviewing.add(change_set=change_set, records=list(records.values()), by=by, at=at)
    return f"To be closed: {text.quoted(units)}."
