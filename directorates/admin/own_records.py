"""Whether a record is among those that the person at the keyboard works on."""

from django.contrib import admin

from directorates import visibility
from directorates.admin.state import instant_of
from directorates.models import Figure


def works_on(request, record):
    """Whether the record belongs to the units assigned to this person; asked once a request."""
    key = (record._meta.concrete_model, record.pk)
    known = request.__dict__.setdefault("own_records", {})
    if key not in known:
        known[key] = not visibility.find_foreign(request.user, [record], at=instant_of(request))
    return known[key]


class OwnFilter(admin.SimpleListFilter):
    """Offered to those who do not work on every unit."""

    title = "assignment"
    parameter_name = "assigned"

    def lookups(self, request, model_admin):
        return [] if visibility.works_everywhere(request.user) else [("me", "Assigned to me")]

    def queryset(self, request, queryset):
        if self.value() != "me":
            return queryset
        is_figure = queryset.model is Figure
        find_own = visibility.own_figures if is_figure else visibility.own_units
        own = find_own(request.user, at=instant_of(request))
        return queryset.filter(pk__in=own.values("pk"))
