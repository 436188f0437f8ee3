import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from directorates.actions.reviewing import reviewing
from directorates.models import ChangeSet, Generation, Unit, UnitEdition
from tests.factories import changed, make_agency, make_directorate, make_unit, make_user, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    user = make_user(permissions=["view_changeset"])
    client.force_login(user)
    return user


@pytest.fixture
def office():
    agency, division = make_agency(), make_directorate(name="Division", slug="division")
    office = make_unit(name="Records", slug="records", parent=division)
    at = timezone.now() - timedelta(days=2)
    published(agency, division, office, at=at)
    return office


@pytest.fixture
def change_set(office):
    draft = changed(office, name="Archives", slug="archives")
    at = timezone.now()
    return reviewing.create(
        title="A new name", records=[draft], by=None, at=at, effective_from=at + timedelta(days=9)
    )


def preview(client, change_set, path="", status=200):
    response = client.get(reverse("directorates:preview-set", args=[change_set.pk]) + path)
    assert response.status_code == status
    return response


def rows():
    models = (ChangeSet, Generation, Unit, UnitEdition)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_the_preview_shows_the_page_with_the_set_in_force(client, staff, change_set):
    response = preview(client, change_set, "offices/archives/")
    page = response.content.decode()
    assert "Archives" in page
    assert "noindex" in page
    assert "no-store" in response["Cache-Control"]
    assert "only staff can see these pages" in page


def test_the_preview_can_be_walked(client, staff, change_set):
    page = preview(client, change_set, "directorates/division/").content.decode()
    links = re.findall(r'<a class="[^"]*" href="([^"]*archives/)"|<a href="([^"]*archives/)"', page)
    prefix = reverse("directorates:preview-set", args=[change_set.pk])
    targets = {first or second for first, second in links}
    assert targets == {f"{prefix}offices/archives/"}
    assert client.get(targets.pop()).status_code == 200


def test_an_old_address_redirects_within_the_preview(client, staff, change_set):
    response = preview(client, change_set, "offices/records/", status=301)
    prefix = reverse("directorates:preview-set", args=[change_set.pk])
    assert response["Location"] == f"{prefix}offices/archives/"


def test_a_preview_changes_no_row(client, staff, change_set):
    before = rows()
    preview(client, change_set)
    client.get(reverse("directorates:affected-pages", args=[change_set.pk]))
    assert rows() == before


def test_the_public_site_is_as_it_was(client, staff, change_set):
    preview(client, change_set)
    assert client.get("/offices/records/").status_code == 200
    assert client.get("/offices/archives/").status_code == 404


def test_addresses_after_a_preview_are_the_usual_ones(client, staff, change_set):
    preview(client, change_set, "nothing/", status=404)
    assert reverse("directorates:about") == "/about/"


@pytest.mark.parametrize(
    "path", ["admin/", "survey/", "healthz", "style-guide/", "preview/sets/1/"]
)
def test_only_pages_of_the_records_are_walked(client, staff, change_set, path):
    preview(client, change_set, path, status=404)


@pytest.mark.parametrize("name", ["preview-set", "affected-pages"])
def test_who_may_not_see_change_sets_sees_no_preview(client, change_set, name):
    address = reverse(f"directorates:{name}", args=[change_set.pk])
    assert client.get(address).status_code == 302
    client.force_login(make_user(permissions=["view_unit"]))
    assert client.get(address).status_code == 403


def test_what_it_touches_names_every_page_with_its_before_and_after(client, staff, change_set):
    page = client.get(reverse("directorates:affected-pages", args=[change_set.pk])).content.decode()
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert re.search(r"Archives \| \S.* New Before: no such page After: as it will be", words)
    assert re.search(r"Records \| \S.* Moved Before: as it would be without it", words)
    assert re.search(r"Division \| \S.* Changed", words)
    assert re.search(r"List of offices \| \S.* Changed", words)


def test_a_set_that_could_not_be_approved_says_why(client, staff, office):
    namesake = make_unit(name="Twin", slug="records", parent=office)
    change_set = reviewing.create(title="Twins", records=[namesake], by=None, at=timezone.now())
    page = preview(client, change_set, status=409).content.decode()
    assert "is in use by Records" in page


def test_an_approved_set_is_previewed_at_its_instant(client, staff, change_set):
    reviewing.submit(change_set=change_set, by=None, at=timezone.now())
    reviewing.approve(change_set=change_set, by=make_user(), at=timezone.now())
    assert "Archives" in preview(client, change_set, "offices/archives/").content.decode()


def affected(client, change_set):
    """Return {title: text} of a change set's affected pages, and the text of the whole page."""
    response = client.get(reverse("directorates:affected-pages", args=[change_set.pk]))
    assert response.status_code == 200
    page = response.content.decode()
    cards = re.findall(r'<li class="unit-line">(.*?)</li>', page, re.DOTALL)
    words = [" ".join(re.sub(r"<[^>]+>", " ", card).split()) for card in cards]
    return (
        {card.partition(" | ")[0]: card for card in words},
        " ".join(re.sub(r"<[^>]+>", " ", page).split()),
        page,
    )


def scheduled(record, at, title="Another", **content):
    change_set = reviewing.create(
        title=title,
        records=[changed(record, **content)],
        by=None,
        at=timezone.now(),
        effective_from=at,
    )
    reviewing.submit(change_set=change_set, by=None, at=timezone.now())
    reviewing.approve(change_set=change_set, by=make_user(), at=timezone.now())
    change_set.refresh_from_db()
    return change_set


def test_what_others_scheduled_before_it_is_not_put_down_to_the_set(client, staff, change_set):
    division = Unit.objects.get(slug="division")
    at = change_set.effective_from - timedelta(days=1)
    scheduled(division.parent, at, overview="<p>What another change set says.</p>")
    pages, _, _ = affected(client, change_set)
    assert "Division" in pages
    assert not [title for title in pages if "Who We Are" in title]


def test_an_approved_set_is_told_from_another_of_the_same_instant(
    client, staff, office, change_set
):
    neighbor = published(make_unit(name="Neighbor", slug="neighbor"), at=timezone.now())
    at = change_set.effective_from
    scheduled(neighbor, at, name="Renamed neighbor", parent=office.parent)
    reviewing.submit(change_set=change_set, by=None, at=timezone.now())
    reviewing.approve(change_set=change_set, by=make_user(), at=timezone.now())
    before = rows()
    pages, words, _ = affected(client, change_set)
    assert rows() == before
    assert "Archives" in pages
    assert "Before: as it is the moment before" in pages["Records"]
    assert not [title for title in pages if "neighbor" in title.lower()]
    assert "All other changes approved by then count on both sides" in words


def test_a_set_in_force_is_still_told_from_the_rest(client, staff, office, change_set):
    ChangeSet.objects.update(effective_from=None)
    change_set.refresh_from_db()
    reviewing.submit(change_set=change_set, by=None, at=timezone.now())
    reviewing.approve(change_set=change_set, by=make_user(), at=timezone.now())
    pages, _, page = affected(client, change_set)
    assert {"Archives", "Records", "Division"} <= set(pages)
    link = re.search(r'href="(/preview/at/[^"]+/offices/records/)"', page)[1]
    client.force_login(make_user(permissions=["view_unit"]))
    assert client.get(link).status_code == 200


def test_a_set_that_others_rely_on_is_compared_with_the_moment_before(client, staff, change_set):
    agency = Unit.objects.get(kind="agency")
    at = change_set.effective_from
    new = make_unit(name="New home", slug="new-home", parent=agency)
    home = reviewing.create(
        title="A home", records=[new], by=None, at=timezone.now(), effective_from=at
    )
    reviewing.submit(change_set=home, by=None, at=timezone.now())
    reviewing.approve(change_set=home, by=make_user(), at=timezone.now())
    child = make_unit(name="Child", slug="child", parent=new)
    published(child, at=timezone.now(), effective_from=at + timedelta(days=1))
    pages, words, _ = affected(client, home)
    assert "Other changes rely on it by now" in words
    assert "New home" in pages


def test_the_before_of_a_page_is_the_site_at_the_instant(client, staff, change_set):
    _, _, page = affected(client, change_set)
    (link,) = set(re.findall(r'href="(/preview/at/[^"]+/offices/records/)"', page))
    client.force_login(make_user(permissions=["view_unit"]))
    response = client.get(link)
    assert response.context["previewed"].shown_at == change_set.effective_from


def test_a_set_without_an_instant_is_compared_with_now(client, staff, change_set):
    ChangeSet.objects.update(effective_from=None)
    pages, _, page = affected(client, change_set)
    assert "Before: as it is now" in pages["Records"]
    assert 'href="/offices/records/"' in page


def test_breadcrumbs_far_below_are_touched_too(client, staff, office):
    below = make_unit(name="Below", slug="below", parent=office)
    deep = make_unit(name="Deep", slug="deep", parent=below)
    published(below, deep, at=timezone.now())
    division = Unit.objects.get(slug="division")
    change_set = reviewing.create(
        title="Rename", records=[changed(division, name="Bureau")], by=None, at=timezone.now()
    )
    pages, _, _ = affected(client, change_set)
    assert {"Bureau", "Records", "Below", "Deep"} <= set(pages)


def test_every_page_of_a_list_is_compared(client, staff, office, monkeypatch):
    monkeypatch.setattr("directorates.queries.pages.unit_list.UNITS_A_PAGE", 1)
    last = published(make_unit(name="Zone office", slug="zone"), at=timezone.now())
    change_set = reviewing.create(
        title="Rename", records=[changed(last, name="Zoning office")], by=None, at=timezone.now()
    )
    pages, _, page = affected(client, change_set)
    assert "List of offices, page 2 of 2" in pages
    prefix = reverse("directorates:preview-set", args=[change_set.pk])
    assert f'href="{prefix}offices/?page=2"' in page
    assert client.get(f"{prefix}offices/?page=2").status_code == 200


def test_what_is_not_compared_is_said(client, staff, change_set, monkeypatch):
    monkeypatch.setattr("directorates.previews.affected_pages.MOST_PAGES", 2)
    pages, words, _ = affected(client, change_set)
    assert len(pages) <= 2
    assert re.search(r"\b[1-9]\d* further pages may change too", words)
    monkeypatch.undo()
    assert "may change too" not in affected(client, change_set)[1]


def test_the_entries_of_the_sitemap_are_compared(client, staff, change_set):
    _, words, _ = affected(client, change_set)
    assert "New in the sitemap /offices/archives/" in words
    assert "No longer in the sitemap /offices/records/" in words
    assert "New date in the sitemap /offices/" in words
