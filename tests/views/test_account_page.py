"""A person sees and ends the person's own sign-ins."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client

from directorates.models import StaffSession
from tests.admin.pages import words_of
from tests.factories import make_user
from tests.views.test_signin import PASSWORD, give_passkey, sign_in, sign_in_with

pytestmark = pytest.mark.django_db

PAGE = "/accounts/2fa/"
CODES = "/accounts/2fa/recovery-codes/"
END = "/accounts/sessions/end/"


@pytest.fixture
def person():
    return make_user(is_superuser=True, username="per", password=PASSWORD)


@pytest.fixture
def elsewhere(person):
    browsers = [Client(), Client()]
    for browser in browsers:
        sign_in(browser, person)
        browser.get("/admin/")
    return browsers


def test_the_page_leads_to_everything_of_the_account(client, person):
    sign_in(client, person)
    page = client.get(PAGE)

    assert "You are signed in as per." in words_of(page)
    markup = page.content.decode()
    for path in ("webauthn/add/", "totp/activate/"):
        assert f'href="{PAGE}{path}"' in markup
    assert 'href="/admin/password_change/"' in markup


def test_it_lists_the_own_sessions_and_tells_this_one(client, person, elsewhere):
    sign_in(Client(), make_user(password=PASSWORD))
    sign_in_with(client, person, "webauthn")
    words = words_of(client.get(PAGE))

    assert words.count("Here, with a passkey") == 1
    assert re.search(r"signed in on \w+ \d+, \d{4}, \d+:\d\d [AP]M, last seen", words)
    assert words.count("Elsewhere, without a passkey") == 2
    assert client.session.session_key not in client.get(PAGE).content.decode()


def test_a_session_that_is_over_is_not_listed(client, person, elsewhere):
    sign_in(client, person)
    client.get(PAGE)
    for browser in elsewhere:
        session = browser.session
        session["staff_seen_at"] -= 61 * 60
        session.save()

    assert "Elsewhere" not in words_of(client.get(PAGE))


def test_signing_out_everywhere_else_ends_the_others_and_not_this_one(client, person, elsewhere):
    other = Client()
    sign_in(other, make_user(password=PASSWORD))
    sign_in(client, person)

    words = words_of(client.post(END, follow=True))

    assert "Signed out in 2 other places." in words
    assert client.get("/admin/").status_code == 200
    assert [browser.get("/admin/").status_code for browser in elsewhere] == [302, 302]
    assert other.session["_auth_user_id"]


def test_with_no_other_session_it_says_so(client, person):
    sign_in(client, person)

    assert "not signed in anywhere else" in words_of(client.post(END, follow=True))


def test_a_link_ends_no_session(client, person, elsewhere):
    sign_in(client, person)

    assert client.get(END).status_code == 405
    assert StaffSession.objects.count() == 3


def test_without_a_passkey_nothing_of_it_opens(client, person, elsewhere, settings):
    settings.LOCAL = False
    sign_in(client, person)

    client.post(END)

    assert StaffSession.objects.count() == 3


def test_recovery_codes_promise_no_sign_in_to_who_has_no_password(client, person):
    RecoveryCodes.activate(person)
    sign_in_with(client, person, "webauthn")
    assert "With your password" in words_of(client.get(CODES))

    person.set_unusable_password()
    person.save()
    sign_in_with(client, person, "webauthn")
    words = words_of(client.get(CODES))
    assert "With your password" not in words
    assert "ask your administrators for a new invitation" in words


def test_codes_that_can_no_longer_be_read_are_no_broken_page(client, person):
    RecoveryCodes.activate(person)
    sign_in_with(client, person, "webauthn")
    authenticator = person.authenticator_set.get()
    authenticator.data["seed"] = "encrypted with a lost key"
    authenticator.save()

    assert "can no longer be read" in words_of(client.get(PAGE))


def test_a_changed_password_ends_every_other_session(client, person, elsewhere):
    sign_in(client, person)
    data = {
        "old_password": PASSWORD,
        "new_password1": "another long sentence",
        "new_password2": "another long sentence",
    }

    client.post("/admin/password_change/", data)

    assert client.get("/admin/").status_code == 200
    assert [browser.get("/admin/").status_code for browser in elsewhere] == [302, 302]
    assert "Elsewhere" not in words_of(client.get(PAGE))


def test_the_only_codes_that_open_the_staff_pages_stay(client, person, settings):
    settings.LOCAL, settings.STAFF_MAY_SIGN_IN_WITHOUT_PASSKEY = False, True
    Authenticator.objects.create(user=person, type="totp", data={})
    sign_in_with(client, person, "totp")

    page = client.post(f"{PAGE}totp/deactivate/")

    assert "all that your account signs in with" in words_of(page)
    give_passkey(person)
    client.post(f"{PAGE}totp/deactivate/")
    assert [row.type for row in person.authenticator_set.all()] == ["webauthn"]
