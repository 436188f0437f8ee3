"""The staff pages on which records are reviewed, and those that say what is due."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from directorates.actions import upkeep
from directorates.admin.records import due_rows
from directorates.models import RecordReview, SiteSettings
from directorates.rules.local_time import day_of
from tests.admin.pages import url, words_of
from tests.factories import (
    changed,
    make_agency,
    make_directorate,
    make_figure,
    make_unit,
    make_user,
    published,
)

pytestmark = pytest.mark.django_db

NOTE = "Compared with the order of the day."


@pytest.fixture
def long_ago():
    return timezone.now() - timedelta(days=420)


@pytest.fixture
def agency(long_ago):
    return published(make_agency(at=long_ago), at=long_ago)


@pytest.fixture
def north(agency, long_ago):
    return published(make_directorate(name="North", acronym="", at=long_ago), at=long_ago)


def signed_in(client, role="Editor", units=None, **fields):
    user = make_user(role=role, units=units, **fields)
    client.force_login(user)
    return user


def page(record, model="directorate"):
    return url(f"{model}_upkeep", record.pk)


def review(client, record, *, edition=1, note=NOTE):
    data = {"step": "review", "edition": edition, "last_review": 0, "note": note}
    return client.post(page(record), data, follow=True)


def plan(client, record, **values):
    data = {"step": "plan", "upkeep_risk": "medium"} | values
    return client.post(page(record), data, follow=True)


def html(client, address):
    return client.get(address).content.decode()


def test_a_person_reviews_a_record(client, north):
    signed_in(client, units=[north], first_name="Edith", last_name="Editor")
    before = words_of(client.get(page(north)))
    assert "Last reviewed Never" in before
    assert "Due since" in before
    answer = review(client, north)
    words = words_of(answer)
    assert "Reviewed: “North” is still right." in words
    assert "Due since" not in words
    assert NOTE in words
    assert "by Edith Editor, published version 1" in words
    assert RecordReview.objects.get().note == NOTE


def test_the_public_page_says_reviewed_and_updated_apart(client, north):
    at = timezone.now() - timedelta(days=40)
    upkeep.confirm(edition=north.editions.get(), by=None, at=at)
    zone = SiteSettings.objects.load().time_zone
    days = (day_of(instant, zone) for instant in (at, at - timedelta(days=380)))
    reviewed, updated = (f"{day:%B} {day.day}, {day.year}" for day in days)
    words = words_of(client.get("/directorates/" + north.slug + "/"))
    assert f"Reviewed: {reviewed}" in words
    assert f"Updated: {updated}" in words
    past = day_of(at - timedelta(days=2), zone)
    words = words_of(client.get(f"/directorates/{north.slug}/?on={past}"))
    assert f"Updated: {updated}" in words
    assert "Reviewed:" not in words


def test_the_page_leads_to_the_public_page_of_a_unit_and_of_a_figure(client, north, long_ago):
    signed_in(client, units=[north])
    figure = published(make_figure(unit=north, identifier="cars", at=long_ago), at=long_ago)
    assert f'<a href="/directorates/{north.slug}/">its page</a>' in html(client, page(north))
    assert '<a href="/figures/cars/">its page</a>' in html(client, page(figure, "figure"))


def test_a_version_that_came_meanwhile_is_looked_at_first(client, north):
    signed_in(client)
    published(changed(north, name="Northern"), at=timezone.now())
    answer = review(client, north)
    assert "the public now reads version 2, and you looked at version 1" in words_of(answer)
    assert not RecordReview.objects.exists()
    assert 'name="edition" value="2"' in answer.content.decode()
    assert NOTE in answer.content.decode()
    review(client, north, edition=2)
    assert RecordReview.objects.get().edition == 2


def test_the_same_form_sent_twice_is_one_review(client, north):
    user = signed_in(client)
    review(client, north)
    assert f"was reviewed meanwhile by {user}" in words_of(review(client, north))
    assert RecordReview.objects.count() == 1
    shown = client.get(page(north)).content.decode()
    assert f'name="last_review" value="{RecordReview.objects.get().pk}"' in shown


def test_an_unpublished_record_has_no_button(client, north):
    signed_in(client)
    draft = make_unit(parent=north)
    answer = client.get(page(draft, "office"))
    assert "Nothing: it is not published." in words_of(answer)
    assert "still right" not in answer.content.decode().replace("Still right", "")
    assert review(client, draft).status_code == 404


def test_a_plan_changes_owner_risk_and_interval(client, north):
    signed_in(client)
    owner = make_user(role="Editor", units=[north], first_name="Olga", last_name="Owner")
    words = words_of(plan(client, north, upkeep_owner=owner.pk, upkeep_months=3))
    assert "Looked after by Olga Owner" in words
    assert ", every 3 months" in words
    role = Group.objects.get(name="Editor")
    words = words_of(plan(client, north, upkeep_role=role.pk, upkeep_risk="high"))
    assert "Looked after by Editor" in words
    assert ", every 6 months" in words
    north.refresh_from_db()
    assert (north.upkeep_owner, north.upkeep_months) == (None, None)


def test_a_plan_is_refused_in_words(client, north):
    signed_in(client)
    role, stranger = Group.objects.get(name="Editor"), make_user(role="Administrator")
    both = plan(client, north, upkeep_owner=stranger.pk, upkeep_role=role.pk)
    assert "Choose a role or a person, not both." in words_of(both)
    alone = words_of(plan(client, north, upkeep_owner=stranger.pk))
    assert f"{stranger} cannot look after “North”" in alone
    north.refresh_from_db()
    assert north.upkeep_owner is None


def test_who_may_only_look_sees_no_form(client, north):
    signed_in(client, "Administrator")
    content = client.get(page(north)).content.decode()
    assert "Reviewed, still right" not in content
    assert "Who looks after it" not in content
    assert "NotAllowed" not in content
    assert review(client, north).status_code == 200
    assert not RecordReview.objects.exists()
    client.force_login(make_user(permissions=[]))
    assert client.get(page(north)).status_code == 403


def test_a_reviewer_reviews_and_does_not_plan(client, north):
    signed_in(client, "Reviewer", units=[north])
    content = client.get(page(north)).content.decode()
    assert "Reviewed, still right" in content
    assert "Who looks after it" not in content


def test_the_form_of_a_record_leads_there(client, north):
    signed_in(client)
    figure = published(make_figure(unit=north))
    assert page(north) in client.get(url("directorate_change", north.pk)).content.decode()
    assert page(figure, "figure") in client.get(url("figure_change", figure.pk)).content.decode()


def test_the_front_page_has_the_first_few_of_what_concerns_a_person(
    client, agency, north, long_ago
):
    user = signed_in(client, units=[north])
    for number in range(6):
        published(make_unit(name=f"Office {number}", parent=north, at=long_ago), at=long_ago)
    words = words_of(client.get("/admin/"))
    assert words.count("Never reviewed.") == 5
    assert "All 7" in words
    assert "Agency of Examples (AOE) Is it still right?" not in words
    for unit in (north, *north.unit_children.all()):
        upkeep.confirm(edition=unit.editions.get(), by=user, at=timezone.now())
    assert "Is it still right?" not in words_of(client.get("/admin/"))


def test_the_publisher_sees_what_others_left_overdue(client, agency, north):
    owner = make_user(role="Editor", units=[north])
    for record in (agency, north):
        upkeep.plan(record=record, values={"upkeep_owner": None}, by=None, at=timezone.now())
    upkeep.plan(record=north, values={"upkeep_owner": owner}, by=None, at=timezone.now())
    signed_in(client, "Publisher")
    words = words_of(client.get("/admin/"))
    assert "Overdue, looked after by others North Due since" in words
    listed = words_of(client.get("/admin/upkeep/?of=overdue"))
    assert "North, due since " in listed
    assert str(owner) in listed
    assert "Agency of Examples (AOE), due" not in listed


def test_the_page_with_all_comes_in_pages(client, agency, north, monkeypatch):
    monkeypatch.setattr(due_rows, "RECORDS_A_PAGE", 1)
    signed_in(client, "Administrator")
    first, second, none = (
        words_of(client.get(f"/admin/upkeep/{query}")) for query in ("", "?page=2", "?of=own")
    )
    assert "2 records, page 1" in first
    assert "2 records, page 2" in second
    assert first.count("Never reviewed.") == second.count("Never reviewed.") == 1
    assert "No record is due." in none
    assert client.get("/admin/upkeep/?of=%00&page=-1").status_code == 200
    client.force_login(make_user(permissions=[]))
    assert client.get("/admin/upkeep/").status_code == 403
