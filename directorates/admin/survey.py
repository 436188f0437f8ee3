from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import Avg, Count
from django.http import HttpResponseRedirect
from django.template.defaultfilters import truncatechars
from django.utils import timezone

from directorates.actions import survey
from directorates.admin.auditing.audited import Audited
from directorates.admin.pages import READING, download
from directorates.models import SurveyResponse
from directorates.queries.staff.survey_export import export_responses


@admin.register(SurveyResponse)
class SurveyResponseAdmin(Audited, admin.ModelAdmin):
    """Staff read, export and delete visitors' answers here, and never change them."""

    list_display = ["submitted_at", "page", "trust", "ease", "effectiveness", "short_comment"]
    list_filter = ["trust", "submitted_at"]
    search_fields = ["page", "comments"]
    fields = ["submitted_at", "page", "trust", "ease", "effectiveness", "comments"]
    readonly_fields = fields
    actions = ["export_selected"]

    @admin.display(description="comment")
    def short_comment(self, response):
        return truncatechars(response.comments, 80)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def delete_model(self, request, obj):
        survey.delete(responses=[obj], by=request.user, at=timezone.now())

    def delete_queryset(self, request, queryset):
        survey.delete(responses=queryset, by=request.user, at=timezone.now())

    def get_urls(self):
        export = self.page_path("export/", self.export_view, "export", READING)
        return [export, *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        response = super().changelist_view(request, extra_context)
        changelist = getattr(response, "context_data", {}).get("cl")
        if changelist is not None:
            response.context_data["averages"] = changelist.queryset.order_by().aggregate(
                responses=Count("pk"),
                trust=Avg("trust"),
                ease=Avg("ease"),
                effectiveness=Avg("effectiveness"),
            )
        return response

    @admin.action(description="Export as CSV", permissions=["view"])
    def export_selected(self, request, queryset):
        return _csv_download(queryset)

    def export_view(self, request):
        """Download every response that the list shows under the filters in the query."""
        if not self.has_view_permission(request):
            raise PermissionDenied("Your account may not see survey responses.")
        try:
            responses = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return HttpResponseRedirect(self.page_url("changelist"))
        return _csv_download(responses)


def _csv_download(responses):
    lines = export_responses(responses=responses)
    return download(lines, name="survey-responses", ending="csv", content_type="text/csv")
