"""Colleagues are added with a role, units and a link that ends."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, User
from django.core import mail
from django.utils import timezone

from directorates.actions.accounts import accounts, inviting
from directorates.actions.accounts.account_limits import AccountError, MissingRightsError
from directorates.actions.mailing import choices, sending
from directorates.models import AuditEntry, Enrollment, MailChoice, SiteSettings
from directorates.queries.staff import invitations
from tests.factories import NOON, make_agency, make_user

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def boss():
    return make_user(is_superuser=True, username="boss")


def invite(by, **fields):
    fields = {
        "name": "Ada M. Lovelace",
        "email": "Ada.Lovelace@example.gov",
        "role": Group.objects.get(name="Editor"),
        "units": [],
        "at": NOON,
    } | fields
    return inviting.invite(by=by, **fields)


def link_of(user, at=NOON):
    return invitations.of_user(user, at=at)


def test_an_invited_colleague_has_a_role_units_and_no_password(boss):
    unit = make_agency()
    user = User.objects.get(pk=invite(boss, units=[unit]).pk)
    assert user.get_full_name() == "Ada M. Lovelace"
    assert user.username == "ada.lovelace"
    assert [group.name for group in user.groups.all()] == ["Editor"]
    assert [row.unit for row in user.unit_assignments.all()] == [unit]
    assert user.is_staff
    assert not user.has_usable_password()
    done = AuditEntry.objects.filter(record_pk=str(user.pk)).order_by("pk")
    assert [entry.action for entry in done] == ["create", "assign", "invite"]


def test_names_to_sign_in_with_are_free_and_usable(boss):
    make_user(username="Ada.Lovelace")
    make_user(username="ada.lovelace2")
    assert invite(boss).username == "ada.lovelace3"
    assert inviting.free_username("“?”@example.gov") == "colleague"


@pytest.mark.parametrize("name", ["Ada", "Ada Lovelace", "Ada  M.\tvan der Lovelace"])
def test_a_name_is_shown_as_it_was_typed(name):
    first, last = inviting.split_name(name)
    assert User(first_name=first, last_name=last).get_full_name() == " ".join(name.split())


def test_one_address_has_one_account(boss):
    make_user(email="ADA.lovelace@example.gov", username="ada")
    with pytest.raises(AccountError, match="ada has this e-mail address already"):
        invite(boss)


def test_nobody_gives_a_role_that_they_lack():
    administrator = make_user(role="Administrator", units=[])
    with pytest.raises(MissingRightsError):
        invite(administrator)
    assert not User.objects.filter(username="ada.lovelace").exists()
    assert invite(administrator, role=None).groups.count() == 0


def test_who_may_add_no_accounts_invites_nobody():
    with pytest.raises(MissingRightsError):
        invite(make_user(role="Publisher"), role=None)


def test_a_link_ends_with_the_time_for_the_first_passkey(boss):
    user = invite(boss)
    assert link_of(user).end == ""
    assert link_of(user, NOON + 73 * HOUR).end == invitations.OVER


def test_a_link_ends_with_the_first_passkey(boss):
    user = invite(boss)
    Authenticator.objects.create(user=user, type="webauthn", data={})
    assert link_of(user).end == invitations.USED
    with pytest.raises(AccountError, match="has a passkey already"):
        inviting.renew(user=user, by=boss, at=NOON)


def test_a_closed_account_has_no_link(boss):
    user = invite(boss)
    user.is_active = False
    accounts.save(account=user, relations={}, by=boss, at=NOON)
    assert link_of(user).end == invitations.CLOSED
    with pytest.raises(AccountError, match="closed"):
        inviting.renew(user=user, by=boss, at=NOON)


def test_a_new_link_takes_the_place_of_the_old_one(boss):
    user = invite(boss)
    old = link_of(user).token
    inviting.renew(user=user, by=boss, at=NOON + 99 * HOUR)
    assert invitations.find(old, at=NOON + 99 * HOUR) is None
    new = link_of(user, NOON + 99 * HOUR)
    assert invitations.find(new.token, at=NOON + 100 * HOUR).user == user


def test_only_the_sites_key_makes_a_link(boss, settings):
    user = invite(boss)
    token = link_of(user).token
    number = Enrollment.objects.get().link_number
    settings.SECRET_KEY = "another key"
    assert link_of(user).token != token
    for forged in (token, f"{user.pk}-{number}", f"{token}x", "", "a.b", f"{user.pk}-.x"):
        assert invitations.find(forged, at=NOON) is None


def test_a_required_enrollment_ends_the_link(boss):
    user = invite(boss)
    token = link_of(user).token
    accounts.require_enrollment(user=user, by=boss, at=NOON)
    assert invitations.find(token, at=NOON) is None


def test_nobody_opens_the_account_of_somebody_with_more_rights(boss):
    user = invite(boss)
    administrator = make_user(role="Administrator", units=[])
    with pytest.raises(MissingRightsError):
        inviting.renew(user=user, by=administrator, at=NOON)


def test_the_invitation_is_mailed_also_to_who_wants_no_mail(boss):
    SiteSettings.objects.update_or_create(
        pk=1, defaults={"site_name": "Example.gov", "domain": "example.gov"}
    )
    user = invite(boss, at=timezone.now())
    choices.choose(user=user, rhythm=MailChoice.Rhythm.NONE)
    sending.send()
    sending.send()
    [letter] = mail.outbox
    assert letter.to == ["Ada.Lovelace@example.gov"]
    assert letter.subject == "Example.gov: add your passkey to sign in"
    assert f"https://example.gov/accounts/invitation/{link_of(user).token}/" in letter.body
    assert "Your name there is ada.lovelace" in letter.body


def test_a_link_that_ended_is_not_mailed(boss):
    SiteSettings.objects.update_or_create(pk=1, defaults={"domain": "example.gov"})
    invite(boss, at=timezone.now() - 80 * HOUR)
    sending.send()
    assert mail.outbox == []
