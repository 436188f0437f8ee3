"""Says to a form who else has it open, and who saved the record meanwhile."""

from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from directorates.actions import presence as presences
from directorates.admin.wording import clock, person
from directorates.queries.staff import presence


class PresencePage:
    """A part of GovernedAdmin."""

    def get_urls(self):
        return [
            self.page_path("<int:pk>/presence/", self.presence_view, "presence", ["POST"]),
            *super().get_urls(),
        ]

    def presence_view(self, request, pk):
        """Note that the form is open, or with `leaves` that it is not. Return {others, saved}.

        `others` are {name, since}. `saved` is {name, at} if the record has another `version` than the form, or
        null.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied("Your account may not see this record.")
        # A form that is only open is no activity: the session ends as it would without.
        request.is_background = True
        record = get_object_or_404(
            self.record_model._base_manager.select_related("saved_by"), pk=pk
        )
        if "leaves" in request.POST:
            presences.end(record=record, person=request.user)
            return JsonResponse({"others": [], "saved": None})
        at = timezone.now()
        presences.note(record=record, person=request.user, at=at)
        others = presence.find_others(record, person=request.user, at=at)
        was_saved = request.POST.get("version", "") not in ("", str(record.version))
        return JsonResponse(
            {
                "others": [
                    {"name": person(one.person), "since": clock(one.since)} for one in others
                ],
                "saved": {"name": person(record.saved_by), "at": clock(record.saved_at)}
                if was_saved and record.saved_at
                else None,
            }
        )
