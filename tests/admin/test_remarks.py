"""Remarks on a change set's page."""

import pytest

from directorates.actions.reviewing import remarking, reviewing
from directorates.models import Remark
from tests.admin.pages import url, words_of
from tests.factories import (
    NOON,
    changed,
    make_unit,
    make_user,
    published,
    published_agency,
)


@pytest.fixture
def change_set(client, db):
    published_agency()
    author = make_user()
    drafts = [
        changed(published(make_unit(name=name)), phone="202-555-0100") for name in ("East", "West")
    ]
    client.force_login(make_user(first_name="Rita", last_name="Reviewer"))
    return reviewing.create(title="A set", records=drafts, by=author, at=NOON)


@pytest.fixture
def east(change_set):
    return change_set.units.get(name="East")


def post(client, change_set, **data):
    return client.post(url("changeset_remark", change_set.pk), data, follow=True)


def test_a_remark_at_a_field_stands_beside_the_record(client, change_set, east):
    page = post(
        client, change_set, record=f"unit-{east.pk}", field="phone", words="Is it the new one?"
    )

    first, second = page.context["publications"]
    [thread] = first.remarks.threads
    assert (thread.about, thread.remark.words) == ("Phone", "Is it the new one?")
    assert not second.remarks.threads
    words = words_of(page)
    assert "Rita Reviewer" in words
    assert "1 open remark" in words


def test_it_is_answered_and_ticked_off(client, change_set, east):
    post(client, change_set, record=f"unit-{east.pk}", words="Is it?")
    remark = Remark.objects.get()
    post(client, change_set, record="answer", words="It is.", answer=remark.pk)
    page = post(client, change_set, tick_off=remark.pk)
    [thread] = page.context["publications"][0].remarks.threads
    assert [answer.words for answer in thread.answers] == ["It is."]
    assert thread.done.startswith("Ticked off by Rita Reviewer")
    assert page.context["open_remarks"] == 0

    page = post(client, change_set, open=remark.pk)
    assert page.context["open_remarks"] == 1


def test_the_author_reads_first_what_is_open(client, change_set, east):
    remarking.remark(change_set=change_set, record=east, words="Is it?", by=make_user(), at=NOON)
    client.force_login(change_set.author)
    page = client.get(change_set.get_absolute_url())
    assert page.context["next_step"] == "Answer 1 remark, then submit it again."


def test_a_refused_remark_keeps_its_words(client, change_set, east):
    page = post(client, change_set, record=f"unit-{east.pk}", field="password", words="Hello?")
    assert "no such field" in words_of(page)
    assert page.context["publications"][0].remarks.typed == "Hello?"


@pytest.mark.parametrize(
    "data",
    [{"record": "unit-x", "words": "?"}, {"answer": "9" * 25, "words": "?"}, {"tick_off": "x"}, {}],
)
def test_what_is_not_there_takes_no_remark(client, change_set, data):
    page = post(client, change_set, **data)
    assert page.status_code == 200
    assert not Remark.objects.exists()


def test_a_reader_reads_remarks_and_writes_none(client, change_set, east):
    remarking.remark(change_set=change_set, record=east, words="Is it?", by=make_user(), at=NOON)
    client.force_login(make_user(permissions=["view_unit", "view_changeset"]))
    assert "Is it?" in words_of(client.get(change_set.get_absolute_url()))
    assert post(client, change_set, record=f"unit-{east.pk}", words="No.").status_code == 403


def test_the_badges_say_what_becomes_of_a_record(client, change_set, east):
    changed(east, name="Eastern Office")
    page = client.get(change_set.get_absolute_url())
    kinds = {str(one.record): one.kinds for one in page.context["publications"]}
    assert kinds == {"Eastern Office": ["Renamed"], "West": []}
