"""Parameters and forms of staff pages with hostile values: every answer is below 500."""

import os
from random import Random

import pytest
from django.forms import BaseForm
from django.urls import reverse

from tests.admin.test_every_staff_page import looked  # noqa: F401

pytestmark = pytest.mark.django_db

#: Another seed tries other values: HOSTILE_SEED=7 HOSTILE_TRIES=5000.
SEED, TRIES = (int(os.environ.get(f"HOSTILE_{name}", of)) for name, of in (("SEED", 3), ("TRIES", 150)))  # fmt: skip
PARAMETERS = [
    "q", "p", "page", "o", "all", "e", "_popup", "_to_field", "_changelist_filters", "ids", "with", "left", "right", "at", "day",
    "time", "path", "parent", "state", "assigned", "used", "app_label", "model_name", "field_name", "term", "id__in", "pk__gt",
    "id__exact", "parent__id__exact", "kind__exact", "is_active__exact", "is_superuser__exact", "groups__id__exact",
    "submitted_at__gte", "submitted_at__lt", "submitted_at__year", "submitted_at__month", "submitted_at__day", "trust__exact",
    "by", "record", "action", "since", "until", "word", "from", "to", "person", "kind", "next", "number", "edition",
]  # fmt: skip
VALUES = [
    "", "\x00", "a\x00b", "\ud800", "\U0001f4a9", "0", "-1", "9" * 30, "9" * 5000, str(2**63), "1e400", "NaN", "'", '"', "%", "\\", "*",
    "a" * 3000, "word " * 2000, "2026-02-30", "0001-01-01", "9999-12-31", "99999-01-01", "24:61", "{}", "[", "//evil.example",
    "1,2,x", ",".join(map(str, range(2000))), "-1.2.3", "id__in=1", "\r\n", "\x7f", "\u202e", "None", "True", "1.1", "_5F", "١",
    "AND OR NOT NEAR(", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "20260101T000000Z", "99990101T000000Z",
]  # fmt: skip


@pytest.fixture
def pages(admin_client, looked):  # noqa: F811
    return sorted(page for page in looked.statuses if "logout" not in page)


def asked(chance):
    pairs = [(chance.choice(PARAMETERS), chance.choice(VALUES)) for _ in range(chance.choice([1, 1, 2, 4]))]  # fmt: skip
    return {name: value.encode(errors="surrogatepass") for name, value in pairs}


def test_no_parameter_breaks_a_staff_page(admin_client, pages):
    chance = Random(SEED)
    admin_client.raise_request_exception = False
    lists = [page for page in pages if page.count("/") == 4 and page.startswith("/admin/")]
    for _ in range(TRIES):
        page, parameters = chance.choice(chance.choice([pages, lists])), asked(chance)
        status = admin_client.get(page, parameters).status_code
        assert status < 500, f"{page} {parameters!r:.300}"


def test_no_value_breaks_a_form(admin_client, pages):
    chance = Random(SEED)
    admin_client.raise_request_exception = False
    forms = [page for page in pages if page.endswith(("add/", "change/", "publish/", "close/", "move/"))]  # fmt: skip
    pages = [page for page in pages if "delete" not in page]
    for _ in range(TRIES // 2):
        page = chance.choice(chance.choice([pages, forms]))
        context = admin_client.get(page).context
        fields = [*_names_of(context), "_selected_action", "action", "index", "_continue"]
        sent = {name: chance.choice(VALUES).encode(errors="surrogatepass") for name in fields if chance.randrange(3)}  # fmt: skip
        status = admin_client.post(page, sent).status_code
        assert status < 500, f"{page} {sent!r:.1500}"


def _names_of(context):
    form = context and (context.get("form") or getattr(context.get("adminform"), "form", None))
    return [bound.html_name for bound in form] if isinstance(form, BaseForm) else []


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_no_value_breaks_the_sign_in(client, value):
    client.raise_request_exception = False
    sent = value.encode(errors="surrogatepass")
    for name in ("account_login", "mfa_login_webauthn", "mfa_authenticate", "admin:login"):
        address = reverse(name)
        for fields in ({"login": sent, "password": sent, "next": sent}, {"credential": sent, "code": sent}):  # fmt: skip
            assert client.post(address, fields).status_code < 500
        assert client.get(address, {"next": sent}).status_code < 500


@pytest.mark.parametrize("key", ["9999-12-31", "x", "9" * 30, "-1", "", "1.5", "٣"])
@pytest.mark.parametrize(
    ("page", "action"),
    [
        ("auth_user", "deactivate"),
        ("auth_user", "require_enrollment"),
        ("directorates_unit", "publish_selected"),
        ("directorates_office", "move_selected"),
        ("directorates_responsibility", "delete_selected"),
        ("directorates_surveyresponse", "delete_selected"),
    ],
)
def test_a_selected_key_that_is_none_breaks_no_action_of_a_list(admin_client, page, action, key):
    address = reverse(f"admin:{page}_changelist")
    response = admin_client.post(address, {"action": action, "_selected_action": [key]})
    assert response.status_code in (200, 302)
