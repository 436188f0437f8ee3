import re

import pytest
from django.utils import timezone

from tests.admin.pages import words_of
from tests.factories import make_agency, make_user, published

pytestmark = pytest.mark.django_db


def test_the_admin_bears_the_agencys_name(admin_client):
    published(make_agency(acronym="AOE"))

    page = admin_client.get("/admin/")

    assert "AOE for staff" in words_of(page)
    assert 'href="/">View site' in page.content.decode()


def test_a_scheduled_agency_does_not_name_the_admin_yet(admin_client):
    published(
        make_agency(acronym="AOE"),
        at=timezone.now(),
        effective_from=timezone.now().replace(year=2126),
    )

    assert "AOE" not in words_of(admin_client.get("/admin/")).split("Recent actions")[0]


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
        "Responsibilities",
        "Site settings",
        "Survey responses",
    ]


def test_staff_see_only_what_they_may_use(client):
    client.force_login(make_user(permissions=["view_unit"]))

    [app] = client.get("/admin/").context["app_list"]

    assert [model["name"] for model in app["models"]] == ["Agency", "Directorates", "Offices"]


@pytest.mark.parametrize(
    "path", ["", "directorates/office/", "directorates/office/add/", "directorates/unit/order/"]
)
def test_no_script_or_style_stands_in_the_page_without_the_nonce(admin_client, path):
    published(make_agency())
    response = admin_client.get(f"/admin/{path}")
    page = response.content.decode()
    nonce = re.search(r"'nonce-([^']+)'", response.headers["Content-Security-Policy"])[1]

    assert not re.search(r"\son[a-z]+=", page)
    assert " style=" not in page
    for tag in re.findall(r"<(?:script|style)\b[^>]*>", page):
        assert f'nonce="{nonce}"' in tag, tag
