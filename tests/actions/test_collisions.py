"""The database rolls back one of two people who save at the same moment."""

import re
import threading
from html import unescape

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.urls import reverse

from directorates.actions import locks
from directorates.actions.publishing import drafting
from directorates.models import AuditEntry, Unit
from tests.admin.pages import form_data, words_of
from tests.factories import NOON, make_agency, make_unit, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def a_collision(kind=psycopg.errors.DeadlockDetected):
    error = OperationalError("deadlock detected")
    error.__cause__ = kind()
    return error


class Colliding:
    """Replaces a function, and raises a collision at its end this many times."""

    def __init__(self, function, times, kind=psycopg.errors.DeadlockDetected):
        self.function, self.times, self.kind, self.calls = function, times, kind, 0

    def __call__(self, *args, **kwargs):
        result = self.function(*args, **kwargs)
        self.calls += 1
        if self.calls <= self.times:
            raise a_collision(self.kind)
        return result


@pytest.fixture
def collide(monkeypatch):
    def collide(times, **options):
        colliding = Colliding(drafting.note_draft, times, **options)
        monkeypatch.setattr(drafting, "note_draft", colliding)
        return colliding

    return collide


@pytest.fixture
def unit():
    make_agency()
    return Unit.objects.get(pk=make_unit(name="Before").pk)


def save(unit, name="After"):
    unit.name = name
    return drafting.save(record=unit, relations={}, by=None, at=NOON, expected_version=1)


@pytest.mark.parametrize(
    "kind", [psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure]
)
def test_an_action_is_tried_again_with_the_same_input(unit, collide, kind):
    entries = AuditEntry.objects.count()
    collide(1, kind=kind)
    saved = save(unit)
    assert (saved.version, Unit.objects.get(pk=unit.pk).version) == (2, 2)
    assert Unit.objects.get(pk=unit.pk).name == "After"
    assert AuditEntry.objects.count() == entries + 1


def test_a_new_record_is_made_once(unit, collide):
    collide(1)
    made = make_unit(name="Made once")
    assert Unit.objects.filter(name="Made once").get() == made
    assert (made.version, made._state.adding) == (1, False)


def test_an_action_is_tried_again_once(unit, collide):
    colliding = collide(9)
    with pytest.raises(OperationalError):
        save(unit)
    assert colliding.calls == 2
    assert Unit.objects.get(pk=unit.pk).version == 1


def test_what_is_no_collision_is_not_tried_again(unit, monkeypatch):
    calls = []

    def note_draft(**keywords):
        calls.append(keywords)
        raise IntegrityError("a fault")

    monkeypatch.setattr(drafting, "note_draft", note_draft)
    with pytest.raises(IntegrityError):
        save(unit)
    assert len(calls) == 1


def test_within_another_transaction_nothing_is_tried_again(unit, collide):
    colliding = collide(1)
    with pytest.raises(OperationalError), transaction.atomic():
        save(unit)
    assert colliding.calls == 1


def test_records_in_lists_and_relations_are_put_back(unit):
    other = Unit.objects.get(pk=make_unit().pk)
    seen = []

    @locks.atomic
    def spoil(*, records, versions):
        seen.append([(record.version, record.name) for record in (*records, *versions)])
        for record in (*records, *versions):
            record.version, record.name = 99, "Spoiled"
        if len(seen) == 1:
            raise a_collision()

    spoil(records=[unit], versions={other: 1})
    assert seen[0] == seen[1]


# In the admin


@pytest.fixture
def staff(client):
    user = make_user(is_superuser=True)
    client.force_login(user)
    return user


def send(client, unit, **changes):
    address = reverse("admin:directorates_office_change", args=[unit.pk])
    data = form_data(client.get(address), name='After “"<&', **changes)
    return address, data, client.post(address, data)


def test_a_form_is_sent_again_for_the_person(client, staff, unit, collide):
    colliding = collide(1)
    _, _, response = send(client, unit)
    assert (response.status_code, colliding.calls) == (302, 2)
    saved = Unit.objects.get(pk=unit.pk)
    assert (saved.name, saved.version) == ('After “"<&', 2)
    page = words_of(client.get(response["Location"]))
    assert page.count("is saved as a draft") == 1


def test_what_collides_again_is_answered_in_words_and_keeps_the_text(client, staff, unit, collide):
    colliding = collide(2)
    address, _, response = send(client, unit, body="<p>One\r\ntwo.</p>")
    assert (response.status_code, colliding.calls) == (409, 2)
    words = words_of(response)
    assert "Somebody else was saving at the same moment" in words
    assert "nothing of yours was saved" in words
    assert "database" not in words
    assert Unit.objects.get(pk=unit.pk).version == 1
    page = response.content.decode()
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
    again = {}
    for name, value in fields:
        again.setdefault(unescape(name), []).append(unescape(value))
    assert unescape(re.search(r'<form method="post" action="([^"]*)">', page)[1]) == address
    assert client.post(address, again).status_code == 302
    saved = Unit.objects.get(pk=unit.pk)
    assert (saved.name, saved.version) == ('After “"<&', 2)
    assert "two." in saved.body


def test_a_password_is_not_sent_back(client, staff, unit, monkeypatch):
    address = reverse("admin:auth_user_password_change", args=[staff.pk])
    monkeypatch.setattr(
        "directorates.actions.accounts.accounts.set_password", Colliding(lambda **keywords: None, 9)
    )
    password = "a long and secret phrase 17"
    data = {"password1": password, "password2": password, "usable_password": "true"}
    response = client.post(address, data)
    assert response.status_code == 409
    assert password not in response.content.decode()
    assert "except passwords" in words_of(response)


def test_outside_of_the_admin_a_collision_is_answered_in_the_same_words(client, monkeypatch):
    def collide(*args, **keywords):
        raise a_collision()

    client.raise_request_exception = False
    monkeypatch.setattr("directorates.queries.pages.overview.get", collide)
    response = client.get("/")
    assert response.status_code == 409
    assert "Somebody else was saving" in words_of(response)


# On a real database


def test_two_who_lock_in_opposite_orders_both_succeed():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one lock for all writers, so that there is no deadlock")
    make_agency()
    first, second = make_unit(name="First"), make_unit(name="Second")
    barrier, raised, tries = threading.Barrier(2), [], []

    @locks.atomic
    def cross(*units):
        tries.append(units)
        for unit in units:
            locks.records([unit])
            Unit.objects.filter(pk=unit.pk).update(summary="Crossed")
            # Each thread holds its first record before both ask for the second one.
            if unit is units[0] and len(tries) <= 2:
                barrier.wait(timeout=20)

    def run(*units):
        try:
            cross(*units)
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=u) for u in [(first, second), (second, first)]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert raised == []
    # The database may refuse both of them once.
    assert 3 <= len(tries) <= 4
