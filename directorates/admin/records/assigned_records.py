"""Checks whether a record belongs to the units assigned to a person."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied

from directorates.admin.records.record_state import once, request_instant
from directorates.models import ChangeSet
from directorates.queries import assignments, permissions


def is_assigned_to(request, record):
    """Whether the record belongs to the units assigned to this person; checked once a request."""

    def ask():
        return permissions.may_work_on(request.user, [record], at=request_instant(request))

    return bool(once(request, (record._meta.concrete_model, record.pk), ask))


def is_assigned_to_set(request, change_set):
    """Whether all records of a change set, and the units they move to, are assigned to this person.

    Checked once a request.
    """

    def ask():
        return permissions.may_work_on_set(request.user, change_set, at=request_instant(request))

    return bool(once(request, (ChangeSet, change_set.pk), ask))


def require_assigned(request, records):
    """Raise PermissionDenied, with names, unless all of the records are assigned to the person."""
    answer = permissions.may_work_on(request.user, records, at=request_instant(request))
    if not answer:
        raise PermissionDenied(answer.refusal)


class FormOfPerson:
    """A part of a ModelAdmin whose form needs the person and the instant."""

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.user, form.instant = request.user, request_instant(request)
        return form


class AssignedFilter(admin.SimpleListFilter):
    """Offered to people who do not work on every unit."""

    title = "assignment"
    parameter_name = "assigned"

    def lookups(self, request, model_admin):
        return (
            [] if assignments.is_assigned_everywhere(request.user) else [("me", "Assigned to me")]
        )

    def queryset(self, request, queryset):
        if self.value() != "me":
            return queryset
        own = assignments.assigned_records(
            request.user, queryset.model, at=request_instant(request)
        )
        return queryset.filter(pk__in=own.values("pk"))
