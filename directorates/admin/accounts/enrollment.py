"""The passkey in the list and on the pages of accounts."""

from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce
from django.utils import timezone

from directorates.admin.wording import moment
from directorates.queries.staff import sign_in


class EnrollmentState:
    """A part of StaffUserAdmin."""

    # The time for the first passkey begins on the account's first day, so no one may type that day.
    readonly_fields = ("passkey", "last_login", "date_joined")
    fieldsets = (*UserAdmin.fieldsets, ("Sign-in", {"fields": ["passkey"]}))

    def get_queryset(self, request):
        passkeys = Authenticator.objects.filter(user=OuterRef("pk"), type=sign_in.PASSKEY)
        return (
            super()
            .get_queryset(request)
            .annotate(
                has_passkey=Exists(passkeys),
                enrollment_opened_at=Coalesce("enrollment__opened_at", "date_joined"),
            )
        )

    @admin.display(description="passkey")
    def passkey(self, user):
        if user.has_passkey:
            return "Yes"
        ends_at = sign_in.enrollment_end(user.enrollment_opened_at)
        if ends_at <= timezone.now():
            return f"None: the time to add one ran out on {moment(ends_at)}"
        return f"None yet: may add one until {moment(ends_at)}"
