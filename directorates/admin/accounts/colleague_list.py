"""The list of colleagues: who they are, and what they work on."""

from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db.models import Exists, OuterRef, Q

#: So many units of a person are named in the list.
MOST_NAMED = 3


class ColleagueList:
    """A part of StaffUserAdmin."""

    list_display = ("colleague", "username", "role", "units", "passkey", "is_active")
    ordering = ("-is_active", "last_name", "first_name", "username")

    def get_queryset(self, request):
        everywhere = Permission.objects.filter(
            Q(user=OuterRef("pk")) | Q(group__user=OuterRef("pk")),
            content_type__app_label="directorates",
            codename="work_on_every_unit",
        )
        return (
            super()
            .get_queryset(request)
            .annotate(works_everywhere=Exists(everywhere))
            .prefetch_related("groups", "unit_assignments__unit")
        )

    @admin.display(description="name", ordering="last_name")
    def colleague(self, user):
        return user.get_full_name() or user.get_username()

    @admin.display(description="role", empty_value="None")
    def role(self, user):
        roles = ["Superuser"] if user.is_superuser else []
        return ", ".join(roles + sorted(group.name for group in user.groups.all()))

    @admin.display(description="works on", empty_value="No unit")
    def units(self, user):
        if user.is_superuser or user.works_everywhere:
            return "Every unit"
        names = sorted(str(row.unit) for row in user.unit_assignments.all())
        more = [f"{len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else []
        return ", ".join(names[:MOST_NAMED] + more)
