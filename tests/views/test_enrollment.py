"""The time in which an account may add its first passkey by password."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.utils import timezone

from directorates.actions.accounts import accounts
from directorates.models import Enrollment
from tests.factories import make_user
from tests.views.test_signin import ADD_PASSKEY, PASSWORD, give_passkey, sign_in, sign_in_with

pytestmark = pytest.mark.django_db

TOO_LATE = "/accounts/too-late/"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _production(settings):
    settings.LOCAL = False
    settings.STAFF_MAY_SIGN_IN_WITHOUT_PASSKEY = False


def account_made(*, ago):
    return make_user(is_superuser=True, password=PASSWORD, date_joined=timezone.now() - ago)


def test_a_new_account_may_add_a_passkey_for_three_days(client):
    sign_in(client, account_made(ago=71 * HOUR))

    assert client.get(ADD_PASSKEY).status_code == 200


def test_after_that_the_password_opens_nothing_and_says_why(client, caplog):
    person = account_made(ago=73 * HOUR)

    response = sign_in(client, person)

    assert response.headers["Location"] == TOO_LATE
    assert "_auth_user_id" not in client.session
    assert b"Ask your administrators" in client.get(TOO_LATE).content
    assert (
        f"Sign-in refused: too late for a first passkey: '{person.username}' from '127.0.0.1'"
        in caplog.messages
    )


def test_a_wrong_password_does_not_tell_that_it_is_too_late(client):
    response = sign_in(client, account_made(ago=73 * HOUR), password="wrong")

    assert b"not correct" in response.content


def test_a_session_from_before_adds_no_passkey_after_that(client):
    sign_in_with(client, account_made(ago=73 * HOUR))

    for path in (ADD_PASSKEY, "/admin/", "/accounts/reauthenticate/"):
        assert client.get(path).headers["Location"].startswith(TOO_LATE), path
    assert client.get(TOO_LATE).status_code == 200


def test_the_hours_are_a_setting(client, settings):
    settings.STAFF_ENROLLMENT_HOURS = 100

    assert sign_in(client, account_made(ago=73 * HOUR)).headers["Location"] == "/admin/"


def test_whoever_has_a_passkey_is_never_too_late(client):
    person = account_made(ago=1000 * HOUR)
    give_passkey(person)

    assert sign_in(client, person).headers["Location"] == "/accounts/2fa/authenticate/"
    sign_in_with(client, person, "webauthn")
    assert client.get("/admin/").status_code == 200


def test_requiring_enrollment_opens_the_time_again(client):
    person, by = account_made(ago=1000 * HOUR), make_user(is_superuser=True)
    give_passkey(person)

    accounts.require_enrollment(user=person, by=by, at=timezone.now() - 71 * HOUR)

    assert sign_in(client, person).headers["Location"] == "/admin/"
    assert Enrollment.objects.get().opened_by == by
    accounts.require_enrollment(user=person, by=by, at=timezone.now() - 73 * HOUR)
    assert sign_in(client, person).headers["Location"] == TOO_LATE


def test_the_only_administrator_opens_it_from_the_command_line(client, capsys):
    person = account_made(ago=1000 * HOUR)

    call_command("require_enrollment", person.username)

    assert "0 passkeys and codes removed" in capsys.readouterr().out
    assert sign_in(client, person).headers["Location"] == "/admin/"


def test_the_command_names_an_account_that_is_not_there():
    with pytest.raises(CommandError, match="no account with the name “nobody”"):
        call_command("require_enrollment", "nobody")


def test_where_codes_are_enough_an_app_is_enough(client, settings):
    settings.STAFF_MAY_SIGN_IN_WITHOUT_PASSKEY = True
    person = account_made(ago=1000 * HOUR)
    assert sign_in(client, person).headers["Location"] == TOO_LATE

    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})

    assert sign_in(client, person).headers["Location"] == "/accounts/2fa/authenticate/"
