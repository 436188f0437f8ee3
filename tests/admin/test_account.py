"""Administrators' work on staff accounts."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directorates.actions.accounts import accounts
from directorates.admin.accounts.account import StaffUserAdmin
from directorates.models import AuditEntry, StaffSession
from tests.admin.pages import form_data, words_of
from tests.factories import make_agency, make_user
from tests.html_forms import read_forms

pytestmark = pytest.mark.django_db

LIST = "/admin/auth/user/"


def require_enrollment(client, *users):
    data = {"action": "require_enrollment", "_selected_action": [user.pk for user in users]}
    return client.post(LIST, data, follow=True)


@pytest.fixture
def person():
    """A person with a passkey, recovery codes and two open sessions."""
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
    make_user(is_superuser=True)

    page = require_enrollment(admin_client, admin_user, person)

    assert page.request["PATH_INFO"] == "/accounts/login/"
    assert "At the next sign-in admin has to add a passkey." in words_of(page)
    assert AuditEntry.objects.filter(by=admin_user).count() == 2


def test_whoever_may_not_change_accounts_cannot_require_enrollment(client, person):
    client.force_login(make_user(permissions=["view_user"]))

    require_enrollment(client, person)

    assert Authenticator.objects.count() == 2


def opened(client, person, *units):
    """Return the data that a browser posts from a person's form, with these units in its table."""
    data = form_data(client.get(f"{LIST}{person.pk}/change/"))
    data |= {f"unit_assignments-{row}-unit": str(unit.pk) for row, unit in enumerate(units)}
    return data | {
        "unit_assignments-TOTAL_FORMS": str(len(units)),
        "unit_assignments-INITIAL_FORMS": "0",
    }


def close(client, person):
    data = opened(client, person)
    data.pop("is_active")
    return client.post(f"{LIST}{person.pk}/change/", data)


def test_units_are_assigned_on_the_form_of_a_person(admin_client, person):
    unit = make_agency()

    response = admin_client.post(f"{LIST}{person.pk}/change/", opened(admin_client, person, unit))

    assert response.status_code == 302
    assert [row.unit for row in person.unit_assignments.all()] == [unit]


def test_closing_an_account_ends_its_sessions_for_good(admin_client, person, browsers):
    assert close(admin_client, person).status_code == 302

    person.refresh_from_db()
    assert not person.is_active
    assert StaffSession.objects.count() == 1, "the administrator's own"
    person.is_active = True
    person.save()
    assert [browser.get("/admin/").status_code for browser in browsers] == [302, 302]


def test_the_list_tells_who_has_a_passkey_and_who_may_still_add_one(admin_client, person):
    new, late = make_user(username="new"), make_user(username="late")
    User.objects.filter(pk=late.pk).update(date_joined=timezone.now() - timedelta(days=9))

    rows = admin_client.get(LIST).context["cl"].result_list
    states = {row.username: StaffUserAdmin.passkey(None, row).partition(" on ")[0] for row in rows}

    assert states["per"] == "Yes"
    assert states["new"].startswith("None yet: may add one until ")
    assert states["late"] == "None: the time to add one ran out"
    assert "may add one until" in words_of(admin_client.get(f"{LIST}{new.pk}/change/"))


def test_requiring_enrollment_opens_the_time_for_a_passkey(admin_client, admin_user, person):
    User.objects.filter(pk=person.pk).update(date_joined=timezone.now() - timedelta(days=9))

    require_enrollment(admin_client, person)

    assert person.enrollment.opened_by == admin_user
    assert "may add one until" in words_of(admin_client.get(f"{LIST}{person.pk}/change/"))


def test_nobody_types_the_day_on_which_an_account_was_made(admin_client, person):
    form = admin_client.get(f"{LIST}{person.pk}/change/").context["adminform"].form

    assert not {"date_joined", "last_login"} & set(form.fields)


def test_the_list_takes_the_same_queries_for_few_and_for_many(
    admin_client, django_assert_num_queries
):
    admin_client.get(LIST)
    with CaptureQueriesContext(connection) as few:
        admin_client.get(LIST)
    for _ in range(20):
        make_user()
    with django_assert_num_queries(len(few)):
        admin_client.get(LIST)


def test_the_secrets_of_authenticators_stand_on_no_page(admin_client):
    for path in ("mfa/authenticator/", "account/emailaddress/"):
        assert admin_client.get(f"/admin/{path}").status_code == 404


# Accounts that cannot be deleted are deactivated


@pytest.fixture
def known():
    """A person whom the audit trail names."""
    user = make_user(username="per")
    accounts.note_sign_in(user=user, at=timezone.now())
    return user


def test_who_cannot_be_deleted_can_be_deactivated_instead(admin_client, known):
    browser = Client()
    browser.force_login(known)
    address = f"{LIST}{known.pk}/delete/"
    page = admin_client.get(address)
    words = words_of(page)
    assert "“per” cannot be deleted" in words
    assert "audit entr" not in words.lower(), "no list of what the record has"
    [form] = [
        form
        for form in read_forms(page.content.decode(), address)
        if form.data().get("action") == ["deactivate"]
    ]

    page = admin_client.post(form.address, form.data(), follow=True)

    assert "“per” can no longer sign in." in words_of(page)
    known.refresh_from_db()
    assert not known.is_active
    assert browser.get("/admin/").status_code == 302
    assert AuditEntry.objects.filter(record_pk=str(known.pk), action="deactivate").exists()


def test_who_is_inactive_already_is_said_to_be(admin_client, known):
    User.objects.filter(pk=known.pk).update(is_active=False)
    words = words_of(admin_client.get(f"{LIST}{known.pk}/delete/"))
    assert "The account is inactive already" in words


def test_a_list_with_somebody_who_cannot_be_deleted_is_deactivated_instead(admin_client, known):
    unknown = make_user(username="unknown")
    data = {"action": "delete_selected", "_selected_action": [known.pk, unknown.pk]}
    page = admin_client.post(LIST, data)
    words = words_of(page)
    assert "cannot be deleted together" in words
    assert "per" in words
    form = read_forms(page.content.decode(), LIST)[-1]
    admin_client.post(form.address, form.data())
    assert not User.objects.filter(pk__in=[known.pk, unknown.pk], is_active=True).exists()


def test_who_did_nothing_is_deleted_as_before(admin_client):
    unknown = make_user(username="unknown")
    assert "Are you sure" in words_of(admin_client.get(f"{LIST}{unknown.pk}/delete/"))
    admin_client.post(f"{LIST}{unknown.pk}/delete/", {"post": "yes"})
    assert not User.objects.filter(pk=unknown.pk).exists()


def test_the_last_manager_is_not_deactivated(admin_client, admin_user):
    User.objects.exclude(pk=admin_user.pk).delete()
    data = {"action": "deactivate", "_selected_action": [admin_user.pk]}
    words = words_of(admin_client.post(LIST, data, follow=True))
    admin_user.refresh_from_db()
    assert admin_user.is_active
    # A message begins with a capital, and a user's name can begin with a small letter.
    assert f"“{admin_user}”: Nothing was saved" in words
