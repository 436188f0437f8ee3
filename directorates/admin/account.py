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
from django.contrib.auth.models import Group, User
from django.utils import timezone

from directorates.actions import accounts
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


@admin.register(User)
class StaffUserAdmin(EnrollmentState, UserAdmin):
    filter_horizontal = ()
    actions = ["require_enrollment"]
    inlines = [UnitAssignmentInline]

    @admin.action(
        description="Take passkeys and codes away, end sessions, require new enrollment",
        permissions=["change"],
    )
    def require_enrollment(self, request, queryset):
        # One's own account goes last: with it the session ends that says who did this.
        for user in sorted(queryset, key=lambda user: user == request.user):
            authenticators, sessions = accounts.require_enrollment(
                user=user, by=request.user, at=timezone.now()
            )
            self.log_change(
                request,
                user,
                f"Required new enrollment: {authenticators} passkeys and codes removed,"
                f" {sessions} sessions ended.",
            )
            if user == request.user:
                logout(request)
            messages.success(request, f"At the next sign-in {user} has to add a passkey.")


@admin.register(Group)
class StaffGroupAdmin(GroupAdmin):
    filter_horizontal = ()
