import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from directorates.actions import reviewing
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
    client.get(reverse("directorates:touched-pages", args=[change_set.pk]))
    assert rows() == before


def test_the_public_site_is_as_it_was(client, staff, change_set):
    preview(client, change_set)
    assert client.get("/offices/records/").status_code == 200
    assert client.get("/offices/archives/").status_code == 404


def test_addresses_after_a_preview_are_the_usual_ones(client, staff, change_set):
    preview(client, change_set, "nothing/", status=404)
    assert reverse("directorates:about") == "/about/"


@pytest.mark.parametrize("path", ["admin/", "survey/", "healthz", "gallery/", "preview/sets/1/"])
def test_only_pages_of_the_records_are_walked(client, staff, change_set, path):
    preview(client, change_set, path, status=404)


@pytest.mark.parametrize("name", ["preview-set", "touched-pages"])
def test_who_may_not_see_change_sets_sees_no_preview(client, change_set, name):
    address = reverse(f"directorates:{name}", args=[change_set.pk])
    assert client.get(address).status_code == 302
    client.force_login(make_user(permissions=["view_unit"]))
    assert client.get(address).status_code == 403


def test_what_it_touches_names_every_page_with_its_before_and_after(client, staff, change_set):
    page = client.get(reverse("directorates:touched-pages", args=[change_set.pk])).content.decode()
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert re.search(r"Archives \| \S.* New Before: no such page After: as it will be", words)
    assert re.search(r"Records \| \S.* Moved Before: as it is now", words)
    assert re.search(r"Division \| \S.* Changed", words)
    assert re.search(r"List of offices \| \S.* Changed", words)


def test_a_set_that_could_not_be_approved_says_why(client, staff, office):
    twin = make_unit(name="Twin", slug="records", parent=office)
    change_set = reviewing.create(title="Twins", records=[twin], by=None, at=timezone.now())
    page = preview(client, change_set, status=409).content.decode()
    assert "is in use by Records" in page


def test_an_approved_set_is_previewed_at_its_instant(client, staff, change_set):
    reviewing.submit(change_set=change_set, by=None, at=timezone.now())
    reviewing.approve(change_set=change_set, by=make_user(), at=timezone.now())
    assert "Archives" in preview(client, change_set, "offices/archives/").content.decode()
