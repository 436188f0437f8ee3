from django.contrib import admin
from django.utils import timezone

from directorates import visibility

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


class AgencyAdminSite(admin.AdminSite):
    """The stock admin under the agency's own name."""

    index_title = "The organization's record"

    def each_context(self, request):
        name = _agency_name()
        return super().each_context(request) | {
            "site_header": f"{name} for staff",
            "site_title": f"{name} for staff",
        }

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
