"""Sessions that name their account."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from directorates.actions.accounts import accounts
from directorates.models import StaffSession
from directorates.models.staff.staff_session import SessionStore
from directorates.queries.staff import sign_in
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    people = [make_user() for _ in range(3)]
    for person in people:
        for _ in range(2):
            Client().force_login(person)
    return people


def test_a_session_names_the_account_that_is_signed_in(people):
    assert {row.user for row in StaffSession.objects.all()} == set(people)


def test_a_session_before_the_sign_in_names_none():
    store = SessionStore()
    store["kept"] = "something"
    store.create()

    assert StaffSession.objects.get().user is None


def test_ending_sessions_and_finding_them_reads_no_others(people, django_assert_num_queries):
    person = people[0]
    with django_assert_num_queries(1):
        assert len(sign_in.find_sessions(person, at=timezone.now())) == 2
    kept = person.staff_sessions.first().session_key
    with django_assert_num_queries(1):
        assert accounts.end_sessions(user=person, but_for=kept) == 1
    with django_assert_num_queries(1):
        assert accounts.end_sessions(user=person) == 1
    assert StaffSession.objects.count() == 4


def test_a_session_ends_with_its_account(people):
    people[0].delete()

    assert StaffSession.objects.count() == 4


def test_a_sign_in_while_the_account_is_deleted_opens_nothing(client):
    person = make_user(is_superuser=True)
    client.force_login(person)
    key = client.session.session_key
    data = client.session._session
    person.delete()
    store = SessionStore(key)
    store._session_cache = data

    store.save(must_create=True)

    assert client.get("/admin/").status_code == 302


def test_what_has_ended_is_deleted(people):
    ended = timezone.now() - timedelta(minutes=1)
    StaffSession.objects.filter(user=people[0]).update(expire_date=ended)

    call_command("clearsessions")

    assert StaffSession.objects.count() == 4
