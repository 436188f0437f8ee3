"""The summary of a form's errors: each a link to its field."""

from dataclasses import dataclass

from django import template

register = template.Library()


@dataclass(frozen=True)
class ErrorLink:
    """`anchor` is the id of the field."""

    anchor: str
    label: str
    message: str


@register.simple_tag
def error_links(form, formsets):
    """Return an ErrorLink for each error of a field, in the order of the page."""
    forms = [form, *(row for formset in formsets for row in formset.formset.forms)]
    return [
        ErrorLink(bound.id_for_label or bound.auto_id, bound.label, message)
        for one in forms
        for bound in one
        for message in bound.errors
    ]


@register.simple_tag
def other_errors(form, formsets):
    """Return the errors that belong to no field: of the tables below the form, and of their rows."""
    found = []
    for formset in formsets:
        found += formset.formset.non_form_errors()
        for row in formset.formset.forms:
            found += row.non_field_errors()
    return found
