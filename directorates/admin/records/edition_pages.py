"""The editions of a record: listed on its form; compared, restored and withdrawn on their own pages."""

from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone

from directorates.actions.publishing import publishing
from directorates.actions.refusals import REFUSALS
from directorates.actions.reviewing import reviewing
from directorates.admin.pages import READING
from directorates.admin.records.edition_comparison import DRAFT, compare_edition
from directorates.admin.records.history_line import MOST_VERSIONS, read_line
from directorates.admin.refusals import keep_typed, posted_text, show_refusal, take_typed
from directorates.admin.wording import exact_moment, moment, person
from directorates.models.records.content import with_content
from directorates.queries import permissions
from directorates.queries.staff import audit_trail

EDITIONS_ON_THE_FORM = 50


@dataclass(frozen=True)
class EditionRow:
    number: int
    takes_effect: str
    until: str
    approved: str
    change_note: str
    state: str
    url: str
    is_scheduled: bool
    is_withheld: bool


class EditionPages:
    """A part of GovernedAdmin."""

    def get_urls(self):
        edition = "<int:pk>/editions/<int:number>/"
        return [
            self.page_path(edition, self.edition_view, "edition", READING),
            self.page_path(f"{edition}restore/", self.restore_view, "restore", ["POST"]),
            self.page_path(f"{edition}withdraw/", self.withdraw_view, "withdraw", ["POST"]),
            *super().get_urls(),
        ]

    def edition_rows(self, record, *, at):
        """Return the newest editions as rows, at most EDITIONS_ON_THE_FORM: one query."""
        newest = self._editions_of(record.pk, at).order_by("-number")[:EDITIONS_ON_THE_FORM]
        return [self._edition_row(edition) for edition in newest]

    def unpublish_urls(self, request, record):
        """Return the pages of the scheduled editions that this person may withdraw: one query."""
        if not (record.is_scheduled and self.has_publish_permission(request)):
            return []
        scheduled = record.editions.scheduled(timezone.now()).order_by("effective_from")
        return [
            (moment(edition.effective_from), self.page_url("edition", record.pk, edition.number))
            for edition in scheduled
            if permissions.may_withdraw(request.user, [edition], at=timezone.now())
        ]

    def _edition_row(self, edition):
        withdrawn_on = f" on {moment(edition.withdrawn_at)}" if edition.withdrawn_at else ""
        until = (
            exact_moment(edition.effective_until) if edition.effective_until else "further notice"
        )
        if edition.ends_at_unknown_day:
            until = "Not known"
        return EditionRow(
            number=edition.number,
            takes_effect=exact_moment(edition.effective_from)
            if edition.beginning_is_known
            else "Not known",
            until="" if edition.withdrawn_at else until,
            approved=f"{person(edition.approved_by)}, {moment(edition.approved_at)}"
            + (", self-approved" if edition.is_self_approved else ""),
            change_note=edition.change_note,
            state=f"{edition.state}{withdrawn_on}",
            url=self.page_url("edition", edition.record_pk, edition.number),
            is_scheduled=edition.is_scheduled,
            is_withheld=edition.is_withheld,
        )

    def _editions_of(self, pk, at):
        """Return a record's editions. One ends on an unknown day if its follower was loaded without a day."""
        editions = self.edition_model.objects.of_records([pk])
        follows = editions.not_withdrawn().filter(
            effective_from=OuterRef("effective_until"), beginning_is_known=False
        )
        return (
            editions.with_times(at)
            .annotate(ends_at_unknown_day=Exists(follows.order_by()))
            .select_related("approved_by", "change_set")
        )

    def history_context(self, request, record):
        at = timezone.now()
        record = with_content(self.record_model._base_manager.filter(pk=record.pk)).get()
        versions, comparison = read_line(
            record,
            self._editions_of(record.pk, at),
            chosen=(request.GET.get("from", ""), request.GET.get("to", "")),
            page_url=partial(self.page_url, "edition", record.pk),
            at=at,
        )
        old = comparison and comparison.replaces_draft and comparison.differences and comparison.old
        may_restore = (
            old
            and not record.is_in_review
            and permissions.may_restore(request.user, record, old, at=at)
        )
        return {
            "versions": versions,
            "most_versions": MOST_VERSIONS,
            "comparison": comparison,
            "restore_url": self.page_url("restore", record.pk, old.number) if may_restore else "",
            "publish_url": self.page_url("publish", record.pk)
            if record.has_unpublished_changes and self.has_change_permission(request, record)
            else "",
            "record_url": self.url_of(record),
            "saved_version": record.version,
            "was_loaded": audit_trail.was_loaded(record),
        }

    def _find_edition(self, pk, number, at):
        return get_object_or_404(with_content(self._editions_of(pk, at)), number=number)

    def edition_view(self, request, pk, number):
        if not self.has_view_permission(request):
            raise PermissionDenied("Your account may not see published versions.")
        at = timezone.now()
        edition = self._find_edition(pk, number, at)
        record = get_object_or_404(with_content(self.record_model._base_manager.all()), pk=pk)
        comparison = compare_edition(
            edition,
            record=record,
            editions=with_content(self._editions_of(pk, at)),
            chosen=request.GET.get("with", DRAFT),
            at=at,
        )
        return self.show_page(
            request,
            "edition",
            title=f"Published version {number}",
            subtitle=str(record),
            record=record,
            record_url=self.url_of(record),
            comparison=comparison,
            **self._edition_context(request, edition, record, at),
        )

    def _edition_context(self, request, edition, record, at):
        """Return the edition as a row, and the actions that the person may take."""
        number = edition.number
        may_restore = permissions.may_restore(request.user, record, edition, at=at)
        may_withdraw = edition.is_scheduled and permissions.may_withdraw(
            request.user, [edition], at=at
        )
        return {
            "edition": self._edition_row(edition),
            "restore_url": self.page_url("restore", record.pk, number) if may_restore else "",
            "withholding": self.withholding_link(request, edition, record, at),
            "withdraw_url": self.page_url("withdraw", record.pk, number) if may_withdraw else "",
            "approved_together": publishing.find_approved_together(edition)
            if edition.is_scheduled
            else [],
            "change_set": edition.change_set,
            "typed_comment": take_typed(request, _place_of(edition)),
        }

    def restore_view(self, request, pk, number):
        if not self.has_change_permission(request):
            raise PermissionDenied("Your account may not change this record.")
        at, here = timezone.now(), self.page_url("edition", pk, number)
        edition = self._find_edition(pk, number, at)
        version = request.POST.get("version", "")
        try:
            record = publishing.restore(
                edition=edition,
                by=request.user,
                at=at,
                # Without the version that the person saw, nothing may be replaced.
                expected_version=int(version) if version.isdecimal() else -1,
            )
        except ValidationError as error:
            message = f"The rules have changed since that version: {' '.join(error.messages)}"
            return self.leave(request, here, message, messages.ERROR)
        except REFUSALS as error:
            show_refusal(request, error)
            return HttpResponseRedirect(here)
        return self.leave(
            request,
            self.url_of(record),
            f"The content of published version {number} is a draft now. The public sees it once it is published.",
        )

    def withdraw_view(self, request, pk, number):
        if not self.has_publish_permission(request):
            raise PermissionDenied("Your account may not withdraw published versions.")
        at, comment = timezone.now(), posted_text(request, "comment")
        edition = self._find_edition(pk, number, at)
        together = "together" in request.POST
        approved_together = publishing.find_approved_together(edition) if together else []
        try:
            reviewing.withdraw_editions(
                editions=[edition, *approved_together], by=request.user, at=at, comment=comment
            )
        except REFUSALS as error:
            show_refusal(request, error)
            keep_typed(request, _place_of(edition), comment)
            return HttpResponseRedirect(self.page_url("edition", pk, number))
        also = ", ".join(f"“{other.record}”" for other in approved_together)
        edition.record.refresh_from_db(fields=["has_unpublished_changes"])
        warning = (
            " The draft stays as it is: discard or change it, or the next publication has it."
            if edition.record.has_unpublished_changes
            else ""
        )
        return self.leave(
            request,
            self.url_of(edition.record),
            f"Published version {number} is withdrawn and never takes effect. Its content stays on its page,"
            " from where it can be restored as a draft."
            + warning
            + (f" Withdrawn with it: {also}." if also else ""),
        )


def _place_of(edition):
    return f"withdraw_{edition._meta.model_name}_{edition.pk}"
