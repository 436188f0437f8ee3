"""The pages that put several records into a change set: as they are, moved, or closed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directorates.actions.reviewing import reviewing
from directorates.models import ChangeSet, Unit
from tests.admin.pages import url, words_of
from tests.factories import (
    changed,
    make_directorate,
    make_unit,
    make_user,
    published,
    published_agency,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two_people(settings):
    settings.AUTHORS_MAY_APPROVE = False


@pytest.fixture
def writer(client):
    user = make_user(role="Editor")
    client.force_login(user)
    return user


@pytest.fixture
def agency():
    return published_agency()


@pytest.fixture
def home(agency):
    return published(make_directorate(name="Home"))


@pytest.fixture
def units(agency):
    made = [make_unit(name="First"), make_unit(name="Second")]
    published(*made)
    return made


def page(name, units):
    return url(f"office_{name}") + "?" + "&".join(f"ids={unit.pk}" for unit in units)


def open_set(writer, title="A new order"):
    return reviewing.create(title=title, by=writer, at=timezone.now())


def test_the_list_leads_to_the_page_with_what_was_selected(client, writer, units):
    data = {"action": "move_selected", "_selected_action": [unit.pk for unit in units]}
    answer = client.post(url("office_changelist"), data, follow=True)
    words = words_of(answer)
    assert "Move units" in words
    assert "First, part of Agency of Examples" in words


def test_units_are_moved_into_a_new_set(client, writer, units, home):
    answer = client.post(page("move", units), {"parent": home.pk, "title": "Two move"}, follow=True)
    change_set = ChangeSet.objects.get(title="Two move")
    assert set(change_set.units.all()) == set(units)
    assert answer.redirect_chain[-1][0] == change_set.get_absolute_url()
    assert "These move to “Home”: “First”, “Second”." in words_of(answer)


def test_units_are_moved_into_a_set_that_is_open(client, writer, units, home):
    change_set = open_set(writer)
    client.post(page("move", units), {"parent": home.pk, "change_set": change_set.pk})
    assert change_set.units.count() == 2
    assert ChangeSet.objects.count() == 1


def test_a_move_that_cannot_be_made_makes_no_set(client, writer, units):
    answer = client.post(page("move", units), {"parent": units[0].pk, "title": "In a circle"})
    assert "cannot move under" in words_of(answer)
    assert not ChangeSet.objects.exists()
    assert not Unit.objects.filter(has_unpublished_changes=True, name="Second").exists()


def test_the_same_move_sent_twice_has_one_effect(client, writer, units, home):
    change_set = open_set(writer)
    data = {"parent": home.pk, "change_set": change_set.pk}
    for _ in range(2):
        client.post(page("move", units), data)
    assert change_set.units.count() == 2
    assert Unit.objects.get(pk=units[0].pk).version == 2


def test_units_are_closed_into_a_set(client, writer, units, home):
    change_set = open_set(writer)
    client.post(
        page("close_selected", units), {"successors": [home.pk], "change_set": change_set.pk}
    )
    assert set(change_set.units.all()) == set(units)
    for unit in Unit.objects.filter(pk__in=[unit.pk for unit in units]):
        assert unit.is_closed
        assert list(unit.successors.all()) == [home]


def test_of_several_units_none_is_closed_into_itself(client, writer, units):
    answer = client.post(page("close_selected", units), {"successors": [units[0].pk], "title": "A"})
    assert "cannot be its own successor" in words_of(answer)
    assert not ChangeSet.objects.exists()


def test_drafts_are_put_into_a_set_that_is_open(client, writer, units):
    change_set = open_set(writer)
    drafts = [changed(unit, summary="Another.") for unit in units]
    client.post(page("into_set", drafts), {"change_set": change_set.pk})
    assert set(change_set.units.all()) == set(units)


def test_what_has_no_changes_is_not_put_into_a_set(client, writer, units):
    answer = client.post(page("into_set", units), {"title": "Nothing"})
    assert "has no unpublished changes" in words_of(answer)
    assert not ChangeSet.objects.exists()


def test_nobody_adds_to_a_set_that_is_in_review_or_anothers(client, units, agency):
    other = make_user()
    outside_assignment = open_set(other, "Foreign")
    writer = make_user(role="Editor", units=[agency])
    client.force_login(writer)
    drafts = [changed(unit, summary="Another.") for unit in units]
    client.post(page("into_set", drafts), {"change_set": outside_assignment.pk})
    assert not outside_assignment.units.exists()
    assert "Foreign" not in words_of(client.get(page("into_set", drafts)))


def test_a_unit_is_closed_together_with_other_changes(client, writer, units, home):
    change_set = open_set(writer)
    client.post(
        url("office_close", units[0].pk),
        {"when": "set", "successors": [home.pk], "change_set": change_set.pk},
    )
    assert list(change_set.units.all()) == [units[0]]
    assert Unit.objects.get(pk=units[0].pk).is_closed


def test_an_editor_who_closes_a_unit_submits_it(client, writer, units, home):
    client.post(url("office_close", units[0].pk), {"when": "now", "successors": [home.pk]})
    assert ChangeSet.objects.get().state == ChangeSet.State.IN_REVIEW


def test_the_pages_take_the_same_queries_for_two_units_and_for_many(client, writer, units, home):
    many = [make_unit() for _ in range(12)]
    published(*many)
    client.get(page("move", units))
    for name in ("move", "close_selected", "into_set"):
        counts = set()
        for selected in (units, many):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(page(name, selected)).status_code == 200
            counts.add(len(captured))
        assert len(counts) == 1, name
