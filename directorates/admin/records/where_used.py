"""The section “Where it is used” of a record's form, and the lists that it leads to."""

from django.contrib import admin

from directorates.admin.keys import read_key
from directorates.admin.records.record_state import request_instant
from directorates.models import Responsibility, Unit
from directorates.queries.staff import where_used

FIND = {Unit: where_used.of_unit, Responsibility: where_used.of_responsibility}


class UseFilter(admin.SimpleListFilter):
    """Shown in a list only if the address names it; the section's links do."""

    title = "use"
    parameter_name = where_used.PARAMETER

    def lookups(self, request, model_admin):
        relation, pk = self._read()
        if relation is None or relation.model is not model_admin.opts.concrete_model:
            return []
        target = relation.target.objects.filter(pk=pk).first()
        return [(self.value(), f"{relation.heading}: {target}")] if target else []

    def queryset(self, request, queryset):
        relation, pk = self._read()
        if relation is None:
            return queryset
        found = where_used.find(relation, pk, at=request_instant(request))
        return queryset.filter(pk__in=found.order_by().values("pk"))

    def _read(self):
        """Return the relation and the key that the address names, or None twice."""
        name, _, words = (self.value() or "").rpartition("-")
        relation, key = where_used.find_relation(name), read_key(words)
        return (None, None) if relation is None or key is None else (relation, key)


class WhereUsedSection:
    """A part of the admin of every record that other records use."""

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None and obj.pk:
            find = FIND.get(self.opts.concrete_model, where_used.of_record)
            context["where_used"] = find(obj, user=request.user, at=request_instant(request))
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_list_filter(self, request):
        return [UseFilter, *super().get_list_filter(request)]
