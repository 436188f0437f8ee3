import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.admin.pages import words_of
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_agency,
    make_unit,
    make_user,
    published,
    published_agency,
)

pytestmark = pytest.mark.django_db


def test_the_admin_bears_the_agencys_name(admin_client):
    published(make_agency(acronym="AOE"))

    page = admin_client.get("/admin/")

    assert "AOE for staff" in words_of(page)
    assert 'href="/">View site' in page.content.decode()


def test_a_staff_page_names_its_icon_so_that_no_browser_guesses(admin_client):
    published_agency()

    for address in ("/admin/", "/admin/directorates/office/", "/admin/password_change/"):
        assert 'rel="icon"' in admin_client.get(address).content.decode(), address


def test_a_scheduled_agency_does_not_name_the_admin_yet(admin_client):
    published(
        make_agency(acronym="AOE"),
        at=timezone.now(),
        effective_from=timezone.now() + timedelta(days=36_500),
    )

    assert admin_client.get("/admin/").context["site_header"] == "Agency site for staff"


def test_the_admin_works_on_an_empty_database(admin_client, client):
    assert admin_client.get("/admin/").status_code == 200
    client.logout()
    assert client.get("/admin/login/", follow=True).status_code == 200


def test_the_entries_stand_in_the_order_of_the_organization(admin_client):
    apps = admin_client.get("/admin/").context["app_list"]

    assert [app["name"] for app in apps] == ["Organization", "Users and groups"]
    assert [model["name"] for model in apps[0]["models"]] == [
        "Agency",
        "Directorates",
        "Offices",
        "Figures",
        "Change sets",
        "Responsibilities",
        "Site settings",
        "Survey responses",
        "Audit trail",
    ]


def test_staff_see_only_what_they_may_use(client):
    client.force_login(make_user(permissions=["view_unit"]))

    [app] = client.get("/admin/").context["app_list"]

    assert [model["name"] for model in app["models"]] == ["Agency", "Directorates", "Offices"]


@pytest.mark.parametrize(
    "path", ["", "directorates/office/", "directorates/office/add/", "directorates/unit/order/"]
)
def test_no_script_or_style_stands_in_the_page_without_the_nonce(admin_client, path):
    published_agency()
    response = admin_client.get(f"/admin/{path}")
    page = response.content.decode()
    nonce = re.search(r"'nonce-([^']+)'", response.headers["Content-Security-Policy"])[1]

    assert not re.search(r"\son[a-z]+=", page)
    assert " style=" not in page
    for tag in re.findall(r"<(?:script|style)\b[^>]*>", page):
        assert f'nonce="{nonce}"' in tag, tag


def test_a_staff_page_loads_nothing_that_its_policy_does_not_name(admin_client):
    policy = admin_client.get("/admin/").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "connect-src 'self'" in policy


def test_the_first_page_says_what_its_reader_began(client, editor):
    agency = published_agency()
    changed(agency, name="Renamed agency", by=editor)
    words = words_of(client.get("/admin/"))
    assert "You began Renamed agency" in words


def test_the_calendar_lists_what_takes_effect_when(client, editor):
    agency = published_agency()
    at = timezone.now()
    published(changed(agency, name="Later"), at=at, effective_from=at + timedelta(days=3))
    page = words_of(client.get("/admin/calendar/"))
    assert "published version 2" in page
    assert "older content would come back" not in page


def test_the_calendar_warns_where_older_content_would_come_back(client, editor):
    published_agency()
    unit = published(make_unit())
    published(changed(unit, name="Planned"), at=NOON, effective_from=timezone.now() + DAY)
    changed(unit, name="Planned", phone="202-555-0100")
    page = client.get("/admin/calendar/")
    assert "Planned was changed since. On this day the older content would come back." in words_of(
        page
    )
    assert f"/admin/directorates/office/{unit.pk}/change/" in page.content.decode()


def test_the_calendar_is_for_those_who_may_see_drafts(client):
    client.force_login(make_user(permissions=[]))
    assert client.get("/admin/calendar/").status_code == 403
