"""The page that says who works on a unit."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from directorates.admin.keys import read_key
from directorates.admin.pages import READING
from directorates.models import Unit
from directorates.queries.staff import account_rights, unit_people


class PeoplePage:
    """A part of the admin of units."""

    def get_urls(self):
        return [
            self.page_path("<path:object_id>/people/", self.people_view, "people", READING),
            *super().get_urls(),
        ]

    def people_view(self, request, object_id):
        unit = get_object_or_404(Unit, pk=read_key(object_id))
        if not self.has_view_permission(request, unit):
            raise PermissionDenied("Your account may not see who works on units.")
        may_invite = account_rights.may(request.user, "add")
        return self.show_page(
            request,
            "unit_people",
            title="Who works here",
            subtitle=str(unit),
            unit=unit,
            unit_url=self.url_of(unit),
            workers=unit_people.find(unit, at=timezone.now()),
            leads_to_accounts=account_rights.may(request.user, "view"),
            invite_url=reverse("admin:auth_user_invite", query={"unit": unit.pk})
            if may_invite
            else "",
        )
