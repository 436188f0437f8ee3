"""What administrators do to staff accounts."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from directorates.models import AuditEntry
from tests.admin.pages import words_of
from tests.factories import make_user

pytestmark = pytest.mark.django_db

LIST = "/admin/auth/user/"


def require_enrollment(client, *users):
    data = {"action": "require_enrollment", "_selected_action": [user.pk for user in users]}
    return client.post(LIST, data, follow=True)


@pytest.fixture
def person():
    """A member of staff with a passkey, recovery codes and two open sessions."""
    person = make_user(username="per")
    for type in ("webauthn", "recovery_codes"):
        Authenticator.objects.create(user=person, type=type, data={})
    return person


@pytest.fixture
def browsers(person):
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.force_login(person)
    return browsers


def test_requiring_enrollment_takes_everything_away_and_ends_the_sessions(
    admin_client, person, browsers
):
    page = require_enrollment(admin_client, person)

    assert "At the next sign-in per has to add a passkey." in words_of(page)
    assert not Authenticator.objects.exists()
    assert [browser.get("/admin/").status_code for browser in browsers] == [302, 302]
    entry = AuditEntry.objects.get(record_model="auth.user", record_pk=str(person.pk))
    assert (entry.done, entry.comment) == (
        "New enrollment required",
        "2 passkeys and codes removed, 2 sessions ended.",
    )


def test_requiring_enrollment_touches_no_other_account(admin_client, person):
    other = make_user()
    Authenticator.objects.create(user=other, type="webauthn", data={})
    browser = Client()
    browser.force_login(other)

    require_enrollment(admin_client, person)

    assert [kept.user for kept in Authenticator.objects.all()] == [other]
    assert browser.get("/admin/").status_code == 200


def test_whoever_requires_it_of_the_own_account_is_signed_out(admin_client, admin_user, person):
    page = require_enrollment(admin_client, admin_user, person)

    assert page.request["PATH_INFO"] == "/accounts/login/"
    assert "At the next sign-in admin has to add a passkey." in words_of(page)
    assert AuditEntry.objects.filter(by=admin_user).count() == 2


def test_whoever_may_not_change_accounts_cannot_require_enrollment(client, person):
    client.force_login(make_user(permissions=["view_user"]))

    require_enrollment(client, person)

    assert Authenticator.objects.count() == 2


def test_the_secrets_of_authenticators_stand_on_no_page(admin_client):
    for path in ("mfa/authenticator/", "account/emailaddress/"):
        assert admin_client.get(f"/admin/{path}").status_code == 404
