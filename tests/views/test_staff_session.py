"""The end of a staff session."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client

from directorates import middleware
from directorates.models import StaffSession
from tests.factories import make_user
from tests.views.test_signin import LOGIN, PASSWORD, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make_user(is_superuser=True, password=PASSWORD)


def later(monkeypatch, **span):
    """Let time pass for the limits of sessions."""
    now = middleware.time.time() + timedelta(**span).total_seconds()
    monkeypatch.setattr(middleware, "time", SimpleNamespace(time=lambda: now))


def test_an_idle_session_ends(client, person, monkeypatch):
    sign_in(client, person)

    later(monkeypatch, minutes=61)

    assert client.get("/admin/").headers["Location"].startswith("/admin/login/")
    assert b"Your session has ended" in client.get(LOGIN).content


def test_a_session_in_use_goes_on(client, person, monkeypatch):
    sign_in(client, person)

    for _ in range(5):
        later(monkeypatch, minutes=59)
        assert client.get("/admin/").status_code == 200


def test_a_session_in_use_ends_after_twelve_hours(client, person, monkeypatch):
    sign_in(client, person)
    for _ in range(12):
        later(monkeypatch, minutes=59)
        assert client.get("/admin/").status_code == 200

    later(monkeypatch, minutes=59)

    assert client.get("/admin/").status_code == 302


def test_a_changed_password_ends_the_other_sessions(client, person):
    sign_in(client, person)

    person.set_password("another long word")
    person.save()

    assert client.get("/admin/").status_code == 302


def test_a_closed_account_is_out_at_once_and_stays_out(client, person):
    sign_in(client, person)

    person.is_active = False
    person.save()

    assert client.get("/admin/").status_code == 302
    assert sign_in(client, person).headers["Location"] == "/accounts/inactive/"
    assert b"closed" in client.get("/accounts/inactive/").content
    assert client.get("/admin/").status_code == 302


def test_signing_out_deletes_the_session(client, person):
    sign_in(client, person)

    client.post("/accounts/logout/")

    assert not StaffSession.objects.exists()


# Forms sent after the end

FORM = "/admin/directorates/office/7/change/"
KEPT = {"autosave_number": "0123456789abcdef" * 2}


@pytest.mark.parametrize(
    ("fields", "words"), [(KEPT, b"is kept on this device"), ({}, b"What you sent was not saved.")]
)
def test_a_form_sent_after_the_end_leads_through_the_sign_in_back_to_it(
    client, person, monkeypatch, fields, words
):
    sign_in(client, person)
    later(monkeypatch, minutes=61)

    response = client.post(FORM, fields, follow=True)

    assert b"Your session has ended" in response.content
    assert words in response.content
    assert response.redirect_chain[-1][0] == f"{LOGIN}?next={FORM.replace('/', '%2F')}"


def test_a_form_sent_by_whoever_was_signed_out_elsewhere_leads_back_to_it(client, person):
    sign_in(client, person)
    StaffSession.objects.all().delete()

    response = client.post(
        "/admin/directorates/changeset/7/transition/",
        headers={"referer": "http://testserver/admin/directorates/changeset/7/change/"},
        follow=True,
    )

    assert "next=%2Fadmin%2Fdirectorates%2Fchangeset%2F7%2Fchange" in response.redirect_chain[-1][0]


def test_a_page_asked_for_after_the_end_says_nothing_of_a_form(client, person, monkeypatch):
    sign_in(client, person)
    later(monkeypatch, minutes=61)

    page = client.get("/admin/", follow=True).content

    assert b"Your session has ended" in page
    assert b"What you" not in page


# Forms with an old token


@pytest.fixture
def strict_client():
    return Client(enforce_csrf_checks=True)


@pytest.mark.parametrize(
    ("fields", "words"), [(KEPT, b"is kept on this device"), ({}, b"go back in your browser")]
)
def test_a_form_with_an_old_token_is_not_saved_and_leads_back(strict_client, person, fields, words):
    strict_client.force_login(person)

    response = strict_client.post(FORM, fields)

    assert response.status_code == 403
    assert b"Nothing was saved" in response.content
    assert words in response.content
    assert f'href="{FORM}"'.encode() in response.content


def test_an_old_sign_in_page_leads_to_a_new_one(strict_client):
    response = strict_client.post(LOGIN, {"login": "somebody"})

    assert response.status_code == 403
    assert b'href="/admin/"' in response.content
    assert b"is kept on this device" not in response.content


def test_a_visitor_who_sends_without_a_token_meets_a_plain_page(strict_client):
    response = strict_client.post("/")

    assert response.status_code == 403
    assert b"Open that page again" in response.content
    assert b"for staff" not in response.content


def test_a_session_outlives_a_change_of_the_key_while_the_old_one_is_a_fallback(
    client, person, settings
):
    sign_in(client, person)
    old = settings.SECRET_KEY

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key for one test run", [old]
    assert client.get("/admin/").status_code == 200
    # The session has a new signature, so the old key can be removed.
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get("/admin/").status_code == 200


def test_a_session_ends_with_a_key_that_is_no_fallback(client, person, settings):
    sign_in(client, person)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key for one test run", []
    assert client.get("/admin/").status_code == 302
