"""Who else has a form open, without a lock."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from directorates.actions import presence
from directorates.models import FormPresence
from directorates.queries.staff.presence import HEARD_WITHIN, find_others
from tests.admin.pages import url
from tests.factories import changed, make_unit, make_user, published, published_agency

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    published_agency()
    return published(make_unit())


def as_person(**fields):
    person = make_user(is_superuser=True, **fields)
    client = Client()
    client.force_login(person)
    return person, client


def ask(client, unit, **data):
    return client.post(url("office_presence", unit.pk), {"version": unit.version} | data).json()


def test_two_people_at_a_form_hear_of_each_other(unit):
    (_, ann), (_, ben) = as_person(username="ann"), as_person(username="ben")

    assert ask(ann, unit) == {"others": [], "saved": None}
    [other] = ask(ben, unit)["others"]

    assert other["name"] == "ann"
    assert [one["name"] for one in ask(ann, unit)["others"]] == ["ben"]


def test_who_leaves_is_gone_at_once(unit):
    (_, ann), (_, ben) = as_person(username="ann"), as_person(username="ben")
    ask(ann, unit)
    ask(ann, unit, leaves="yes")
    assert ask(ben, unit)["others"] == []


def test_who_saved_meanwhile_is_named_with_the_time(unit):
    (ben, _), (_, ann) = as_person(username="ben"), as_person(username="ann")
    before = unit.version
    unit = changed(unit, by=ben, summary="Other words.", at=timezone.now())

    saved = ann.post(url("office_presence", unit.pk), {"version": before}).json()["saved"]

    assert saved["name"] == "ben"
    assert saved["at"].endswith(("AM", "PM"))
    assert ask(ann, unit)["saved"] is None


def test_a_form_is_the_same_under_every_address_of_its_record(unit):
    (_, ann), (_, ben) = as_person(username="ann"), as_person(username="ben")
    ask(ann, unit)
    found = ben.post(url("unit_presence", unit.pk), {"version": "1"}).json()
    assert [one["name"] for one in found["others"]] == ["ann"]


def test_rows_end_by_themselves(unit):
    ann, ben = make_user(username="ann"), make_user(username="ben")
    now = timezone.now()
    presence.note(record=unit, person=ann, at=now)
    later = now + HEARD_WITHIN + timedelta(seconds=1)

    assert find_others(unit, person=ben, at=later) == []
    presence.note(record=unit, person=ben, at=later)
    assert [row.user for row in FormPresence.objects.all()] == [ben]


def test_the_time_is_that_of_the_opening(unit):
    ann, ben = make_user(username="ann"), make_user(username="ben")
    now = timezone.now()
    for seconds in (0, 6, 12):
        presence.note(record=unit, person=ann, at=now + timedelta(seconds=seconds))
    [found] = find_others(unit, person=ben, at=now + timedelta(seconds=20))
    assert found.since == now


def test_a_form_that_is_only_open_does_not_prolong_the_session(unit):
    _, ann = as_person(username="ann")
    ann.get(url("office_change", unit.pk))
    seen_at = ann.session["staff_seen_at"]
    session = ann.session
    session["staff_seen_at"] = seen_at - 600
    session.save()

    ask(ann, unit)

    assert ann.session["staff_seen_at"] == seen_at - 600
    ann.get(url("office_change", unit.pk))
    assert ann.session["staff_seen_at"] > seen_at - 600
