"""The link of an invitation, on a site with a production server's rules."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.utils import timezone

from directorates.actions.accounts import inviting
from directorates.models import AuditEntry, StaffSession
from directorates.queries.staff import invitations
from tests.factories import make_user
from tests.views.test_signin import ADD_PASSKEY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _production(settings):
    settings.LOCAL = False
    settings.STAFF_MAY_SIGN_IN_WITHOUT_PASSKEY = False


def invited(ago=timedelta(0)):
    at = timezone.now() - ago
    user = inviting.invite(
        name="Ada Lovelace", email="ada@example.gov", role=None, units=[], by=None, at=at
    )
    return user, f"/accounts/invitation/{invitations.of_user(user, at=at).token}/"


def test_the_link_leads_to_the_passkey(client):
    user, link = invited()
    page = client.get(link)
    assert "Welcome, Ada Lovelace" in page.content.decode()
    response = client.post(link)
    assert response.headers["Location"] == ADD_PASSKEY
    assert client.get(ADD_PASSKEY).status_code == 200
    assert AuditEntry.objects.filter(by=user, action="sign-in").exists()


def test_at_a_local_ip_address_the_link_leads_on_to_where_passkeys_work(client, settings):
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
    _, link = invited()

    def page(host):
        return client.get(link, headers={"host": host}).content.decode()

    by_number, by_name = page("127.0.0.1:8123"), page("localhost:8123")
    assert f'href="http://localhost:8123{link}"' in by_number
    assert "Continue to the passkey" not in by_number
    assert "Continue to the passkey" in by_name


def test_opening_the_link_changes_nothing(client):
    _, link = invited()
    client.get(link)
    client.head(link)
    assert not StaffSession.objects.exists()


def test_the_link_opens_no_other_page_before_the_passkey(client, settings):
    _, link = invited()
    client.post(link)
    for setting in (False, True):
        settings.STAFF_MAY_SIGN_IN_WITHOUT_PASSKEY = setting
        for path in ("/admin/", "/accounts/2fa/", "/accounts/2fa/totp/activate/"):
            assert client.get(path).headers["Location"].startswith(ADD_PASSKEY), path


def test_a_session_of_an_invitation_adds_no_passkey_after_its_time(client):
    user, link = invited()
    client.post(link)
    user.enrollment.opened_at -= timedelta(hours=80)
    user.enrollment.save()
    assert client.get(ADD_PASSKEY).headers["Location"].startswith("/accounts/too-late/")


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_ended_opens_nothing_and_says_why(client, method):
    user, link = invited(ago=timedelta(hours=80))
    response = getattr(client, method)(link)
    assert response.status_code == 410
    assert b"Ask your administrators for a new link" in response.content
    inviting.renew(user=user, by=None, at=timezone.now())
    assert getattr(client, method)(link).status_code == 404
    assert "_auth_user_id" not in client.session


def test_a_link_opens_nothing_once_there_is_a_passkey(client):
    user, link = invited()
    Authenticator.objects.create(user=user, type="webauthn", data={})
    response = client.post(link)
    assert response.status_code == 410
    assert b"has a passkey already" in response.content
    assert "_auth_user_id" not in client.session


def test_a_closed_account_is_opened_by_no_link(client):
    user, link = invited()
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.post(link).status_code == 410


def test_somebody_else_who_is_signed_in_is_told_and_signed_out(client):
    _, link = invited()
    client.force_login(make_user(username="boss"))
    assert b"You are signed in as boss here" in client.get(link).content
    client.post(link)
    assert User.objects.get(pk=client.session["_auth_user_id"]).username == "ada"


def test_no_line_of_the_log_has_the_link(client, caplog):
    _, link = invited()
    with caplog.at_level("INFO"):
        client.get(link)
        client.post(f"{link[:-3]}x/")
    assert link.split("/")[3] not in caplog.text
