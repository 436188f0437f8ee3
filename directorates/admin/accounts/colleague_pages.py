"""The pages that add a colleague, and show the invitation."""

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from directorates.actions.accounts import inviting
from directorates.actions.refusals import REFUSALS, lines_of
from directorates.admin.accounts.colleague_form import ALL, ColleagueForm
from directorates.admin.keys import read_key
from directorates.admin.refusals import show_refusal
from directorates.models import Unit, UnitAssignment
from directorates.queries import permissions
from directorates.queries.staff import invitations, sign_in


class ColleaguePages:
    """A part of StaffUserAdmin."""

    def get_urls(self):
        return [
            self.page_path("invite/", self.invite_view, "invite"),
            self.page_path("<path:object_id>/invitation/", self.invitation_view, "invitation"),
            *super().get_urls(),
        ]

    def invite_view(self, request):
        """Ask for a colleague's name, e-mail, role and units, and make the account with its invitation."""
        if not self.has_add_permission(request):
            raise PermissionDenied("Your account may not add colleagues.")
        form = ColleagueForm(
            request.POST if request.method == "POST" else None,
            initial=_initial(request),
            person=request.user,
            may_assign=bool(permissions.may(request.user, "change", UnitAssignment)),
            admin_site=self.admin_site,
        )
        if request.method == "POST" and form.is_valid():
            try:
                user = inviting.invite(
                    name=form.cleaned_data["name"],
                    email=form.cleaned_data["email"],
                    role=form.group(),
                    units=form.assigned(),
                    by=request.user,
                    at=timezone.now(),
                )
            except REFUSALS as refusal:
                form.add_error(None, lines_of(refusal))
            else:
                return HttpResponseRedirect(self.page_url("invitation", user.pk))
        return self._show(
            request,
            "add_colleague",
            title="Add a colleague",
            form=form,
            media=self.media + form.media,
            is_mailed=settings.MAIL_IS_DELIVERED,
            days=settings.STAFF_ENROLLMENT_HOURS // 24,
            hours=settings.STAFF_ENROLLMENT_HOURS,
        )

    def invitation_view(self, request, object_id):
        """Show how a colleague gets in for the first time; a POST makes a new link."""
        user = get_object_or_404(User, pk=read_key(object_id))
        if not self.has_change_permission(request, user):
            raise PermissionDenied("Your account may not invite this person.")
        here = self.page_url("invitation", user.pk)
        if request.method == "POST":
            try:
                inviting.renew(user=user, by=request.user, at=timezone.now())
            except REFUSALS as refusal:
                show_refusal(request, refusal)
                return HttpResponseRedirect(here)
            return self.leave(
                request, here, "A new link is made. Earlier links open nothing any more."
            )
        found = invitations.of_user(user, at=timezone.now())
        is_open = found is not None and not found.end
        return self._show(
            request,
            "invitation",
            title=f"Invitation of {user.get_full_name() or user.get_username()}",
            person=user,
            invitation=found,
            is_open=is_open,
            may_renew=user.is_active and user.is_staff and not sign_in.has_passkey(user),
            address=request.build_absolute_uri(reverse("account_invitation", args=[found.token]))
            if is_open
            else "",
            is_mailed=settings.MAIL_IS_DELIVERED and bool(user.email),
        )

    def _show(self, request, template, **context):
        response = self.show_page(request, template, **context)
        response.template_name = f"admin/auth/user/{template}.html"
        return response


def _initial(request):
    """Return the choices that a link brings: the unit in ?unit=."""
    pk = read_key(request.GET.get("unit", ""))
    unit = Unit.objects.filter(pk=pk).first() if pk else None
    if unit is None:
        return {}
    if unit.kind == Unit.Kind.AGENCY:
        return {"scope": ALL}
    return {"units" if unit.kind == Unit.Kind.DIRECTORATE else "offices": [unit.pk]}
