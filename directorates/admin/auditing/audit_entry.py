"""The whole audit trail: searched by day, person, action, kind and words; shown in pages or as a file."""

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from directorates.admin.auditing.audit_rows import audit_rows, kind_of
from directorates.admin.form_parts.instant_field import DayInput
from directorates.admin.pages import StaffPages, download
from directorates.models import AuditEntry
from directorates.models.dates import validate_planned_day
from directorates.models.records.governed import GOVERNED
from directorates.queries.staff import audit_trail
from directorates.rules import audit_actions
from directorates.rules.content.alphabet import sort_key

#: The models in the trail other than governed records.
OTHER_MODELS = (
    "directorates.changeset",
    "directorates.responsibility",
    "directorates.sitesettings",
    "directorates.surveyresponse",
    "auth.user",
    "auth.group",
)

#: {format: (function that makes the lines, media type, ending of the file's name)}
EXPORTS = {
    "csv": (audit_trail.export_csv, "text/csv", "csv"),
    "json-lines": (audit_trail.export_json_lines, "application/jsonl", "jsonl"),
}


def _record_models():
    return (*(governed.model._meta.label_lower for governed in GOVERNED), *OTHER_MODELS)


class TrailForm(forms.Form):
    """The filters of the trail, all optional."""

    since = forms.DateField(
        label="From",
        required=False,
        validators=[validate_planned_day],
        widget=DayInput,
    )
    until = forms.DateField(
        label="Until",
        required=False,
        validators=[validate_planned_day],
        widget=DayInput,
    )
    person = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)
    action = forms.ChoiceField(required=False)
    kind = forms.ChoiceField(label="Kind of record", required=False)
    words = forms.CharField(
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        people = [(user.pk, _name_of(user)) for user in User.objects.all()]
        people.sort(key=lambda choice: sort_key(choice[1]))
        for name, choices in (
            ("person", [(audit_trail.COMMAND_LINE, "The command line"), *people]),
            ("action", audit_actions.WORDS.items()),
            ("kind", [(label, kind_of(label)) for label in _record_models()]),
        ):
            self.fields[name].choices = [("", "Any"), *choices]

    @property
    def filters(self):
        data = dict(self.cleaned_data)
        return audit_trail.Filters(record_model=data.pop("kind"), **data)

    @property
    def query(self):
        """The filters as a query without empty fields."""
        return {name: self.data[name] for name in self.fields if self.data.get(name)}


def _name_of(user):
    full_name = user.get_full_name()
    return f"{user.get_username()} ({full_name})" if full_name else user.get_username()


@admin.register(AuditEntry)
class AuditEntryAdmin(StaffPages, admin.ModelAdmin):
    """Read only, for everybody."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        """Return one URL, to which the front page links; it redirects to the trail's shorter address."""
        return [self.page_path("", self.changelist_view, "changelist")]

    def changelist_view(self, request, extra_context=None):
        self._refuse_strangers(request)
        return HttpResponseRedirect(reverse("admin:audit"))

    def _refuse_strangers(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied("Your account may not see the audit trail.")

    @method_decorator(require_safe)
    def trail_view(self, request):
        self._refuse_strangers(request)
        form = TrailForm(request.GET)
        page = (
            audit_trail.find(form.filters, page=request.GET.get("page", 1))
            if form.is_valid()
            else audit_trail.Page((), number=1, last=1, count=0)
        )
        return self.show_page(
            request,
            "audit_trail",
            title="Audit trail",
            form=form,
            page=page,
            entries=audit_rows(page.entries, self.admin_site, request),
            page_query=form.query,
            exports=[
                (words, reverse(f"admin:audit_{name}", query=form.query))
                for name, words in (("csv", "CSV"), ("json-lines", "JSON Lines"))
                if form.is_valid()
            ],
            time_zone=timezone.get_current_timezone_name(),
        )

    @method_decorator(require_safe)
    def export_view(self, request, name):
        """Download every entry that the page shows under the filters in the query."""
        self._refuse_strangers(request)
        form = TrailForm(request.GET)
        if not form.is_valid():
            return HttpResponseRedirect(reverse("admin:audit", query=form.query))
        export, content_type, ending = EXPORTS[name]
        lines = export(form.filters)
        return download(lines, name="audit-trail", ending=ending, content_type=content_type)
