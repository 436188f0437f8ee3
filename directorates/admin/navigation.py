"""The links at the side of every staff page, in groups: the record, its changes, the site, the staff."""

from dataclasses import dataclass

from django.urls import reverse

from directorates.queries import permissions, visibility

#: The group and the icon of each model. Another model of this app belongs to the record, one of another app to the staff.
PLACES = {
    "Agency": (None, ""),
    "Directorate": ("Record", "unit"),
    "Office": ("Record", "office"),
    "Responsibility": ("Record", "list"),
    "Figure": ("Record", "number"),
    "ChangeSet": ("Changes", "set"),
    "SiteSettings": ("Site", "settings"),
    "SurveyResponse": ("Site", "answers"),
    "AuditEntry": ("Staff", "trail"),
    "User": ("Staff", "people"),
    "Group": ("Staff", "people"),
}
#: Names that differ from those of Django's models.
NAMES = {"User": "Colleagues", "Group": "Roles"}
GROUPS = ("Record", "Changes", "Site", "Staff")


@dataclass(frozen=True)
class Link:
    name: str
    url: str
    icon: str
    #: "page" on this page, "true" on a page below it, "" elsewhere.
    current: str
    is_change_sets: bool = False


@dataclass(frozen=True)
class Group:
    name: str
    links: tuple[Link, ...]

    @property
    def id(self):
        return self.name.lower()


def groups_of(request, app_list) -> tuple[Group, ...]:
    """Return the groups that hold at least one link for this person. `app_list` is Django's."""
    links = {name: [] for name in GROUPS}
    links["Record"].append(_link(request, "Organization", reverse("admin:index"), "tree"))
    for app in app_list:
        for model in app["models"]:
            group, icon = PLACES.get(
                model["object_name"],
                ("Record" if app["app_label"] == "directorates" else "Staff", "list"),
            )
            if group and model["admin_url"]:
                link = _link(
                    request,
                    NAMES.get(model["object_name"], model["name"]),
                    model["admin_url"],
                    icon,
                    is_change_sets=model["object_name"] == "ChangeSet",
                )
                links[group].append(link)
    links["Changes"].extend(_pages_of_changes(request))
    links["Staff"].append(_link(request, "What each role may do", reverse("admin:roles"), "people"))
    links["Staff"].append(_link(request, "Help", reverse("admin:help"), "help"))
    return tuple(Group(name, tuple(links[name])) for name in GROUPS if links[name])


def _pages_of_changes(request):
    if not visibility.can_see_drafts(request.user):
        return
    for name, page, icon in (
        ("Calendar", "calendar", "calendar"),
        ("Due for a review", "upkeep", "check"),
        ("Worth mending", "check", "advice"),
    ):
        yield _link(request, name, reverse(f"admin:{page}"), icon)
    if permissions.may_withhold_any(request.user):
        yield _link(request, "Withheld", reverse("admin:withholding"), "hidden")


def _link(request, name, url, icon, *, is_change_sets=False):
    is_first_page = url == reverse("admin:index")
    if request.path == url:
        current = "page"
    else:
        current = "true" if request.path.startswith(url) and not is_first_page else ""
    return Link(name, url, icon, current, is_change_sets)
