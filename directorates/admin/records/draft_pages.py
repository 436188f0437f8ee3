"""The pages that discard the draft of a record or open a closed unit again. Both change only the working record."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone

from directorates.actions.publishing import closing, publishing
from directorates.actions.publishing.editions import newest_edition
from directorates.actions.refusals import REFUSALS
from directorates.admin.refusals import show_refusal
from directorates.admin.wording import content_of, labeled_differences
from directorates.models.records.content import with_content
from directorates.queries import referring_texts


def _posted_version(request):
    """Return the version that the page showed. Without it, nothing may be replaced."""
    version = request.POST.get("version", "")
    return int(version) if version.isascii() and version.isdigit() and len(version) < 10 else -1


class DraftPages:
    """A part of GovernedAdmin."""

    def get_urls(self):
        return [
            self.page_path("<int:pk>/discard/", self.discard_view, "discard"),
            *super().get_urls(),
        ]

    def discard_url(self, request, record):
        """Return the address of the page that discards a draft, or '' where there is nothing to discard."""
        can_discard = record.has_editions and record.has_unpublished_changes
        return (
            self.page_url("discard", record.pk)
            if can_discard and self.has_change_permission(request, record)
            else ""
        )

    def _changeable(self, request, pk):
        records = self.record_model._base_manager.select_related("change_set")
        record = get_object_or_404(with_content(records), pk=pk)
        if not self.has_change_permission(request, record):
            raise PermissionDenied("Your account may not change this record, or it is in review.")
        return record

    def discard_view(self, request, pk):
        """Show what the draft says besides the newest published version, and discard it."""
        record, at = self._changeable(request, pk), timezone.now()
        edition = newest_edition(record)
        if request.method == "POST":
            return self._act(
                request,
                record,
                lambda: publishing.discard_draft(
                    record=record,
                    by=request.user,
                    at=at,
                    expected_version=_posted_version(request),
                ),
                f"The draft of “{record}” is discarded. It says again what was published last.",
            )
        differences = []
        if edition is not None and record.has_unpublished_changes:
            differences = labeled_differences(
                record.content_class,
                content_of(record),
                content_of(edition),
                facts=referring_texts.read_for([record, edition], at=at),
            )
        return self.show_page(
            request,
            "discard_draft",
            title="Discard draft",
            subtitle=str(record),
            record=record,
            record_url=self.url_of(record),
            edition=edition,
            is_scheduled=edition is not None and edition.effective_from > at,
            differences=differences,
        )

    def _act(self, request, record, act, message):
        """Do something to a record, and go to its form."""
        try:
            act()
        except REFUSALS as error:
            show_refusal(request, error)
            return HttpResponseRedirect(self.url_of(record))
        return self.leave(request, self.url_of(record), message)


class ReopenPage:
    """A part of UnitAdmin."""

    def get_urls(self):
        return [
            self.page_path("<int:pk>/reopen/", self.reopen_view, "reopen"),
            *super().get_urls(),
        ]

    def reopen_url(self, request, unit):
        """Return the address of the page that opens a unit again, or '' if its draft is open."""
        can_reopen = unit.is_closed and self.has_change_permission(request, unit)
        return self.page_url("reopen", unit.pk) if can_reopen else ""

    def reopen_view(self, request, pk):
        unit = self._changeable(request, pk)
        if request.method == "POST":
            return self._act(
                request,
                unit,
                lambda: closing.reopen(
                    unit=unit,
                    by=request.user,
                    at=timezone.now(),
                    expected_version=_posted_version(request),
                ),
                f"“{unit}” is open again in its draft. The public sees it once you publish it.",
            )
        return self.show_page(
            request,
            "reopen",
            title="Reopen",
            subtitle=str(unit),
            record=unit,
            record_url=self.url_of(unit),
        )
