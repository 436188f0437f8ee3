"""The same form sent twice, in turn and at once, has one effect."""

import threading

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.utils import timezone

from directorates.actions.reviewing import reviewing
from directorates.models import ChangeSet, UnitEdition
from tests.admin.pages import form_data, shown_on, url, words_of
from tests.factories import changed, make_unit, make_user, published, published_agency

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _two_people(settings):
    settings.AUTHORS_MAY_APPROVE = False


@pytest.fixture
def person():
    return make_user(is_superuser=True)


@pytest.fixture
def drafts():
    published_agency()
    units = [make_unit(name="First"), make_unit(name="Second")]
    published(*units)
    return [changed(unit, name=f"{unit.name} renamed") for unit in units]


@pytest.fixture
def in_review(drafts):
    change_set = reviewing.create(title="Two", records=drafts, by=None, at=timezone.now())
    return reviewing.submit(change_set=change_set, by=None, at=timezone.now())


def send_one_after_the_other(user, address, data):
    client = Client()
    client.force_login(user)
    return [client.post(address, data, follow=True) for _ in range(2)]


def send_at_once(user, address, data):
    barrier = threading.Barrier(2)
    answers = []

    def send():
        client = Client()
        client.force_login(user)
        try:
            barrier.wait(timeout=20)
            answers.append(client.post(address, data, follow=True))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(answers) == 2, "a sending ended in an error"
    return answers


both_ways = pytest.mark.parametrize("send", [send_one_after_the_other, send_at_once])


@both_ways
def test_an_approval_sent_twice_is_made_once(person, in_review, send):
    client = Client()
    client.force_login(person)
    shown = shown_on(client.get(in_review.get_absolute_url()))
    data = shown | {"transition": "approve", "comment": ""}
    answers = send(person, url("changeset_transition", in_review.pk), data)
    assert [answer.status_code for answer in answers] == [200, 200]
    assert UnitEdition.objects.filter(change_set=in_review).count() == 2
    assert in_review.steps.filter(name="approve").count() == 1
    assert LogEntry.objects.filter(object_id=str(in_review.pk)).count() <= 1
    shown = " ".join(words_of(answer) for answer in answers)
    assert "the button was pressed twice" in shown


@both_ways
def test_a_publication_sent_twice_is_made_once(settings, person, drafts, send):
    settings.AUTHORS_MAY_APPROVE = True
    unit = drafts[0]
    data = {"when": "now", "on_day": "", "at_time": "00:00", "change_note": ""}
    answers = send(
        person, url("office_publish", unit.pk), data | {f"version-{unit.pk}": str(unit.version)}
    )
    assert [answer.status_code for answer in answers] == [200, 200]
    assert unit.editions.count() == 2
    assert ChangeSet.objects.count() == 1


@both_ways
def test_a_proposal_sent_twice_is_made_once(person, drafts, send):
    unit = drafts[0]
    data = {"when": "now", "on_day": "", "at_time": "00:00", "change_note": ""}
    send(person, url("office_publish", unit.pk), data | {f"version-{unit.pk}": str(unit.version)})
    assert ChangeSet.objects.count() == 1
    assert ChangeSet.objects.get().state == "in-review"


@both_ways
@pytest.mark.parametrize("is_empty", [False, True], ids=["with units", "empty"])
def test_a_form_for_a_change_set_sent_twice_makes_one(person, drafts, send, is_empty):
    client = Client()
    client.force_login(person)
    units = [] if is_empty else [str(unit.pk) for unit in drafts]
    data = form_data(client.get(url("changeset_add")), title="Two names", units=units)
    answers = send(person, url("changeset_add"), data)
    made = ChangeSet.objects.get()
    assert made.steps.filter(name="create").count() == 1
    assert made.units.count() == len(units)
    assert {answer.request["PATH_INFO"] for answer in answers} == {made.get_absolute_url()}


def test_two_forms_for_change_sets_make_two(person, drafts):
    client = Client()
    client.force_login(person)
    for _ in range(2):
        data = form_data(client.get(url("changeset_add")), title="The same title", units=[])
        client.post(url("changeset_add"), data)
    assert ChangeSet.objects.count() == 2


@pytest.mark.parametrize("number", ["", "nonsense", "\0"])
def test_a_form_without_a_number_is_no_error(person, drafts, number):
    client = Client()
    client.force_login(person)
    data = form_data(client.get(url("changeset_add")), title="A title", one_time_number=number)
    assert client.post(url("changeset_add"), data).status_code in (200, 302)
