import time

from allauth.account.decorators import secure_admin_login
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator

from directorates.accounts import autosave
from directorates.actions.accounts import accounts
from directorates.admin.accounts.roles_page import mail_state_of, roles_page
from directorates.admin.calendar_page import calendar_page
from directorates.admin.content_check import check_page
from directorates.admin.first_page import first_page_context, tree_view
from directorates.admin.navigation import groups_of
from directorates.admin.paste_page import paste_urls
from directorates.admin.records.due_rows import due_page
from directorates.admin.records.withholding_rows import waiting_row, withheld_row
from directorates.admin.reference_pages import reference_urls
from directorates.admin.second_try import retried
from directorates.models import AuditEntry, Unit
from directorates.queries import permissions, visibility
from directorates.queries.staff import sign_in, staff_search, withholding

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
    "AuditEntry",
]


class OwnPasswordForm(AdminPasswordChangeForm):
    def save(self, commit=True):
        user = super().save(commit=False)
        return accounts.set_password(user=user, by=user, at=timezone.now())


class Choices(AutocompleteJsonView):
    """The choices of a field that looks records up by typing."""

    def get_queryset(self):
        found = super().get_queryset()
        return found.with_look_alikes() if issubclass(found.model, Unit) else found

    def serialize_result(self, obj, to_field_name):
        found = super().serialize_result(obj, to_field_name)
        return found | {"text": getattr(obj, "choice_label", found["text"])}


class AgencyAdminSite(admin.AdminSite):
    """The stock admin under the agency's name, with more pages."""

    index_title = "The organization's record"
    password_change_form = OwnPasswordForm

    def each_context(self, request):
        name = _agency_name()
        context = super().each_context(request)
        return context | {
            "navigation": groups_of(request, context["available_apps"])
            if context["has_permission"]
            else (),
            "agency_name": name,
            "site_header": f"{name} for staff",
            "site_title": f"{name} for staff",
            "can_search": staff_search.can_search(request.user),
            "session_idle_seconds": sign_in.seconds_of_idleness(),
            "session_seconds_left": sign_in.seconds_left(request.session, at=time.time()),
            # A function, so only a page that is really rendered takes the copies from the session.
            "take_confirmed_copies": lambda: autosave.take_confirmed(request.session),
        }

    def admin_view(self, view, cacheable=False):
        """Return the view with a second try, for when two people save at the same moment."""
        return super().admin_view(retried(view), cacheable)

    def get_urls(self):
        # Django's shortcut would show any row's address to all staff, and no page links to it.
        urls = [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]
        audit = self.get_model_admin(AuditEntry)
        return [
            path("check/", self.admin_view(self.check_view), name="check"),
            path("calendar/", self.admin_view(self.calendar_view), name="calendar"),
            path("tree/", self.admin_view(self.tree_view), name="tree"),
            path("help/", self.admin_view(self.help_view), name="help"),
            path("search/", self.admin_view(self.search_view), name="search"),
            path("upkeep/", self.admin_view(self.upkeep_view), name="upkeep"),
            path("withholding/", self.admin_view(self.withholding_view), name="withholding"),
            path("roles/", self.admin_view(self.roles_view), name="roles"),
            path("session/", self.admin_view(self.session_view), name="session"),
            *reference_urls(self.admin_view),
            *paste_urls(self.admin_view),
            path("audit/", self.admin_view(audit.trail_view), name="audit"),
            *(
                path(
                    f"audit/export/{name}/",
                    self.admin_view(audit.export_view),
                    {"name": name},
                    name=f"audit_{name}",
                )
                for name in ("csv", "json-lines")
            ),
            *urls,
        ]

    def autocomplete_view(self, request):
        return Choices.as_view(admin_site=self)(request)

    def may_see(self, request, label):
        """Whether a person may see a model's records. `label` is the model's label in the audit trail."""
        model = apps.get_model(label)
        return self.is_registered(model) and self.get_model_admin(model).has_view_permission(
            request
        )

    def url_of(self, label, pk):
        """Return the address of a record's form."""
        return reverse(f"{self.name}:{label.replace('.', '_')}_change", args=[pk])

    def index(self, request, extra_context=None):
        """Show the first page: the organization, and the tasks of this person."""
        context = first_page_context(request, self) | {
            "title": "The organization",
            "mail_state": mail_state_of(request, at=timezone.now()),
        }
        return super().index(request, context | (extra_context or {}))

    def tree_view(self, request):
        """Show the tree of the first page alone."""
        return tree_view(request, self)

    def session_view(self, request):
        """Return the session's account and seconds left, and the form token, which changes at a sign-in.

        The request counts as activity.
        """
        return JsonResponse(
            {
                "account": str(request.user.pk),
                "token": get_token(request),
                "secondsLeft": sign_in.seconds_left(request.session, at=time.time()),
            }
        )

    def calendar_view(self, request):
        """Show what became public when, and what will."""
        return calendar_page(request, self)

    def help_view(self, request):
        """Show how to do the work of the staff pages."""
        context = {**self.each_context(request), "title": "Help"}
        return TemplateResponse(request, "admin/help.html", context)

    def check_view(self, request):
        """Show which texts contradict the records."""
        return check_page(request, self)

    def upkeep_view(self, request):
        """Show the published records that are due for a review."""
        return due_page(request, self)

    def roles_view(self, request):
        """Show all staff what each role may do."""
        return roles_page(request, self)

    def withholding_view(self, request):
        """Show the requests to withhold past versions from the public or to show them again, and what is withheld."""
        user, at = request.user, timezone.now()
        if not permissions.may_withhold_any(user):
            raise PermissionDenied("Your account may not withhold versions from the public.")
        context = {
            **self.each_context(request),
            "title": "Withheld from the public",
            "waiting": [
                waiting_row(self, waiting, user)
                for waiting in withholding.find_waiting(user, at=at)
            ],
            "withheld": [
                withheld_row(self, edition) for edition in withholding.find_withheld(user, at=at)
            ],
        }
        return TemplateResponse(request, "admin/withholding.html", context)

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
        """Redirect to the site's own sign-in, the only one that asks for a passkey."""
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
    """Return the agency's public name now: one query."""
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
