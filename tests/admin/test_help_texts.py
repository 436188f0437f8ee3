"""Every field of a staff form says what belongs into it and where the public sees it."""

import pytest
from django import forms

from tests.admin.test_dates import admin_forms

pytestmark = pytest.mark.django_db

#: Fields without a help text, each with the reason.
WITHOUT_HELP = {
    **dict.fromkeys(
        [
            "AccountForm.email",
            "AccountForm.first_name",
            "AccountForm.last_name",
            "OwnPasswordForm.old_password",
            "auth.Group.name",
        ],
        "Django's own fields, which the public never sees",
    ),
    "AccountForm.date_joined": "read only",
    "AccountForm.last_login": "read only",
    "directorates.UnitAssignment.user": "the account of the page",
    "InstantForm.when": "its choices are whole sentences",
    "InstantForm.on_day": "the note on the time zone is beside it",
    "InstantForm.at_time": "the note on the time zone is beside it",
    "PositionForm.position": "the page explains the order above its table",
    **dict.fromkeys(
        [f"TrailForm.{name}" for name in ("since", "until", "person", "action", "kind", "words")],
        "a filter of a list, which changes nothing",
    ),
}


def staff_forms():
    """Yield (name, form class) of the admin's forms and of every form class that the admin declares."""
    yield from admin_forms()
    found = list(forms.BaseForm.__subclasses__())
    for form in found:
        found += form.__subclasses__()
        if form.__module__.startswith("directorates.admin."):
            yield form.__name__, form


def test_every_field_that_a_person_fills_in_has_a_help_text_or_a_reason():
    # A form has the same fields as the form that it inherits from.
    fields = {
        declared: f"{name}.{field}"
        for name, form in reversed(list(staff_forms()))
        for field, declared in form.base_fields.items()
    }
    without = {
        name
        for declared, name in fields.items()
        if not (declared.help_text or declared.widget.is_hidden)
    }
    assert without == set(WITHOUT_HELP)
