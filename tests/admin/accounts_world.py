"""Accounts of every role, with their rows and rights as plain data."""

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from directorates.models import Enrollment, StaffSession
from tests.admin.pages import form_data
from tests.factories import make_directorate, make_user, published, published_agency

#: {role: (groups, whether the role works in the north)}
ROLES = {
    "superuser": ([], False),
    "Administrator": (["Administrator"], False),
    "Administrator who edits": (["Administrator", "Editor"], True),
    "Publisher": (["Publisher"], False),
    "Reviewer": (["Reviewer"], True),
    "Editor": (["Editor"], True),
    "Editor elsewhere": (["Editor"], False),
    "no role": ([], False),
}

#: {role: roles of the accounts that it may change}
MAY_CHANGE = {
    "superuser": set(ROLES),
    "Administrator": {"Administrator", "no role"},
    "Administrator who edits": {
        "Administrator",
        "Administrator who edits",
        "Editor",
        "no role",
    },
}


class AccountsWorld:
    """Two accounts of each role: one acts, one is the target."""

    def __init__(self):
        agency = published_agency()
        self.north, self.south = (
            published(make_directorate(parent=agency, name=name)) for name in ("North", "South")
        )
        self.cookies = {}
        self.people = {role: self.make(role, "acting") for role in ROLES}
        self.targets = {role: self.make(role, "target") for role in ROLES}
        self.forms = {target.pk: self.form_of(target) for target in self.everybody()}

    def make(self, role, name):
        groups, is_north = ROLES[role]
        units = [self.north] if is_north else [self.south] if role == "Editor elsewhere" else []
        user = make_user(
            permissions=[],
            units=units,
            username=f"{name}-{role}".replace(" ", "-"),
            is_superuser=role == "superuser",
        )
        user.groups.set(Group.objects.filter(name__in=groups))
        for type in ("webauthn", "recovery_codes"):
            Authenticator.objects.create(user=user, type=type, data={"name": "Laptop"})
        return user

    def everybody(self):
        return [*self.people.values(), *self.targets.values()]

    def form_of(self, target):
        """Return the data that a superuser's browser posts from an account's form."""
        client = self.client("superuser")
        response = client.get(reverse("admin:auth_user_change", args=[target.pk]))
        assignments = target.unit_assignments.all()
        data = {
            "unit_assignments-TOTAL_FORMS": str(len(assignments)),
            "unit_assignments-INITIAL_FORMS": str(len(assignments)),
        }
        for row, assignment in enumerate(assignments):
            data |= {
                f"unit_assignments-{row}-id": str(assignment.pk),
                f"unit_assignments-{row}-user": str(target.pk),
                f"unit_assignments-{row}-unit": str(assignment.unit_id),
            }
        return form_data(response) | data

    def client(self, role):
        """Return a browser with the person's session and its own cookies."""
        client = Client()
        if role not in self.cookies:
            client.force_login(self.people[role])
            self.cookies[role] = client.cookies["sessionid"].value
        client.cookies["sessionid"] = self.cookies[role]
        return client


def state_of(user):
    """Return all rows of an account: the account, its rights, its sign-in methods and its sessions."""
    user = User.objects.filter(pk=user.pk).first()
    if user is None:
        return None
    row = User.objects.filter(pk=user.pk).values().get()
    row.pop("last_login")
    return (
        row,
        sorted(user.groups.values_list("name", flat=True)),
        sorted(user.user_permissions.values_list("codename", flat=True)),
        sorted(user.unit_assignments.values_list("unit", flat=True)),
        sorted(Authenticator.objects.filter(user=user).values_list("pk", "type")),
        list(Enrollment.objects.filter(user=user).values_list("opened_at")),
        sorted(StaffSession.objects.filter(user=user).values_list("pk", flat=True)),
    )


def rights_of(user):
    """Return the codenames of an account's permissions, and names for its other rights."""
    user = User.objects.filter(pk=user.pk).first()
    if user is None:
        return set()
    held = Permission.objects.filter(user=user) | Permission.objects.filter(group__user=user)
    rights = set(held.values_list("codename", flat=True))
    rights |= {f"unit {pk}" for pk in user.unit_assignments.values_list("unit", flat=True)}
    return rights | ({"superuser"} if user.is_superuser else set())
