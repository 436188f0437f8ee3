"""Refusals of the actions on accounts, by actions and by pages."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command

from directorates.actions.accounts import accounts
from directorates.actions.accounts.account_limits import (
    AccountError,
    LastManagerError,
    MissingRightsError,
)
from directorates.models import AuditEntry, UnitAssignment
from tests.actions.test_concurrency import at_once
from tests.admin.pages import form_data, words_of
from tests.factories import (
    NOON,
    make_directorate,
    make_user,
    published,
    published_agency,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief():
    """The only account that can manage accounts."""
    return make_user(username="chief", is_superuser=True)


def manager_by_group():
    group = Group.objects.get(name="Administrator")
    user = make_user(username="manager", permissions=[], units=[])
    user.groups.add(group)
    return user, group


def fresh(user):
    return User.objects.get(pk=user.pk)


def closed(user, **changes):
    user = fresh(user)
    for name, value in changes.items():
        setattr(user, name, value)
    return user


# Rights


def test_who_acts_is_judged_by_the_rights_from_before_the_change():
    manager, _ = manager_by_group()
    own = closed(manager, is_superuser=True)

    with pytest.raises(MissingRightsError, match="“Superuser status”"):
        accounts.save(account=own, relations={}, by=own, at=NOON)

    assert not fresh(manager).is_superuser


def test_a_refusal_names_what_is_missing_and_writes_nothing(chief):
    manager, _ = manager_by_group()
    new, publishers = make_user(permissions=[], units=[]), Group.objects.get(name="Publisher")
    entries = AuditEntry.objects.count()

    with pytest.raises(MissingRightsError, match=r"“Can add change set”, .* and \d+ more"):
        accounts.save(account=new, relations={"groups": [publishers]}, by=manager, at=NOON)

    assert not new.groups.exists()
    assert AuditEntry.objects.count() == entries


def test_a_person_whose_account_was_closed_meanwhile_changes_nothing(chief):
    User.objects.filter(pk=chief.pk).update(is_active=False)

    with pytest.raises(MissingRightsError, match="may not do this"):
        accounts.set_password(user=make_user(), by=chief, at=NOON)


def test_units_are_given_by_those_who_work_on_them():
    agency = published_agency()
    north, south = (published(make_directorate(parent=agency)) for _ in range(2))
    editors = Group.objects.get(name="Editor")
    giver, _ = manager_by_group()
    giver.groups.add(editors)
    UnitAssignment.objects.create(user=giver, unit=north)
    colleague = make_user(permissions=[], units=[])
    colleague.groups.add(editors)

    accounts.assign_units(user=colleague, units=[north], by=giver, at=NOON + timedelta(days=1))
    for user in (colleague, giver):
        with pytest.raises(MissingRightsError, match=f"Can work on {south}"):
            accounts.assign_units(user=user, units=[north, south], by=giver, at=NOON)

    assert [row.unit for row in colleague.unit_assignments.all()] == [north]


def test_a_role_is_not_given_to_an_account_with_units_that_the_giver_lacks():
    south = published_agency()
    giver, _ = manager_by_group()
    giver.groups.add(editors := Group.objects.get(name="Editor"))
    waiting = make_user(permissions=[], units=[south])

    with pytest.raises(MissingRightsError, match="Can work on"):
        accounts.save(account=waiting, relations={"groups": [editors]}, by=giver, at=NOON)


def test_an_old_object_does_not_open_an_account_that_was_closed_meanwhile(chief):
    old = make_user()
    User.objects.filter(pk=old.pk).update(is_active=False)
    old.set_password("a long new sentence")

    accounts.set_password(user=old, by=chief, at=NOON)

    assert not fresh(old).is_active
    assert fresh(old).check_password("a long new sentence")


def test_no_one_deletes_their_own_account(chief):
    make_user(is_superuser=True)

    with pytest.raises(AccountError, match="their own account"):
        accounts.delete(account=chief, by=chief, at=NOON)


def test_an_account_that_the_trail_names_is_not_deleted(chief):
    person = make_user()
    accounts.note_sign_in(user=person, at=NOON)

    with pytest.raises(AccountError, match="Make the account inactive instead"):
        accounts.delete(account=person, by=chief, at=NOON)


# The last account that can manage accounts

WAYS_TO_LOSE = {
    "closing": {"is_active": False},
    "no staff": {"is_staff": False},
    "no superuser": {"is_superuser": False},
}


@pytest.mark.parametrize("changes", WAYS_TO_LOSE.values(), ids=WAYS_TO_LOSE)
@pytest.mark.parametrize("by_command", [True, False])
def test_the_last_manager_stays(chief, changes, by_command):
    by = None if by_command else chief
    with pytest.raises(LastManagerError, match="Let another person manage accounts first"):
        accounts.save(account=closed(chief, **changes), relations={}, by=by, at=NOON)

    other, _ = manager_by_group()
    accounts.save(account=closed(chief, **changes), relations={}, by=by, at=NOON)

    # The second administrator is the last one now.
    with pytest.raises(LastManagerError):
        accounts.save(account=closed(other, **{"is_active": False}), relations={}, by=None, at=NOON)


def test_the_last_manager_is_not_deleted(chief):
    with pytest.raises(LastManagerError):
        accounts.delete(account=fresh(chief), by=None, at=NOON)
    assert fresh(chief)


@pytest.mark.parametrize("way", ["permission", "membership", "deletion"])
def test_a_group_keeps_the_permission_of_the_last_manager(way):
    manager, group = manager_by_group()
    with pytest.raises(LastManagerError):
        if way == "permission":
            rest = group.permissions.exclude(codename="change_user")
            accounts.save(account=group, relations={"permissions": rest}, by=None, at=NOON)
        elif way == "membership":
            accounts.save(account=fresh(manager), relations={"groups": []}, by=None, at=NOON)
        else:
            accounts.delete(account=Group.objects.get(pk=group.pk), by=None, at=NOON)
    assert fresh(manager).has_perm("auth.change_user")


def test_a_permission_of_ones_own_is_kept_too():
    permission = Permission.objects.get(codename="change_user")
    manager = make_user(permissions=["change_user"])
    with pytest.raises(LastManagerError):
        accounts.save(account=manager, relations={"user_permissions": []}, by=manager, at=NOON)
    assert permission in manager.user_permissions.all()


def test_the_last_manager_keeps_the_password_while_there_is_no_passkey(chief):
    chief.set_unusable_password()
    with pytest.raises(LastManagerError):
        accounts.set_password(user=chief, by=None, at=NOON)

    Authenticator.objects.create(user=chief, type="webauthn", data={})
    chief.set_unusable_password()
    accounts.set_password(user=chief, by=None, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_two_managers_cannot_close_each_other_at_once():
    people = [make_user(is_superuser=True) for _ in range(2)]
    refused = []

    def close(account, by):
        try:
            accounts.save(account=closed(account, is_active=False), relations={}, by=by, at=NOON)
        except AccountError as refusal:
            refused.append(refusal)

    raised = at_once(lambda: close(*people), lambda: close(*reversed(people)))

    assert (raised, len(refused)) == ([None, None], 1)
    assert User.objects.filter(is_active=True).count() == 1


def test_who_cannot_sign_in_is_no_manager(chief, settings):
    settings.LOCAL = False
    Authenticator.objects.create(user=chief, type="webauthn", data={})
    late = make_user(is_superuser=True, date_joined=NOON - timedelta(hours=73))

    with pytest.raises(LastManagerError):
        accounts.save(account=closed(chief, is_active=False), relations={}, by=None, at=NOON)

    User.objects.filter(pk=late.pk).update(date_joined=NOON - timedelta(hours=71))
    accounts.save(account=closed(chief, is_active=False), relations={}, by=None, at=NOON)


def test_where_codes_are_enough_an_app_with_a_password_is_enough(chief, settings):
    settings.LOCAL, settings.STAFF_MAY_SIGN_IN_WITHOUT_PASSKEY = False, True
    User.objects.update(date_joined=NOON - timedelta(hours=999))
    Authenticator.objects.create(user=chief, type="totp", data={})

    with pytest.raises(LastManagerError):
        accounts.save(account=closed(chief, is_active=False), relations={}, by=None, at=NOON)


def test_the_last_manager_keeps_the_passkey_unless_it_is_forced(chief, capsys):
    Authenticator.objects.create(user=chief, type="webauthn", data={})

    with pytest.raises(CommandError, match="add --force"):
        call_command("require_enrollment", chief.username)
    assert chief.authenticator_set.exists()

    call_command("require_enrollment", chief.username, "--force")
    assert not chief.authenticator_set.exists()
    assert "1 passkeys and codes removed" in capsys.readouterr().out


# The same by the pages

LIST = "/admin/auth/user/"


@pytest.fixture
def signed_in(client, chief):
    client.force_login(chief)
    return client


def sent_without(signed_in, chief, name):
    address = f"{LIST}{chief.pk}/change/"
    data = form_data(signed_in.get(address), first_name="Typed")
    data.pop(name)
    rows = {"unit_assignments-TOTAL_FORMS": "0", "unit_assignments-INITIAL_FORMS": "0"}
    return signed_in.post(address, data | rows)


@pytest.mark.parametrize("name", ["is_active", "is_staff", "is_superuser"])
def test_the_form_says_it_and_keeps_what_was_typed(signed_in, chief, name):
    page = sent_without(signed_in, chief, name)

    assert page.status_code == 200
    assert "no other account could then sign in and manage accounts" in words_of(page)
    assert 'value="Typed"' in page.content.decode()
    assert getattr(fresh(chief), name)


def test_the_page_of_the_password_says_it(signed_in, chief):
    data = {"usable_password": "false", "unset-password": "1"}
    page = signed_in.post(f"{LIST}{chief.pk}/password/", data)

    assert "no other account could then sign in" in words_of(page)
    assert fresh(chief).has_usable_password()


@pytest.mark.parametrize(
    "action", [{"action": "delete_selected", "post": "yes"}, {"action": "require_enrollment"}]
)
def test_the_list_says_it(signed_in, chief, action):
    make_user(is_superuser=True, is_active=False)
    page = signed_in.post(LIST, {**action, "_selected_action": [str(chief.pk)]}, follow=True)

    assert "Nothing was" in words_of(page)
    assert fresh(chief).is_active


def test_the_form_of_a_group_says_it(client):
    manager, group = manager_by_group()
    manager.user_permissions.add(
        *Permission.objects.filter(codename__in=["change_group", "delete_group"])
    )
    client.force_login(manager)
    address = f"/admin/auth/group/{group.pk}/change/"

    page = client.post(address, {"name": "Administrator", "permissions": []})
    assert "no other account could then sign in and manage accounts" in words_of(page)

    page = client.post(f"/admin/auth/group/{group.pk}/delete/", {"post": "yes"}, follow=True)
    assert "no other account could then sign in and manage accounts" in words_of(page)
    assert group.permissions.filter(codename="change_user").exists()


def test_a_list_is_deleted_as_a_whole_or_not_at_all(signed_in, chief):
    people = [make_user(units=[]) for _ in range(2)]
    selected = [str(user.pk) for user in [*people, chief]]
    data = {"action": "delete_selected", "post": "yes", "_selected_action": selected}

    signed_in.post(LIST, data)

    assert User.objects.filter(pk__in=selected).count() == 3
