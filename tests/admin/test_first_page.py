"""The first page: the tree, what waits, and the sentences for the first day. The help page and the calendar."""

import pytest
from django.utils import timezone

from directorates.admin import first_page
from tests.admin.pages import words_of
from tests.factories import (
    DAY,
    changed,
    make_directorate,
    make_unit,
    make_user,
    published,
    published_agency,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return published_agency()


def test_each_unit_leads_to_its_form_and_to_add_below(client, editor, agency):
    unit = published(make_directorate(name="North", parent=agency))
    page = client.get("/admin/").content.decode()
    assert f'href="/admin/directorates/directorate/{unit.pk}/change/"' in page
    assert f'href="/admin/directorates/office/add/?parent={unit.pk}"' in page
    assert f'href="/admin/directorates/directorate/add/?parent={agency.pk}"' in page


def test_the_form_that_adds_below_has_its_place(client, editor, agency):
    unit = published(make_directorate(name="North", parent=agency))
    form = client.get(f"/admin/directorates/office/add/?parent={unit.pk}").context["adminform"].form
    assert str(form["parent"].value()) == str(unit.pk)


def test_an_editor_adds_only_below_own_units(client, agency):
    own, other = (published(make_directorate(parent=agency)) for _ in range(2))
    client.force_login(make_user(role="Editor", units=[own]))
    page = client.get("/admin/").content.decode()
    assert f"?parent={own.pk}" in page
    assert f"?parent={other.pk}" not in page
    assert "and all units below; the others you can read." in words_of(client.get("/admin/"))


def test_the_first_day_says_in_three_sentences_what_one_can_do(client, agency):
    client.force_login(make_user(role="Editor", units=[agency]))
    words = words_of(client.get("/admin/"))
    for sentence in ("Choose a unit in the list.", "Write and save.", "Submit it for review."):
        assert sentence in words
    assert "Nothing waits for you." in words


def test_the_state_of_a_unit_is_in_the_description_of_its_link(client, editor, agency):
    unit = changed(published(make_unit(name="Tides")), summary="Another sentence.", by=editor)
    page = client.get("/admin/").content.decode()
    assert f'aria-describedby="state-{unit.pk}"' in page
    assert "Draft by" in page.partition(f'id="state-{unit.pk}"')[2][:600]


def test_the_tree_alone_is_filtered_by_words_and_by_state(client, editor, agency):
    published(make_unit(name="Tides"))
    changed(published(make_unit(name="Winds")), name="Storms")
    words = words_of(client.get("/admin/tree/", {"q": "tide"}))
    assert "1 unit found." in words and "Tides" in words and "Storms" not in words
    words = words_of(client.get("/admin/tree/", {"state": "draft"}))
    assert "1 unit found." in words and "Storms" in words and "Tides" not in words
    assert "No unit is like this." in words_of(client.get("/admin/tree/", {"q": "zzz\0"}))


def test_a_large_branch_is_read_when_it_is_opened(client, editor, agency, monkeypatch):
    monkeypatch.setattr(first_page, "MOST_NODES", 3)
    unit = published(make_directorate(name="North", parent=agency))
    for number in range(4):
        published(make_unit(name=f"Office {number} of the North", parent=unit))
    words = words_of(client.get("/admin/"))
    assert "4 units below North" in words and "Office 3 of the North" not in words
    monkeypatch.setattr(first_page, "MOST_NODES", 10)
    assert "Office 3 of the North" in words_of(client.get("/admin/tree/", {"below": unit.pk}))


@pytest.mark.parametrize(
    "query",
    [{"below": "x"}, {"below": "9" * 30}, {"below": "0"}, {"state": "odd"}, {"q": "x" * 9_999}],
)
def test_odd_addresses_of_the_tree_are_answered(client, editor, agency, query):
    assert client.get("/admin/", query).status_code == 200


def test_who_may_see_no_drafts_has_no_tree(client, agency):
    client.force_login(make_user(permissions=[]))
    assert client.get("/admin/tree/").status_code == 403
    assert "may not read the drafts" in words_of(client.get("/admin/"))


def test_the_menu_has_groups_and_says_where_one_is(client, editor, agency):
    page = client.get("/admin/directorates/office/").content.decode()
    assert 'href="/admin/directorates/office/" aria-current="page"' in page
    names = [group.name for group in client.get("/admin/").context["navigation"]]
    assert names == ["Record", "Changes", "Site", "Staff"]


def test_the_help_page_explains_each_kind_of_work(client, agency):
    client.force_login(make_user(permissions=[]))
    words = words_of(client.get("/admin/help/"))
    for work in ("Write", "Publish", "Schedule", "Reorganize", "Correct", "Restore"):
        assert work in words


def test_the_calendar_shows_the_months_and_marks_the_days(client, editor, agency):
    at = timezone.now()
    published(changed(agency, name="Later"), at=at, effective_from=at + 40 * DAY)
    page = client.get("/admin/calendar/")
    assert "1 change, approved" in page.content.decode()
    assert [len(month.entries) for month in page.context["months"]][-1] == 1
    assert "(today)" in words_of(page)


@pytest.mark.parametrize(
    "since", ["", "2026", "2026-13", "9999-12", "0001-01", "x" * 50, "2026-1-"]
)
def test_odd_months_are_answered(client, editor, agency, since):
    assert client.get("/admin/calendar/", {"since": since, "state": "odd"}).status_code == 200
