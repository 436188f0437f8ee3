"""The editions of a record: listed on its form; compared, restored and withdrawn on their own pages."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone

from directorates.actions.publishing import publishing
from directorates.actions.refusals import REFUSALS
from directorates.actions.reviewing import reviewing
from directorates.admin.records.edition_comparison import DRAFT, compare_edition
from directorates.admin.refusals import keep_typed, show_refusal, take_typed
from directorates.admin.wording import exact_moment, moment, person
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


class EditionPages:
    """A part of GovernedAdmin."""

    edition_template = "admin/directorates/edition.html"

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        wrap = self.admin_site.admin_view
        edition = "<int:pk>/editions/<int:number>/"
        return [
            path(edition, wrap(self.edition_view), name=f"{name}_edition"),
            path(f"{edition}restore/", wrap(self.restore_view), name=f"{name}_restore"),
            path(f"{edition}withdraw/", wrap(self.withdraw_view), name=f"{name}_withdraw"),
            *super().get_urls(),
        ]

    def edition_rows(self, record, *, at):
        """Return the newest editions as rows, at most EDITIONS_ON_THE_FORM: three queries."""
        editions = self.edition_model.objects.filter(**{self.edition_model.record_field: record.pk})
        in_force = set(editions.in_force(at).values_list("pk", flat=True))
        scheduled = set(editions.scheduled(at).values_list("pk", flat=True))
        newest = (
            self._with_known_ends(editions)
            .select_related("approved_by", "change_set")
            .order_by("-number")[:EDITIONS_ON_THE_FORM]
        )
        return [self._edition_row(edition, record, in_force, scheduled) for edition in newest]

    def _edition_row(self, edition, record, in_force, scheduled):
        if edition.withdrawn_at is not None:
            state = f"withdrawn on {moment(edition.withdrawn_at)}"
        elif edition.pk in in_force:
            state = "in force"
        elif edition.pk in scheduled:
            state = "scheduled"
        else:
            state = "ended"
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
            state=state,
            url=self.page_url("edition", record.pk, edition.number),
            is_scheduled=edition.pk in scheduled,
        )

    def _with_known_ends(self, editions):
        """Annotate whether an edition ends on an unknown day: its follower was loaded without a day."""
        record = self.edition_model.record_field
        same_record = {record: OuterRef(record)}
        follows = self.edition_model.objects.not_withdrawn().filter(
            **same_record, effective_from=OuterRef("effective_until"), beginning_is_known=False
        )
        return editions.annotate(ends_at_unknown_day=Exists(follows.order_by()))

    def history_context(self, record):
        return {
            "editions": self.edition_rows(record, at=timezone.now()),
            "most_editions": EDITIONS_ON_THE_FORM,
            "was_loaded": audit_trail.was_loaded(record),
        }

    def _editions_of(self, pk):
        editions = self._with_known_ends(self.with_content(self.edition_model.objects.all()))
        return editions.filter(**{self.edition_model.record_field: pk})

    def _find_edition(self, pk, number):
        return get_object_or_404(self._editions_of(pk), number=number)

    def edition_view(self, request, pk, number):
        if not self.has_view_permission(request):
            raise PermissionDenied("Your account may not see published versions.")
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        edition = self._find_edition(pk, number)
        record = get_object_or_404(self.with_content(self.record_model._base_manager.all()), pk=pk)
        at = timezone.now()
        comparison = compare_edition(
            edition,
            record=record,
            editions=self._editions_of(pk),
            chosen=request.GET.get("with", DRAFT),
            at=at,
        )
        context = {
            **self.admin_site.each_context(request),
            "title": f"Published version {number}",
            "subtitle": str(record),
            "opts": self.opts,
            "record": record,
            "record_url": self.url_of(record),
            "comparison": comparison,
            **self._edition_context(request, edition, record, at),
        }
        return TemplateResponse(request, self.edition_template, context)

    def _edition_context(self, request, edition, record, at):
        """Return the edition as a row, and the actions that the person may take."""
        number = edition.number
        written = next(
            (e for e in self.edition_rows(record, at=at) if e.number == number), None
        ) or self._edition_row(edition, record, set(), set())
        may_restore = permissions.may_restore(request.user, record, edition, at=at)
        may_withdraw = written.is_scheduled and permissions.may_withdraw(
            request.user, [edition], at=at
        )
        return {
            "edition": written,
            "restore_url": self.page_url("restore", record.pk, number) if may_restore else "",
            "withdraw_url": self.page_url("withdraw", record.pk, number) if may_withdraw else "",
            "approved_together": publishing.find_approved_together(edition)
            if written.is_scheduled
            else [],
            "change_set": edition.change_set,
            "typed_comment": take_typed(request, _place_of(edition)),
        }

    def restore_view(self, request, pk, number):
        if not self.has_change_permission(request):
            raise PermissionDenied("Your account may not change this record.")
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        edition = self._find_edition(pk, number)
        version = request.POST.get("version", "")
        try:
            record = publishing.restore(
                edition=edition,
                by=request.user,
                at=timezone.now(),
                # Without the version that the person saw, nothing may be replaced.
                expected_version=int(version) if version.isdecimal() else -1,
            )
        except ValidationError as error:
            self.message_user(
                request,
                f"The rules have changed since that version: {' '.join(error.messages)}",
                messages.ERROR,
            )
            return HttpResponseRedirect(self.page_url("edition", pk, number))
        except REFUSALS as error:
            show_refusal(request, error)
            return HttpResponseRedirect(self.page_url("edition", pk, number))
        self.message_user(
            request,
            f"The content of published version {number} is a draft now. The public sees it once it is published.",
            messages.SUCCESS,
        )
        return HttpResponseRedirect(self.url_of(record))

    def withdraw_view(self, request, pk, number):
        if not self.has_publish_permission(request):
            raise PermissionDenied("Your account may not withdraw published versions.")
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        edition = self._find_edition(pk, number)
        comment = request.POST.get("comment", "").replace("\0", "")
        try:
            together = "together" in request.POST
            approved_together = publishing.find_approved_together(edition) if together else []
            reviewing.withdraw_editions(
                editions=[edition, *approved_together],
                by=request.user,
                at=timezone.now(),
                comment=comment,
            )
        except REFUSALS as error:
            show_refusal(request, error)
            keep_typed(request, _place_of(edition), comment)
            return HttpResponseRedirect(self.page_url("edition", pk, number))
        also = ", ".join(f"“{other.record}”" for other in approved_together)
        self.message_user(
            request,
            f"Published version {number} is withdrawn and never takes effect. Its content stays on its page,"
            " from where it can be restored as a draft."
            + (f" Withdrawn with it: {also}." if also else ""),
            messages.SUCCESS,
        )
        return HttpResponseRedirect(self.url_of(edition.record))


def _place_of(edition):
    return f"withdraw_{edition._meta.model_name}_{edition.pk}"
