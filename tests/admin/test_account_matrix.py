"""Every form of accounts and groups by every role by every target account.

The addresses come from the URL configuration, and a new address without a rule fails. A write counts by its
effect on rows, not by the answer.
"""

from collections.abc import Callable
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from itertools import product

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import transaction
from django.urls import reverse

from directorates.models import Unit
from tests.admin.accounts_world import MAY_CHANGE, ROLES, AccountsWorld, rights_of, state_of
from tests.admin.test_matrix import staff_url_names

pytestmark = pytest.mark.django_db

NEW_PASSWORD = {"password1": "a long new sentence", "password2": "a long new sentence"}


@dataclass(frozen=True)
class Form:
    """The data that is posted for a target to the page of this name, and the roles that may do it."""

    page: str
    data: Callable[[AccountsWorld, User], dict]
    may_change: dict
    has_target: bool = True


def edited(**changes):
    def data(world, target):
        return world.forms[target.pk] | changes

    return data


def without(name):
    def data(world, target):
        posted = dict(world.forms[target.pk])
        posted.pop(name)
        return posted

    return data


def sent(**fields):
    return lambda world, target: fields


def selected(action, **fields):
    def data(world, target):
        return {"action": action, "_selected_action": [str(target.pk)], **fields}

    return data


SUPERUSERS = {"superuser": set(ROLES)}

FORMS = {
    "name": Form("auth_user_change", edited(first_name="Other"), MAY_CHANGE),
    "e-mail": Form("auth_user_change", edited(email="other@example.gov"), MAY_CHANGE),
    "user name": Form("auth_user_change", edited(username="other"), MAY_CHANGE),
    "state": Form("auth_user_change", without("is_active"), MAY_CHANGE),
    "staff": Form("auth_user_change", without("is_staff"), MAY_CHANGE),
    "password": Form("auth_user_password_change", sent(**NEW_PASSWORD), MAY_CHANGE),
    "no password": Form(
        "auth_user_password_change",
        sent(usable_password="false", **{"unset-password": "1"}),
        MAY_CHANGE,
    ),
    "enrollment": Form(
        "auth_user_changelist", selected("require_enrollment"), MAY_CHANGE, has_target=False
    ),
    # Every account here has a passkey, so none gets a link (tests/admin/test_colleague.py).
    "invitation": Form("auth_user_invitation", sent(), {}),
    "deactivation": Form(
        "auth_user_changelist", selected("deactivate"), MAY_CHANGE, has_target=False
    ),
    "deletion": Form("auth_user_delete", sent(post="yes"), SUPERUSERS),
    "deletion of many": Form(
        "auth_user_changelist",
        selected("delete_selected", post="yes"),
        SUPERUSERS,
        has_target=False,
    ),
}

#: Account pages without a form here, each with the reason.
ELSEWHERE = {
    "admin:auth_user_history": "takes no form (test_other_pages)",
    "admin:auth_user_invite": "makes an account (tests/admin/test_colleague.py)",
    "account_invitation": "for people without a session (tests/views/test_invitation.py)",
    "admin:auth_user_add": "test_a_new_account_has_no_rights",
    "admin:auth_group_add": "test_groups",
    "admin:auth_group_change": "test_groups",
    "admin:auth_group_delete": "test_groups",
    "admin:auth_group_changelist": "test_groups",
    "admin:auth_group_history": "takes no form (test_other_pages)",
    "admin:password_change": "the own password only: it names no account",
    "admin:password_change_done": "takes no form",
    "admin:logout": "the own session only",
    "admin:login": "leads to the sign-in (test_signin)",
    "mfa_remove_webauthn": "test_no_one_reaches_anothers_passkey",
    "mfa_edit_webauthn": "test_no_one_reaches_anothers_passkey",
}

#: Pages under /accounts/ that name no account. They act on the signed-in person, or sign a person in.
OWN_ACCOUNT = {
    "account_login", "account_logout", "account_inactive", "account_enrollment_over",
    "account_end_other_sessions", "account_choose_mail", "account_reauthenticate", "mfa_index", "mfa_authenticate",
    "mfa_reauthenticate", "mfa_add_webauthn", "mfa_list_webauthn", "mfa_login_webauthn",
    "mfa_reauthenticate_webauthn", "mfa_activate_totp", "mfa_deactivate_totp",
    "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes",
}  # fmt: skip


@pytest.fixture(scope="module")
def kept_world(keep_rows):
    with keep_rows():
        yield AccountsWorld()


@pytest.fixture
def world(db, kept_world):
    return deepcopy(kept_world)


@contextmanager
def rolled_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def targets_of(world, role):
    """Yield (role, account) of every target, the person's own account last."""
    yield from world.targets.items()
    yield role, world.people[role]


def post(world, role, form, target):
    address = reverse(f"admin:{form.page}", args=[target.pk] if form.has_target else [])
    return world.client(role).post(address, form.data(world, target))


@pytest.mark.parametrize("role", ROLES)
def test_every_form_by_every_role_for_every_account(world, role, record_property):
    world.client(role).get("/admin/")
    asked, wrong = 0, []
    for target_role, target in targets_of(world, role):
        before = state_of(target)
        for name, form in FORMS.items():
            with rolled_back():
                status = post(world, role, form, target).status_code
                has_changed = state_of(target) != before
            asked += 1
            expected = target_role in form.may_change.get(role, ())
            if "deletion" in name and target == world.people[role]:
                expected = False
            if status >= 500 or has_changed != expected:
                wrong.append(f"{name} of {target.username}: {status}, changed: {has_changed}")
    record_property("staff_requests", asked)
    assert wrong == []


def everything():
    """Return the data of a forged form: every group, every permission, every mark."""
    return {
        "is_superuser": "on",
        "is_staff": "on",
        "is_active": "on",
        "groups": [str(pk) for pk in Group.objects.values_list("pk", flat=True)],
        "user_permissions": [str(pk) for pk in Permission.objects.values_list("pk", flat=True)],
    }


def with_units(data, units):
    """Return the data of the form with these units as new rows of its table."""
    kept = {key: value for key, value in data.items() if not key.startswith("unit_assignments-")}
    rows = {f"unit_assignments-{row}-unit": str(unit.pk) for row, unit in enumerate(units)}
    numbers = {"TOTAL_FORMS": str(len(units)), "INITIAL_FORMS": "0"}
    return kept | rows | {f"unit_assignments-{name}": number for name, number in numbers.items()}


def forgeries(world, target):
    data = world.forms[target.pk]
    yield with_units(data | everything(), Unit.objects.all())
    yield with_units(data, Unit.objects.all())


def careful_forgeries(world, target):
    """Yield forgeries of one field, for roles with accepted forms."""
    data = world.forms[target.pk]
    yield data | {"is_superuser": "on"}
    for group in Group.objects.all():
        yield data | {"groups": [str(group.pk)]}
    for permission in Permission.objects.filter(codename__in=["add_user", "work_on_every_unit"]):
        yield data | {"user_permissions": [str(permission.pk)]}
    for unit in Unit.objects.all():
        yield with_units(data, [unit])
        yield with_units(data | {"groups": [str(Group.objects.get(name="Editor").pk)]}, [unit])


@pytest.mark.parametrize("role", [role for role in ROLES if role != "superuser"])
def test_no_forged_form_gives_a_right_that_its_sender_lacks(world, role):
    world.client(role).get("/admin/")
    own = rights_of(world.people[role])
    editing = {"change_unit", "publish_unit"}
    for target_role, target in targets_of(world, role):
        may_change = target_role in MAY_CHANGE.get(role, ())
        before, had = state_of(target), rights_of(target)
        posts = [*forgeries(world, target)]
        if may_change:
            posts += careful_forgeries(world, target)
        for data in posts:
            with rolled_back():
                address = reverse("admin:auth_user_change", args=[target.pk])
                response = world.client(role).post(address, data)
                has, after = rights_of(target), state_of(target)
            assert response.status_code < 500
            assert may_change or before == after
            gained = has - had - own
            if not editing & has:
                # A unit without a permission is no right.
                gained = {right for right in gained if not right.startswith("unit ")}
            assert gained == set(), f"{role} gave {target.username}: {gained}"


def test_the_form_offers_only_what_the_person_may_give(world):
    target = world.targets["no role"]

    page = world.client("Administrator").get(reverse("admin:auth_user_change", args=[target.pk]))

    fields = page.context["adminform"].form.fields
    assert "is_superuser" not in page.content.decode()
    assert [group.name for group in fields["groups"].queryset] == ["Administrator"]
    assert "user_permissions" not in fields, "single permissions are for superusers"


def test_an_account_with_more_rights_is_shown_and_has_no_button_to_save(world):
    page = world.client("Administrator").get(
        reverse("admin:auth_user_change", args=[world.targets["Publisher"].pk])
    )

    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()


def test_a_closed_account_keeps_the_rights_that_guard_it(world):
    target = world.targets["superuser"]
    User.objects.filter(pk=target.pk).update(is_active=False)

    post(world, "Administrator", FORMS["password"], target)

    password = User.objects.get(pk=target.pk).password
    assert password == target.password


def test_a_new_account_has_no_rights(world):
    data = {"username": "new", "usable_password": "true", **NEW_PASSWORD} | everything()
    for role in ROLES:
        with rolled_back():
            world.client(role).post(reverse("admin:auth_user_add"), data)
            made = User.objects.filter(username="new").first()
            assert (made is not None) == (role in MAY_CHANGE), role
            assert made is None or rights_of(made) == set(), role


GROUP_PERMISSIONS = ["add_group", "change_group", "delete_group", "view_group"]


def group_forms(group):
    """Yield (page, arguments, data) of each way to change a group."""
    everything = [str(pk) for pk in Permission.objects.values_list("pk", flat=True)]
    reading = [str(pk) for pk in group.permissions.values_list("pk", flat=True)]
    yield "auth_group_change", [group.pk], {"name": group.name, "permissions": everything}
    yield "auth_group_change", [group.pk], {"name": "Other", "permissions": reading}
    yield "auth_group_change", [group.pk], {"name": group.name, "permissions": []}
    yield "auth_group_delete", [group.pk], {"post": "yes"}
    yield (
        "auth_group_changelist",
        [],
        {"action": "delete_selected", "_selected_action": [str(group.pk)], "post": "yes"},
    )


def permissions_of_groups():
    return {
        group.name: sorted(group.permissions.values_list("codename", flat=True))
        for group in Group.objects.all()
    }


@pytest.mark.parametrize("role", [role for role in ROLES if role != "superuser"])
@pytest.mark.parametrize("has_right", [False, True])
def test_groups(world, role, has_right):
    """People change no group that has, or has a member with, a right that they lack."""
    person = world.people[role]
    if has_right:
        person.user_permissions.add(*Permission.objects.filter(codename__in=GROUP_PERMISSIONS))
    own = rights_of(person)
    before = permissions_of_groups()
    for group in Group.objects.all():
        members = group.user_set.exclude(pk=person.pk)
        reach = set(before[group.name]).union(*map(rights_of, members))
        for page, args, data in group_forms(group):
            with rolled_back():
                response = world.client(role).post(reverse(f"admin:{page}", args=args), data)
                after = permissions_of_groups()
            assert response.status_code < 500
            if not has_right or not reach <= own:
                assert after == before, f"{role}: {page} of {group}: {data}"
            assert set(after.get(group.name, ())) <= set(before[group.name]) | own
    with rolled_back():
        data = {
            "name": "New",
            "permissions": [str(pk) for pk in Permission.objects.values_list("pk", flat=True)],
        }
        world.client(role).post(reverse("admin:auth_group_add"), data)
        assert set(permissions_of_groups().get("New", ())) <= own


def test_no_one_reaches_anothers_passkey(world):
    for role, target in product(ROLES, world.targets.values()):
        client = world.client(role)
        passkey = target.authenticator_set.get(type="webauthn")
        for page in ("mfa_remove_webauthn", "mfa_edit_webauthn"):
            response = client.post(reverse(page, args=[passkey.pk]), {"name": "Mine"})
            assert response.status_code in (302, 404)
        passkey.refresh_from_db()
        assert passkey.data == {"name": "Laptop"}


def test_every_page_of_accounts_has_a_rule():
    ruled = {f"admin:{form.page}" for form in FORMS.values()} | set(ELSEWHERE) | OWN_ACCOUNT
    pages = {
        name
        for name in staff_url_names()
        if name.startswith(("admin:auth_", "admin:log", "admin:password", "account_", "mfa_"))
    }
    assert pages - ruled == set(), "give these addresses a rule"
    assert ruled - pages == set(), "these addresses are gone"
