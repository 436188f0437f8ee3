"""The sign-in of staff, and sign-ins that open no staff page."""

import logging
import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.management import call_command

from tests.factories import make_user

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
PASSWORD = "correct horse battery staple"
ADD_PASSKEY = "/accounts/2fa/webauthn/add/"
USE_PASSKEY = "/accounts/2fa/webauthn/reauthenticate/"
STAFF_PAGES = ["/admin/", "/admin/directorates/office/", "/preview/units/1/"]


@pytest.fixture
def person():
    return make_user(is_superuser=True, password=PASSWORD)


@pytest.fixture
def production(settings):
    settings.LOCAL = False
    settings.STAFF_MAY_SIGN_IN_WITHOUT_PASSKEY = False
    return settings


def sign_in(client, user, *, password=PASSWORD, **fields):
    return client.post(LOGIN, {"login": user.username, "password": password, **fields})


def give_passkey(user):
    """Make a passkey's record. Only the browser tests need its content."""
    return Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Laptop", "credential": {}}
    )


def sign_in_with(client, user, *types):
    """Open a session with a recent use of these kinds of authenticators."""
    client.force_login(user)
    session = client.session
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [
        {"method": "mfa", "type": type, "at": time.time(), "reauthenticated": True}
        for type in types
    ]
    session.save()


def current_code(secret):
    return totp.format_hotp_value(
        totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time())))
    )


# Signing in and out


def test_a_password_leads_to_the_admin(client, person):
    response = sign_in(client, person)

    assert response.headers["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_the_admins_own_sign_in_leads_to_the_sites(client):
    response = client.get("/admin/login/?next=/admin/directorates/office/")

    assert response.headers["Location"] == f"{LOGIN}?next=%2Fadmin%2Fdirectorates%2Foffice%2F"


def test_the_admins_own_sign_in_takes_no_password(client, person):
    client.post("/admin/login/", {"username": person.username, "password": PASSWORD})

    assert "_auth_user_id" not in client.session


def test_the_page_asked_for_opens_after_sign_in(client, person):
    response = sign_in(client, person, next="/admin/directorates/office/")

    assert response.headers["Location"] == "/admin/directorates/office/"


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_no_other_site_opens_after_sign_in(client, person, address):
    assert sign_in(client, person, next=address).headers["Location"] == "/admin/"


@pytest.mark.parametrize("path", ["signup/", "password/reset/", "email/", "password/set/"])
def test_there_is_no_sign_up_and_no_mail(client, path):
    assert client.get(f"/accounts/{path}").status_code == 404


def test_whoever_is_no_staff_reaches_no_staff_page(client):
    sign_in(client, make_user(is_staff=False, password=PASSWORD))

    assert client.get("/admin/", follow=True).status_code == 403


def test_the_sign_in_page_offers_the_passkey_first_and_is_not_indexed(client):
    page = client.get(LOGIN).content.decode()

    assert page.index("Sign in with a passkey") < page.index("Sign in with your password")
    assert '<meta name="robots" content="noindex">' in page
    assert not re.search(r"<script(?![^>]*(?:src=|application/json))", page)


def test_the_admin_leads_to_the_own_account(client, person):
    sign_in(client, person)

    link = '<a href="/accounts/2fa/">Your account and passkeys</a>'
    assert link in client.get("/admin/").content.decode()
    assert f'href="{ADD_PASSKEY}"' in client.get("/accounts/2fa/").content.decode()


def test_public_pages_set_no_cookie(client):
    assert not client.get("/").cookies


# Failures


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client, person):
    answers = {
        re.sub(
            r'value="[^"]*"|nonce-[^\']*',
            "",
            client.post(LOGIN, {"login": name, "password": "wrong"}).content.decode(),
        )
        for name in (person.username, "nobody")
    }

    assert len(answers) == 1
    assert "not correct" in answers.pop()


def test_a_failure_is_logged_with_the_name_and_without_the_password(client, caplog):
    client.post(LOGIN, {"login": "some\nbody", "password": "SECRET-WORD"})

    [record] = [record for record in caplog.records if record.name == "directorates.signin"]
    assert record.levelno == logging.WARNING
    assert record.getMessage() == r"Sign-in failed: 'some\nbody' from '127.0.0.1'"
    assert "SECRET-WORD" not in caplog.text


@pytest.fixture
def counted_in_a_table(settings):
    """Count attempts as a production server does, in a table of the database."""
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "shared_cache",
        }
    }
    call_command("createcachetable")


def test_a_hundred_wrong_sign_ins_are_slowed_and_logged(
    client, person, production, counted_in_a_table, caplog
):
    answers = [
        client.post(LOGIN, {"login": person.username, "password": f"wrong-{number}"})
        for number in range(100)
    ]

    tried = [answer for answer in answers if b"not correct" in answer.content]
    unchecked = [answer for answer in answers if b"Too many failed" in answer.content]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert (len(tried), len(unchecked), len(refused)) == (5, 25, 70)
    messages = [r.getMessage() for r in caplog.records if r.name == "directorates.signin"]
    whose = f"'{person.username}' from '127.0.0.1'"
    assert messages == [
        *([f"Sign-in failed: {whose}"] * 5),
        f"Sign-in refused after too many: {whose}",
        f"Sign-in: too many requests: {whose}",
    ]


def test_the_right_password_is_refused_too_after_five_wrong_ones(
    client, person, production, counted_in_a_table
):
    for number in range(5):
        sign_in(client, person, password=f"wrong-{number}")

    assert b"Too many failed" in sign_in(client, person).content
    assert "_auth_user_id" not in client.session


def test_attempts_are_counted_by_the_address_that_the_trusted_proxy_names(client, settings):
    settings.TRUSTED_PROXY_COUNT = 1
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}

    def status(address):
        return client.post(LOGIN, {}, headers={"X-Forwarded-For": address}).status_code

    assert [status("forged, 192.0.2.1"), status("other, 192.0.2.1")] == [200, 429]
    assert status("192.0.2.2") == 200


# Rules of a production server


@pytest.mark.parametrize("path", STAFF_PAGES)
def test_a_password_alone_reaches_no_staff_page_and_leads_to_a_first_passkey(
    client, person, production, path
):
    sign_in(client, person)

    response = client.get(path, secure=True)

    assert response.headers["Location"].startswith(f"{ADD_PASSKEY}?next=")
    assert client.get(ADD_PASSKEY, secure=True).status_code == 200


@pytest.mark.parametrize(
    "path", ["/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/"]
)
def test_a_fresh_account_reaches_nothing_but_the_adding_of_a_passkey(
    client, person, production, path
):
    sign_in(client, person)

    assert client.get(path).headers["Location"].startswith(ADD_PASSKEY)


def test_what_is_posted_to_a_staff_page_is_not_done(client, person, production):
    sign_in(client, person)

    response = client.post("/admin/auth/group/add/", {"name": "Group"})

    assert response.headers["Location"] == f"{ADD_PASSKEY}?next=%2Fadmin%2Fauth%2Fgroup%2Fadd%2F"


def test_a_password_with_a_code_adds_no_second_passkey(client, person, production):
    give_passkey(person)
    sign_in_with(client, person, "totp")

    for path in ("/admin/", ADD_PASSKEY, "/accounts/2fa/"):
        assert client.get(path).headers["Location"].startswith(USE_PASSKEY), path


def test_a_passkey_opens_the_staff_pages(client, person, production):
    sign_in_with(client, person, "webauthn")

    assert client.get("/admin/").status_code == 200


def test_without_a_sign_in_nothing_but_the_sign_in_opens(client, production):
    for path in STAFF_PAGES:
        assert client.get(path, follow=True).request["PATH_INFO"] == LOGIN, path


def test_signing_out_is_possible_without_a_passkey(client, person, production):
    sign_in(client, person)

    client.post("/accounts/logout/")

    assert "_auth_user_id" not in client.session


def test_a_recovery_code_with_the_password_lets_one_add_another_passkey(client, person, production):
    give_passkey(person)
    codes = RecoveryCodes.activate(person)
    response = sign_in(client, person)
    assert response.headers["Location"] == "/accounts/2fa/authenticate/"

    # The page for the code reads stored passkeys, which only a browser can make.
    Authenticator.objects.filter(type="webauthn").delete()
    totp.TOTP.activate(person, totp.generate_totp_secret())
    client.post("/accounts/2fa/authenticate/", {"code": codes.get_unused_codes()[0]})
    Authenticator.objects.filter(type="totp").delete()
    assert client.get(ADD_PASSKEY).status_code == 200
    give_passkey(person)

    assert client.get("/admin/").headers["Location"].startswith(USE_PASSKEY)


def test_the_setting_that_weakens_lets_a_password_with_a_code_in(client, person, production):
    production.STAFF_MAY_SIGN_IN_WITHOUT_PASSKEY = True
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(person, secret)
    sign_in(client, person)
    client.post("/accounts/2fa/authenticate/", {"code": current_code(secret)})

    assert client.get("/admin/").status_code == 200


def test_even_the_setting_that_weakens_lets_no_password_in_alone(client, person, production):
    production.STAFF_MAY_SIGN_IN_WITHOUT_PASSKEY = True
    sign_in(client, person)

    assert client.get("/admin/").headers["Location"].startswith("/accounts/2fa/?")
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200


def test_a_local_site_without_a_name_says_where_passkeys_work(client, settings):
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]

    def links(host):
        page = client.get(LOGIN, headers={"host": host}).content.decode()
        return re.findall(r'href="(http[^"]*)"', page)

    assert links("127.0.0.1:8000") == ["http://localhost:8000/accounts/login/"]
    assert links("localhost:8000") == []


# The pages of passkeys and codes


@pytest.mark.parametrize("path", ["", "totp/activate/", "webauthn/", "webauthn/add/"])
def test_only_the_page_with_the_code_to_scan_shows_data_images(client, person, path):
    sign_in(client, person)

    response = client.get(f"/accounts/2fa/{path}")

    policy = response.headers["Content-Security-Policy"]
    assert response.status_code == 200
    assert ("data:" in policy) is (path == "totp/activate/")
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; ")
    assert "require-trusted-types-for 'script'; trusted-types 'none'" in policy


def test_the_last_passkey_cannot_be_removed(client, person):
    passkey = give_passkey(person)
    sign_in_with(client, person, "webauthn")

    page = client.post(f"/accounts/2fa/webauthn/keys/{passkey.pk}/remove/", follow=True)

    assert "This is your only passkey" in page.content.decode()
    assert Authenticator.objects.filter(pk=passkey.pk).exists()
