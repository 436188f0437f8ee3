from django.conf import settings
from django.contrib import admin
from django.db.models import Case, Max, Value, When
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.csp import CSP
from django.utils.decorators import method_decorator
from django.views.decorators.csp import csp_override

from directorates.actions import responsibilities
from directorates.admin.form_parts.sections import Advice
from directorates.admin.keys import read_key
from directorates.admin.records.assigned_records import is_assigned_to
from directorates.admin.records.draft_pages import ReopenPage
from directorates.admin.records.governed import GovernedAdmin
from directorates.admin.records.record_state import request_instant
from directorates.admin.units.closing_pages import ClosePages
from directorates.admin.units.moving_page import MovePage
from directorates.admin.units.order_page import OrderPage
from directorates.admin.units.people_page import PeoplePage
from directorates.admin.units.preview_page import PreviewPage
from directorates.admin.units.unit_fieldsets import FIELDSETS
from directorates.admin.units.unit_form import UnitForm
from directorates.models import Agency, Directorate, Office, Responsibility, Unit, UnitContent
from directorates.models.records.governed import GOVERNED
from directorates.queries import assignments, permissions, visibility

Kind = UnitContent.Kind

#: A filter with more choices than this is no help.
MOST_PARENTS_IN_THE_FILTER = 20


class ParentFilter(admin.SimpleListFilter):
    title = "part of"
    parameter_name = "parent"

    def lookups(self, request, model_admin):
        """Return the parents if they are few, or else only the parent in the address: one query."""
        chosen = self._chosen()
        parents = (
            Unit.objects.select_related("parent")
            .with_look_alikes()
            .filter(pk__in=model_admin.model._default_manager.order_by().values("parent"))
            .order_by(Case(When(pk=chosen, then=Value(0)), default=Value(1)), *Unit._meta.ordering)[
                : MOST_PARENTS_IN_THE_FILTER + 1
            ]
        )
        choices = [(str(parent.pk), parent.choice_label) for parent in parents]
        if len(choices) <= MOST_PARENTS_IN_THE_FILTER:
            return choices
        return [choice for choice in choices if choice[0] == str(chosen)]

    def queryset(self, request, queryset):
        chosen = self._chosen()
        return queryset if chosen is None else queryset.filter(parent=chosen)

    def _chosen(self):
        return read_key(self.value() or "")


class UnitAdmin(PeoplePage, MovePage, ClosePages, ReopenPage, PreviewPage, GovernedAdmin):
    form = UnitForm
    can_close = True
    select_related = ("parent", "saved_by", "change_set")
    list_display = [
        "name",
        "acronym",
        "state",
        "part_of",
        "position",
        "updated",
        "last_saved",
    ]
    list_filter = ["role", ParentFilter]
    search_fields = ["name", "acronym", "slug"]
    ordering = ["position", "sort_key", "pk"]
    actions = [
        "publish_selected",
        "put_into_change_set",
        "move_selected",
        "close_selected",
        "delete_selected",
    ]
    autocomplete_fields = ["parent", "responsibilities", "successors"]
    instead_of_deleting = "Close it instead."
    change_list_template = "admin/directorates/unit_change_list.html"
    change_form_template = "admin/directorates/unit_change_form.html"
    #: The kind of a new unit; None where units of every kind are listed.
    kind = None

    fieldsets = FIELDSETS

    @admin.display(description="part of", ordering="parent__sort_key")
    def part_of(self, unit):
        return (unit.parent.acronym or unit.parent.name) if unit.parent else ""

    def changelist_view(self, request, extra_context=None):
        extra_context = {"can_order": self.has_change_permission(request)} | (extra_context or {})
        return super().changelist_view(request, extra_context)

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if not self.may_add_responsibilities(request, obj):
            fieldsets = [
                (name, _without(options, "new_responsibilities")) for name, options in fieldsets
            ]
        if obj is None:
            # A new unit needs its place, so nothing is folded.
            return [(name, options | {"classes": []}) for name, options in fieldsets]
        permanent = {"classes": ["collapse"], "fields": ["identifier"]}
        return [*fieldsets, ("Permanent name", permanent)]

    def may_add_responsibilities(self, request, unit):
        """Whether the form offers to make responsibilities that are not in the list yet."""
        may_change = unit is None or self.has_change_permission(request, unit)
        return may_change and bool(permissions.may(request.user, "add", Responsibility))

    def get_readonly_fields(self, request, obj=None):
        return ["identifier"]

    def advice_on_fields(self, unit):
        if not unit.summary:
            yield Advice(
                "summary", "There is no summary: lists and search engines have nothing to show."
            )
        if unit.is_on_overview and not unit.overview:
            yield Advice("overview", "It is on the overview page, but there is no overview text.")
        if unit.kind == Kind.DIRECTORATE and not unit.role:
            yield Advice(
                "role", "The directorate has no role, so it is not counted on the overview page."
            )

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ["name"]}

    def get_changeform_initial_data(self, request):
        initial = {"kind": self.kind}
        if self.kind != Kind.AGENCY:
            initial["parent"] = Unit.objects.of_kind(Kind.AGENCY).first()
            last = Unit.objects.aggregate(last=Max("position"))["last"]
            initial["position"] = 0 if last is None else last + 1
        if self.kind == Kind.DIRECTORATE:
            initial["is_on_overview"] = True
        return initial | super().get_changeform_initial_data(request)

    def save_model(self, request, obj, form, change):
        """Make the responsibilities that are not in the list yet, and save the unit with them."""
        if written := form.cleaned_data.get("new_responsibilities"):
            made = responsibilities.find_or_make(written, by=request.user, at=timezone.now())
            chosen = form.cleaned_data["responsibilities"]
            form.cleaned_data["responsibilities"] = list(dict.fromkeys([*chosen, *made]))
        super().save_model(request, obj, form, change)

    # Kinds: an office that becomes a directorate stays the same record, under another list.

    def url_of(self, record):
        model = ADMIN_OF_KIND[record.kind]
        return reverse(
            f"{self.admin_site.name}:directorates_{model._meta.model_name}_change", args=[record.pk]
        )

    @method_decorator(csp_override(settings.ADMIN_CSP | {"frame-src": [CSP.SELF]}))
    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        response = super().changeform_view(request, object_id, form_url, extra_context)
        record = (getattr(response, "context_data", None) or {}).get("original")
        if request.method == "GET" and record is not None and record.kind != self.kind:
            query = request.GET.urlencode()
            return HttpResponseRedirect(self.url_of(record) + (f"?{query}" if query else ""))
        return response

    def response_add(self, request, obj, post_url_continue=None):
        response = super().response_add(request, obj, post_url_continue)
        return self._with_its_kind(request, obj, response)

    def response_change(self, request, obj):
        return self._with_its_kind(request, obj, super().response_change(request, obj))

    def _with_its_kind(self, request, record, response):
        if record.kind == self.kind or "_publish" in request.POST or "_preview" in request.POST:
            return response
        self.message_user(
            request,
            f"“{record}” is listed under {ADMIN_OF_KIND[record.kind]._meta.verbose_name_plural} now.",
        )
        return HttpResponseRedirect(self.url_of(record))

    # What leads out of the form

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None and obj.pk:
            context |= {
                "can_preview": visibility.can_see_drafts(request.user),
                "people_url": self.page_url("people", obj.pk),
                "close_url": self.close_url(request, obj),
                "reopen_url": self.reopen_url(request, obj),
                "typed_preview_url": self.page_url("typed_preview", obj.pk),
                "add_below_url": self.add_below_url(request, obj),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def add_below_url(self, request, unit):
        """Return the address of the form for an office below the unit, or ''."""
        if not self.has_add_permission(request) or not is_assigned_to(request, unit):
            return ""
        return reverse(f"{self.admin_site.name}:directorates_office_add", query={"parent": unit.pk})

    def view_on_site(self, obj):
        edition = visibility.public_units(obj.instant).filter(unit=obj.pk).first()
        return edition.get_absolute_url() if edition else None

    def get_object(self, request, object_id, from_field=None):
        record = super().get_object(request, object_id, from_field)
        if record is not None:
            record.instant = request_instant(request)
        return record


def _without(options, name):
    return options | {"fields": [field for field in options["fields"] if field != name]}


def _is_place(model, field):
    """Whether a field, by the names of model and field, holds the unit above a record."""
    return any(
        field == one.place and (model == one.name or (one.is_unit and model in Kind.values))
        for one in GOVERNED
    )


@admin.register(Unit)
class EveryUnitAdmin(OrderPage, UnitAdmin):
    """Units of every kind: for fields that look units up, and for the page that sets their order."""

    list_display = [*UnitAdmin.list_display[:2], "kind", *UnitAdmin.list_display[2:]]
    list_filter = ["kind", *UnitAdmin.list_filter]

    def get_search_results(self, request, queryset, search_term):
        """Return the found units. A field for the unit above a record gets only this person's units."""
        if _is_place(request.GET.get("model_name"), request.GET.get("field_name")):
            queryset = queryset.filter(
                pk__in=assignments.assigned_units(request.user, at=request_instant(request)).values(
                    "pk"
                )
            )
        return super().get_search_results(request, queryset, search_term)

    def get_model_perms(self, request):
        """Return {} to keep this list off the front page, which shows agency, directorates and offices."""
        return {}

    def has_add_permission(self, request):
        return False


@admin.register(Agency)
class AgencyAdmin(UnitAdmin):
    kind = Kind.AGENCY
    list_filter = []

    def has_add_permission(self, request):
        return super().has_add_permission(request) and not Agency.objects.exists()


@admin.register(Directorate)
class DirectorateAdmin(UnitAdmin):
    kind = Kind.DIRECTORATE


@admin.register(Office)
class OfficeAdmin(UnitAdmin):
    kind = Kind.OFFICE


ADMIN_OF_KIND = {Kind.AGENCY: Agency, Kind.DIRECTORATE: Directorate, Kind.OFFICE: Office}
