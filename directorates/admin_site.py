from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator

from directorates import desk, staff_search, visibility

#: The order of the entries on the front page and at the side.
ORDER = [
    "Agency",
    "Directorate",
    "Office",
    "Figure",
    "ChangeSet",
    "Responsibility",
    "SiteSettings",
    "SurveyResponse",
]

#: How much of what is scheduled the calendar shows.
MOST_IN_CALENDAR = 500


class AgencyAdminSite(admin.AdminSite):
    """The stock admin under the agency's own name."""

    index_title = "The organization's record"

    def each_context(self, request):
        name = _agency_name()
        return super().each_context(request) | {
            "site_header": f"{name} for staff",
            "site_title": f"{name} for staff",
            "can_search": staff_search.can_search(request.user),
        }

    def get_urls(self):
        calendar = path("calendar/", self.admin_view(self.calendar_view), name="calendar")
        search = path("search/", self.admin_view(self.search_view), name="search")
        # Django's shortcut would tell the address of any row to anybody on the staff; no page leads to it.
        urls = [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]
        return [calendar, search, *urls]

    def index(self, request, extra_context=None):
        """Begin with what needs this person."""
        may_review = request.user.has_perm("directorates.approve_changeset")
        found = desk.get(request.user, at=timezone.now(), may_review=may_review)
        return super().index(request, {"desk": found} | (extra_context or {}))

    def calendar_view(self, request):
        """List what takes effect when."""
        if not visibility.can_see_drafts(request.user):
            raise PermissionDenied("Your account may not see what is scheduled.")
        context = {
            **self.each_context(request),
            "title": "What takes effect when",
            "coming": desk.find_coming(at=timezone.now(), most=MOST_IN_CALENDAR),
            "most": MOST_IN_CALENDAR,
        }
        return TemplateResponse(request, "admin/calendar.html", context)

    def search_view(self, request):
        """Find records, editions, change sets and people by words of their texts."""
        if not staff_search.can_search(request.user):
            raise PermissionDenied("Your account may not search the records.")
        typed, error, words = request.GET.get("q", ""), "", ()
        try:
            words = staff_search.read_words(typed)
        except staff_search.UnusableQueryError as refusal:
            error = str(refusal)
        context = {
            **self.each_context(request),
            "title": f"Search: {' '.join(words)}" if words else "Search",
            "typed": " ".join(words),
            "error": error,
            "groups": staff_search.find(words, user=request.user, at=timezone.now())
            if words
            else None,
        }
        return TemplateResponse(request, "admin/search.html", context)

    @method_decorator(secure_admin_login)
    def login(self, request, extra_context=None):
        """Lead to the site's own sign-in, the only one that asks for a passkey."""
        return super().login(request, extra_context)

    def get_app_list(self, request, app_label=None):
        apps = self._build_app_dict(request, app_label)
        if "auth" in apps:
            apps["auth"]["name"] = "Users and groups"
        for app in apps.values():
            app["models"].sort(key=_place)
        return sorted(
            apps.values(), key=lambda app: (app["app_label"] != "directorates", app["name"])
        )


def _agency_name():
    """The name that the public sees now, in one query."""
    agency = (
        visibility.open_units(timezone.now())
        .filter(kind="agency")
        .values_list("acronym", "name")
        .first()
    )
    return next((name for name in agency or () if name), "Agency site")


def _place(model):
    name = model["object_name"]
    return (ORDER.index(name) if name in ORDER else len(ORDER), model["name"])
