"""The list of governed records: its columns, its filters, and what it does with the selected records."""

from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.http import HttpResponseRedirect

from directorates.admin.records.assigned_records import AssignedFilter
from directorates.admin.records.record_state import StateFilter, request_instant, state_labels
from directorates.admin.wording import person, short_day
from directorates.queries import permissions


class RecordList:
    """A part of GovernedAdmin."""

    list_per_page = 100
    show_full_result_count = False
    actions = ["publish_selected", "put_into_change_set", "delete_selected"]
    #: A sentence on what to do with a published record.
    instead_of_deleting = ""

    def get_list_filter(self, request):
        return [StateFilter, AssignedFilter, *super().get_list_filter(request)]

    @admin.display(description="state", ordering="in_force_from")
    def state(self, record):
        return state_labels(record)

    @admin.display(description="updated", ordering="updated_at")
    def updated(self, record):
        return short_day(record.updated_at) if record.updated_at else ""

    @admin.display(description="last saved", ordering="saved_at")
    def last_saved(self, record):
        if record.saved_at is None:
            return ""
        return f"{short_day(record.saved_at)}, {person(record.saved_by)}"

    @admin.action(description="Publish…", permissions=["publish"])
    def publish_selected(self, request, queryset):
        """Redirect to a page that shows the changes. The list itself publishes nothing."""
        return self.lead_to(request, "publish_selected", queryset)

    @admin.action(
        description="Put into a change set…",
        permissions=["change"],
    )
    def put_into_change_set(self, request, queryset):
        return self.lead_to(request, "into_set", queryset)

    def lead_to(self, request, page, queryset):
        """Redirect to a page about the selected records, if the person works on all of them."""
        at = request_instant(request)
        answer = permissions.may_work_on(request.user, list(queryset), at=at)
        if not answer:
            self.message_user(request, answer.refusal, messages.ERROR)
            return None
        query = urlencode({"ids": list(queryset.values_list("pk", flat=True))}, doseq=True)
        return HttpResponseRedirect(f"{self.page_url(page)}?{query}")

    @admin.action(
        description="Delete those never published…",
        permissions=["delete"],
    )
    def delete_selected(self, request, queryset):
        in_review = [str(record) for record in queryset if record.is_in_review]
        if in_review:
            self.message_user(
                request,
                f"Nothing was deleted. These are in review: {', '.join(in_review)}.",
                messages.ERROR,
            )
            return None
        published = [str(record) for record in queryset if record.has_editions]
        if published:
            self.message_user(
                request,
                "Nothing was deleted. What was published stays on record, so these cannot be deleted: "
                f"{', '.join(published)}. {self.instead_of_deleting}",
                messages.ERROR,
            )
            return None
        return delete_selected(self, request, queryset)
