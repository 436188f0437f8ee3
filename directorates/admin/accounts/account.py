"""Django's staff accounts and groups, and the passkeys of accounts.

Plain lists replace the stock filter boxes for groups and permissions. The stock boxes carry labels where
none are allowed (axe: aria-prohibited-attr).
"""

import allauth.account.admin
import allauth.mfa.admin  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth import logout
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from directorates.actions.accounts import account_limits, accounts
from directorates.actions.accounts.account_limits import AccountError
from directorates.admin.accounts.account_forms import (
    AccountForm,
    GroupForm,
    LimitedForm,
    PasswordForm,
    UnitAssignmentFormSet,
)
from directorates.admin.accounts.colleague_list import ColleagueList
from directorates.admin.accounts.colleague_pages import ColleaguePages
from directorates.admin.accounts.enrollment import EnrollmentState
from directorates.admin.auditing.audited import Audited
from directorates.admin.form_parts.inline_table import InlineTable
from directorates.admin.records.record_state import once
from directorates.models import UnitAssignment

# No one signs in by e-mail, and an authenticator's record holds secrets that no page should show.
admin.site.unregister([User, Group, EmailAddress, Authenticator])


class UnitAssignmentInline(InlineTable):
    model = UnitAssignment
    formset = UnitAssignmentFormSet
    autocomplete_fields = ["unit"]
    extra = 0
    verbose_name = "unit that this person works on"
    verbose_name_plural = "units that this person works on, with all units below them"

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        formset.person = request.user
        return formset


class AccountAdmin(Audited):
    """The shared admin of users and groups: the actions write them and check rights.

    A person can see but not change an account or a group with more rights than their own.
    """

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.person = request.user
        return form

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self._is_within(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self._is_within(request, obj)

    def _is_within(self, request, account):
        """Whether an account has no more rights than the person; checked once a request."""
        if account is None or account.pk is None:
            return True

        def ask():
            return account_limits.is_within_rights(request.user, account, at=timezone.now())

        return once(request, account, ask)

    def save_model(self, request, obj, form, change):
        """`save_related` saves the account together with its relations."""

    def save_related(self, request, form, formsets, change):
        now = timezone.now()
        accounts.save(
            account=form.instance,
            relations=form.relations() if isinstance(form, LimitedForm) else {},
            by=request.user,
            at=now,
        )
        if formsets and request.user.has_perm("directorates.change_unitassignment"):
            for formset in formsets:
                accounts.assign_units(
                    user=form.instance, units=formset.units(), by=request.user, at=now
                )

    def delete_model(self, request, obj):
        accounts.delete(account=obj, by=request.user, at=timezone.now())

    @transaction.atomic
    def delete_queryset(self, request, queryset):
        for account in queryset:
            self.delete_model(request, account)


@admin.register(User)
class StaffUserAdmin(ColleaguePages, ColleagueList, EnrollmentState, AccountAdmin, UserAdmin):
    form = AccountForm
    change_password_form = PasswordForm
    filter_horizontal = ()
    actions = ["require_enrollment", "deactivate"]
    inlines = [UnitAssignmentInline]

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": "Colleagues"} | (extra_context or {}))

    def get_inlines(self, request, obj):
        """Return no tables for a new account: its first page asks only for name and password."""
        return super().get_inlines(request, obj) if obj else []

    def get_fieldsets(self, request, obj=None):
        """Return the fieldsets. Only a superuser sees single permissions, and makes superusers."""
        fieldsets = super().get_fieldsets(request, obj)
        if request.user.is_superuser:
            return fieldsets
        return [
            (title, options | {"fields": _for_all(options["fields"])})
            for title, options in fieldsets
        ]

    def get_list_filter(self, request):
        found = super().get_list_filter(request)
        return found if request.user.is_superuser else _for_all(found)

    def lookup_allowed(self, lookup, value, request):
        if lookup.startswith("is_superuser") and not request.user.is_superuser:
            return False
        return super().lookup_allowed(lookup, value, request)

    def user_change_password(self, request, id, form_url=""):
        try:
            return super().user_change_password(request, id, form_url)
        except AccountError as refusal:
            return self.leave(request, request.get_full_path(), str(refusal), messages.ERROR)

    def get_object(self, request, object_id, from_field=None):
        user = super().get_object(request, object_id, from_field)
        if user is not None:
            # The stock password page does not pass its form the person who sets the password.
            user.changed_by = request.user
        return user

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None and request.user.has_perm("directorates.view_auditentry"):
            context["steps_url"] = reverse("admin:audit", query={"person": obj.pk})
        if obj is not None and not obj.has_passkey and self.has_change_permission(request, obj):
            context["invitation_url"] = self.page_url("invitation", obj.pk)
        return super().render_change_form(request, context, add, change, form_url, obj)

    @admin.action(
        description="Take passkeys and codes away, end sessions, require new enrollment",
        permissions=["change"],
    )
    def require_enrollment(self, request, queryset):
        def require(user):
            accounts.require_enrollment(user=user, by=request.user, at=timezone.now())
            if not user.has_usable_password():
                return (
                    f"{user} has no password. Open the account and make a link under “Invitation”."
                )
            return f"At the next sign-in {user} has to add a passkey."

        _end_sessions_of_each(request, queryset, require)

    @admin.action(description="Deactivate, end their sessions", permissions=["change"])
    def deactivate(self, request, queryset):
        def deactivate(user):
            user.is_active = False
            accounts.save(account=user, relations={}, by=request.user, at=timezone.now())
            return f"“{user}” can no longer sign in. What this person did stays on record."

        _end_sessions_of_each(request, queryset, deactivate)

    def render_delete_form(self, request, context):
        user = context["object"]
        context["may_deactivate"] = user.is_active and self.has_change_permission(request, user)
        return super().render_delete_form(request, context)


def _end_sessions_of_each(request, users, act):
    """Call `act`, which ends an account's sessions and returns a message, for each of these users."""
    # The person's own account comes last, because its end also ends this session.
    for user in sorted(users, key=lambda user: user == request.user):
        try:
            message = act(user)
        except AccountError as refusal:
            messages.error(request, f"“{user}”: {refusal}")
            continue
        if user == request.user:
            logout(request)
        messages.success(request, message)


def _for_all(names):
    """Return the fields that people without full access see too."""
    return tuple(name for name in names if name not in ("is_superuser", "user_permissions"))


@admin.register(Group)
class StaffGroupAdmin(AccountAdmin, GroupAdmin):
    form = GroupForm
    filter_horizontal = ()

    def get_exclude(self, request, obj=None):
        """Leave the list of permissions to those who may change it. The page of roles has it in words."""
        return () if self.has_change_permission(request, obj) else ("permissions",)
