"""The rights of accounts, and the accounts that can manage others.

Rights include those of closed accounts: a closed account has its rights again when a person opens it.
"""

from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission, User
from django.db.models import Exists, OuterRef, Q

from directorates.models import Unit, UnitAssignment
from directorates.models.records.governed import GOVERNED
from directorates.queries.staff import sign_in

#: People with this permission who can sign in manage accounts.
MANAGE_ACCOUNTS = "auth.change_user"


def may(user, task):
    """Whether a person may do this with accounts: "add", "change", "delete" or "view"."""
    return user.has_perm(f"auth.{task}_user")


@dataclass(frozen=True)
class Rights:
    """The rights of an account. A superuser may do everything."""

    is_superuser: bool
    #: Ids of permissions.
    permissions: frozenset
    #: Ids of units.
    units: frozenset
    is_assigned_everywhere: bool


def of_person(user, *, at):
    """Return the saved Rights of a person, with all units that they work on: at most five queries."""
    rights = of_account(user)
    if rights.is_superuser or rights.is_assigned_everywhere:
        return rights
    own = frozenset(Unit.objects.assigned_to(user, at=at).values_list("pk", flat=True))
    return Rights(False, rights.permissions, own, is_assigned_everywhere=False)


def of_account(user):
    """Return the saved Rights of a user, with only the assigned units: four queries."""
    return _read_rights(User.objects.filter(pk=user.pk))


def of_group(group):
    """Return the saved Rights of a group and of its members. A change of the group changes their accounts."""
    return _read_rights(User.objects.filter(groups=group.pk), Q(group=group.pk))


def _read_rights(users, also=None):
    of_users = Q(user__in=users) | Q(group__user__in=users)
    held = Permission.objects.filter(of_users | also if also else of_users)
    permissions = dict(held.values_list("pk", "codename"))
    return Rights(
        is_superuser=users.filter(is_superuser=True).exists(),
        permissions=frozenset(permissions),
        units=_units_of(users, permissions),
        is_assigned_everywhere="work_on_every_unit" in permissions.values(),
    )


def _units_of(users, permissions):
    """Return the units assigned to users, or none if the users have no permission to work on them."""
    work = Permission.objects.filter(
        pk__in=permissions,
        content_type__app_label="directorates",
        # Work on these kinds is work on the records of a person's units.
        content_type__model__in=["changeset", *(governed.name for governed in GOVERNED)],
    ).exclude(codename__startswith="view_")
    if not work.exists():
        return frozenset()
    assigned = UnitAssignment.objects.filter(user__in=users)
    return frozenset(assigned.values_list("unit", flat=True))


def find_excess(own, wanted):
    """Return the names of the rights in `wanted` that are not in `own`."""
    if own.is_superuser:
        return []
    if wanted.is_superuser:
        return ["Superuser status"]
    permissions = Permission.objects.filter(pk__in=wanted.permissions - own.permissions)
    found = list(permissions.order_by("pk").values_list("name", flat=True))
    if not own.is_assigned_everywhere:
        outside_assignment = Unit.objects.filter(pk__in=wanted.units - own.units).order_by("pk")
        found += [f"Can work on {unit}" for unit in outside_assignment]
    return found


def permissions_to_give(person):
    """Return the permissions that a person has and so may give."""
    own = of_account(person)
    if own.is_superuser:
        return Permission.objects.all()
    return Permission.objects.filter(pk__in=own.permissions)


def groups_to_give(person):
    """Return the groups that a person may give: the person has all their permissions."""
    own = of_account(person)
    if own.is_superuser:
        return Group.objects.all()
    lacking = Permission.objects.exclude(pk__in=own.permissions).filter(group=OuterRef("pk"))
    return Group.objects.filter(~Exists(lacking))


def account_managers(*, at):
    """Return the accounts that can sign in at `at` and change accounts."""
    managers = User.objects.with_perm(MANAGE_ACCOUNTS).filter(is_staff=True)
    return sign_in.able_to_sign_in(managers, at=at)
