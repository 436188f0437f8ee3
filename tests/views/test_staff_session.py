"""When the session of a member of staff ends."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.sessions.models import Session

from directorates import middleware
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

    assert not Session.objects.exists()


def test_a_session_outlives_a_change_of_the_key_while_the_old_one_is_a_fallback(
    client, person, settings
):
    sign_in(client, person)
    old = settings.SECRET_KEY

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key for one test run", [old]
    assert client.get("/admin/").status_code == 200
    # It was signed anew meanwhile, so that the old key can be forgotten.
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get("/admin/").status_code == 200


def test_a_session_ends_with_a_key_that_is_no_fallback(client, person, settings):
    sign_in(client, person)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key for one test run", []
    assert client.get("/admin/").status_code == 302
