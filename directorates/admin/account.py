"""Staff accounts and groups, as Django keeps them, and the passkeys of accounts.

The stock filter boxes for groups and permissions carry labels where none are allowed (axe:
aria-prohibited-attr), so plain lists take their place.
"""

import allauth.account.admin
import allauth.mfa.admin  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth import logout
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils import timezone

from directorates.actions import accounts
from directorates.admin.audited import Audited
from directorates.admin.enrollment import EnrollmentState
from directorates.admin.inline_table import InlineTable
from directorates.models import UnitAssignment

# Nobody signs in by e-mail, and an authenticator's record holds secrets that no page should show.
admin.site.unregister([User, Group, EmailAddress, Authenticator])


class UnitAssignmentInline(InlineTable):
    model = UnitAssignment
    autocomplete_fields = ["unit"]
    extra = 0
    verbose_name = "unit that this person works on"
    verbose_name_plural = "units that this person works on, with all units below them"


class AccountAdmin(Audited):
    """What users and groups share: they are written by the actions."""

    def save_model(self, request, obj, form, change):
        """`save_related` saves the account together with its relations."""

    def save_related(self, request, form, formsets, change):
        account = form.instance
        relations = {
            relation.name: form.cleaned_data[relation.name]
            for relation in account._meta.many_to_many
            if relation.name in form.cleaned_data
        }
        now = timezone.now()
        accounts.save(account=account, relations=relations, by=request.user, at=now)
        if formsets and request.user.has_perm("directorates.change_unitassignment"):
            units = [
                filled.cleaned_data["unit"]
                for formset in formsets
                for filled in formset.forms
                if filled.cleaned_data.get("unit") and not filled.cleaned_data.get("DELETE")
            ]
            accounts.assign_units(user=account, units=units, by=request.user, at=now)

    def delete_model(self, request, obj):
        accounts.delete(account=obj, by=request.user, at=timezone.now())

    def delete_queryset(self, request, queryset):
        for account in queryset:
            self.delete_model(request, account)


class PasswordForm(AdminPasswordChangeForm):
    def save(self, commit=True):
        user = super().save(commit=False)
        return accounts.set_password(user=user, by=user.changed_by, at=timezone.now())


@admin.register(User)
class StaffUserAdmin(EnrollmentState, AccountAdmin, UserAdmin):
    change_password_form = PasswordForm
    filter_horizontal = ()
    actions = ["require_enrollment"]
    inlines = [UnitAssignmentInline]

    def get_inlines(self, request, obj):
        """The first page of a new account asks for name and password alone."""
        return super().get_inlines(request, obj) if obj else []

    def get_object(self, request, object_id, from_field=None):
        user = super().get_object(request, object_id, from_field)
        if user is not None:
            # The stock page that sets a password tells its form nothing of who sets it.
            user.changed_by = request.user
        return user

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None and request.user.has_perm("directorates.view_auditentry"):
            context["steps_url"] = reverse("admin:audit", query={"person": obj.pk})
        return super().render_change_form(request, context, add, change, form_url, obj)

    @admin.action(
        description="Take passkeys and codes away, end sessions, require new enrollment",
        permissions=["change"],
    )
    def require_enrollment(self, request, queryset):
        # One's own account goes last: with it the session ends that says who did this.
        for user in sorted(queryset, key=lambda user: user == request.user):
            accounts.require_enrollment(user=user, by=request.user, at=timezone.now())
            if user == request.user:
                logout(request)
            messages.success(request, f"At the next sign-in {user} has to add a passkey.")


@admin.register(Group)
class StaffGroupAdmin(AccountAdmin, GroupAdmin):
    filter_horizontal = ()
