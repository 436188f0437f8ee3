"""Requests of strangers leave no row, only counts that expire."""

import json
import re
from itertools import product

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import get_resolver

from directorates.accounts import passkeys
from directorates.models import StaffSession
from tests.factories import make_user, set_survey
from tests.sample import load_sample

pytestmark = pytest.mark.django_db

PASSKEY = "/accounts/2fa/webauthn/login/"
AS_SCRIPT = {"X-Requested-With": "XMLHttpRequest", "Accept": "application/json"}
WITH_COOKIES = {"Cookie": "sessionid=0123456789abcdefghijklmnopqrstuv; csrftoken=x; messages=x"}
METHODS = ["get", "head", "post", "put", "patch", "delete", "options", "trace"]

#: Cache entries that requests may leave: counts of attempts that expire.
COUNTS = ("flood:", "allauth:rl:", "sign-in-refused:", "allauth:login_failed")

SAMPLES = {"int": "1", "slug": "ero", "str": "x", "path": "x/", "instant": "2026-03-02T12:00Z"}


@pytest.fixture
def counted_in_a_table(settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "shared_cache",
        }
    }
    call_command("createcachetable")


def addresses(resolver=None, before="/"):
    """Yield one address of each pattern of the URL configuration."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = str(pattern.pattern)
        if route.startswith("^") or "(?P" in route:
            route = "unknown/"
        route = re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES[found[1] or "str"], route)
        if hasattr(pattern, "url_patterns"):
            yield from addresses(pattern, before + route)
        else:
            yield before + route


def tables():
    """Return {table: number of rows} of every table but the cache's."""
    models = apps.get_models(include_auto_created=True)
    names = {model._meta.db_table for model in models if not model._meta.proxy}
    with connection.cursor() as cursor:
        counts = {}
        for name in sorted(names):
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(name)}")
            counts[name] = cursor.fetchone()[0]
    return counts


def keys_of_cache():
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM shared_cache")
        return [key.split(":", 2)[2] for (key,) in cursor.fetchall()]


def test_no_anonymous_request_leaves_a_row(counted_in_a_table):
    load_sample()
    set_survey()
    before, left = tables(), set()
    asked = sorted(set(addresses()))
    assert len(asked) > 100
    for address, method in product(asked, METHODS):
        for headers in ({}, AS_SCRIPT, WITH_COOKIES) if method in ("get", "post") else ({},):
            client = Client(raise_request_exception=False)
            response = getattr(client, method)(address, headers=headers)
            assert response.status_code < 500, f"{method} {address}"
            after = tables()
            left |= {(method, address, name) for name in after if after[name] != before[name]}
            before = after
    assert left == set()
    unknown = [key for key in keys_of_cache() if not key.startswith(COUNTS)]
    assert unknown == []


# The sign-in with a passkey


def ask(client, **headers):
    return client.get(PASSKEY, headers=AS_SCRIPT | headers)


def test_a_question_to_a_passkey_is_kept_by_the_browser_alone(client):
    response = ask(client)

    options = response.json()["request_options"]["publicKey"]
    assert options["userVerification"] == "required"
    assert not StaffSession.objects.exists()
    cookie = response.cookies["passkey_question"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (PASSKEY, True, "Strict")
    assert "sessionid" not in response.cookies
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    "credential",
    [
        "", "null", "[]", "{}", "7", '"x"', '{"response": null}', '{"response": {"userHandle": 1}}',
        '{"response": {"userHandle": "MQ"}}',
        json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "clientExtensionResults": {},
                    "response": {"clientDataJSON": "AA", "authenticatorData": "AA",
                                 "signature": "AA", "userHandle": "MQ"}}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("has_question", [True, False])
def test_a_wrong_answer_leaves_no_session(client, credential, has_question):
    make_user(is_superuser=True)
    if has_question:
        ask(client)

    response = client.post(PASSKEY, {"credential": credential})

    assert response.status_code == 302
    assert not StaffSession.objects.exists()


def test_a_question_of_somebody_elses_making_is_none(client):
    client.cookies["passkey_question"] = "eyJjaGFsbGVuZ2UiOiJ4In0:1abcde:forged"

    assert client.post(PASSKEY, {"credential": "{}"}).status_code == 302
    assert not StaffSession.objects.exists()


def test_an_answer_signs_in_once(rf, monkeypatch):
    """The cookie can be sent again, but its question works only once."""
    view = passkeys.SignInView()
    view.setup(rf.post(PASSKEY))
    view.question = {"challenge": "asked", "user_verification": "required"}
    monkeypatch.setattr(passkeys.LoginWebAuthnView, "form_valid", lambda self, form: "signed in")
    monkeypatch.setattr(passkeys.LoginWebAuthnView, "form_invalid", lambda self, form: "refused")

    assert [view.form_valid(None) for _ in range(2)] == ["signed in", "refused"]


def test_questions_to_passkeys_are_limited_by_address(client, counted_in_a_table, settings):
    settings.TRUSTED_PROXY_COUNT = 1
    answers = [ask(client, **{"X-Forwarded-For": "192.0.2.1"}).status_code for _ in range(61)]

    assert (answers.count(200), answers.count(429)) == (60, 1)
    assert ask(client, **{"X-Forwarded-For": "192.0.2.2"}).status_code == 200
