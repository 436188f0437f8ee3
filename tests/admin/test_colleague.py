"""The page that adds a colleague, the page of roles, and the people of a unit."""

import re

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from directorates.models import UnitAssignment
from tests.admin.pages import words_of
from tests.factories import (
    make_directorate,
    make_unit,
    make_user,
    published,
    published_agency,
)

pytestmark = pytest.mark.django_db

INVITE = "/admin/auth/user/invite/"


@pytest.fixture
def units():
    agency = published_agency()
    north = published(make_directorate(name="North", acronym="NOR"))
    office = published(make_unit(name="Harbor", parent=north))
    return agency, north, office


def key_of(role):
    return str(Group.objects.get(name=role).pk)


def send(client, role="Editor", **data):
    typed = {"name": "Ada Lovelace", "email": "ada@example.gov", "scope": "some"}
    key = role if role in ("", "none") else key_of(role)
    return client.post(INVITE, typed | {"role": key} | data, follow=True)


def test_a_colleague_is_added_for_one_unit_and_the_link_is_shown(admin_client, units):
    _, north, _ = units
    page = send(admin_client, units=[north.pk])
    ada = User.objects.get(username="ada")
    assert [row.unit for row in ada.unit_assignments.all()] == [north]
    assert page.redirect_chain[-1][0] == f"/admin/auth/user/{ada.pk}/invitation/"
    assert "http://testserver/accounts/invitation/" in page.content.decode()
    assert "No mail is sent, because no mail server is set up" in words_of(page)


def test_with_a_mail_server_the_page_says_where_the_mail_goes(admin_client, units, settings):
    settings.MAIL_IS_DELIVERED = True
    assert "send the invitation" in words_of(admin_client.get(INVITE))
    page = send(admin_client, units=[units[1].pk])
    assert "The invitation goes to ada@example.gov within a minute" in words_of(page)


def test_the_list_says_the_role_and_the_units_of_each_colleague(
    admin_client, units, django_assert_num_queries
):
    _, north, harbor = units
    four = [published(make_unit(name=f"Port {number}", parent=north)) for number in range(1, 5)]
    people = {
        "ada": make_user(username="ada", role="Editor", units=[north, harbor]),
        "bea": make_user(username="bea", role="Publisher", units=[]),
        "cleo": make_user(username="cleo", role="Reviewer", units=four),
        "dora": make_user(username="dora", permissions=[], units=[]),
    }
    page = admin_client.get("/admin/auth/user/")
    rows = {
        re.search(r"/user/(\d+)/", row)[1]: strip_tags(row.replace("</td>", "|"))
        for row in re.findall(r"<tr>.*?</tr>", page.content.decode(), re.DOTALL)
        if "/user/" in row
    }
    assert "<h1>Colleagues</h1>" in page.content.decode()
    assert "|Editor|Harbor, North (NOR)|" in rows[str(people["ada"].pk)]
    assert "|Publisher|Every unit|" in rows[str(people["bea"].pk)]
    assert "|Reviewer|Port 1, Port 2, Port 3, 1 more|" in rows[str(people["cleo"].pk)]
    assert "|None|No unit|" in rows[str(people["dora"].pk)]
    with CaptureQueriesContext(connection) as captured:
        admin_client.get("/admin/auth/user/")
    for number in range(5):
        make_user(username=f"more{number}", role="Editor", units=[north])
    with django_assert_num_queries(len(captured)):
        admin_client.get("/admin/auth/user/")


def test_the_pages_of_accounts_lead_back_to_the_colleagues(admin_client):
    ada = make_user(username="ada", role="Editor")
    for path in ("", f"{ada.pk}/change/"):
        page = admin_client.get(f"/admin/auth/user/{path}").content.decode()
        crumbs = re.search(r'<ol class="breadcrumbs">.*?</ol>', page, re.DOTALL)[0]
        assert "Colleagues" in crumbs, path
        assert "Authentication" not in crumbs, path


def test_all_units_are_the_agency_and_all_below(admin_client, units):
    send(admin_client, scope="all")
    assert UnitAssignment.objects.get().unit.kind == "agency"


def test_an_office_alone_can_be_chosen(admin_client, units):
    send(admin_client, offices=[units[2].pk])
    assert UnitAssignment.objects.get().unit == units[2]


def test_an_editor_without_a_unit_is_asked_for_one(admin_client, units):
    page = send(admin_client)
    assert "Choose the units: without one, this person changes nothing as Editor." in words_of(page)
    assert not User.objects.filter(username="ada").exists()
    assert 'value="ada@example.gov"' in page.content.decode(), "what was typed is kept"


@pytest.mark.parametrize("role", ["Publisher", "Administrator"])
def test_a_role_that_needs_no_units_gets_none(admin_client, units, role):
    send(admin_client, role, units=[units[1].pk])
    assert User.objects.get(username="ada").groups.get().name == role
    assert not UnitAssignment.objects.exists()


def test_wrong_answers_are_links_to_their_fields(admin_client, units):
    page = send(admin_client, "", name="", email="no address")
    text = page.content.decode()
    for field in ("id_name", "id_email", "id_role_0"):
        assert f'href="#{field}"' in text
        assert f'id="{field}"' in text


def test_an_administrator_gives_only_roles_that_they_have(client, units):
    client.force_login(make_user(role="Administrator", units=[]))
    page = client.get(INVITE)
    words = words_of(page)
    assert (
        "Your account lacks rights of these roles, so you cannot give them: Editor, Reviewer, Publisher"
        in words
    )
    assert f'value="{key_of("Editor")}"' not in page.content.decode()
    assert "Select a valid choice" in words_of(send(client, "Editor", units=[units[1].pk]))
    assert not User.objects.filter(username="ada").exists()
    send(client, "none", units=[units[1].pk])
    assert User.objects.get(username="ada").groups.count() == 0


def test_only_superusers_see_single_permissions(client, admin_client, units):
    ada = make_user(role="Administrator", units=[])
    client.force_login(ada)
    other = make_user(permissions=[], units=[])
    address = f"/admin/auth/user/{other.pk}/change/"
    assert 'name="user_permissions"' not in client.get(address).content.decode()
    assert 'name="user_permissions"' in admin_client.get(address).content.decode()
    group = client.get(f"/admin/auth/group/{key_of('Editor')}/change/")
    assert "Can add" not in words_of(group)


def test_a_link_is_made_again(admin_client, units):
    send(admin_client, units=[units[1].pk])
    ada = User.objects.get(username="ada")
    address = f"/admin/auth/user/{ada.pk}/invitation/"
    before = admin_client.get(address).context["address"]
    page = admin_client.post(address, follow=True)
    assert page.context["address"] != before
    assert "Earlier links open nothing any more" in words_of(page)
    assert address in admin_client.get(f"/admin/auth/user/{ada.pk}/change/").content.decode()


def test_who_has_fewer_rights_sees_and_makes_no_link(admin_client, client, units):
    send(admin_client, units=[units[1].pk])
    ada = User.objects.get(username="ada")
    number = ada.enrollment.link_number
    client.force_login(make_user(role="Administrator", units=[]))
    for method in (client.get, client.post):
        assert method(f"/admin/auth/user/{ada.pk}/invitation/").status_code == 403
    ada.enrollment.refresh_from_db()
    assert ada.enrollment.link_number == number


def test_a_new_enrollment_without_a_password_takes_a_new_link(admin_client, units):
    send(admin_client, units=[units[1].pk])
    ada = User.objects.get(username="ada")
    data = {"action": "require_enrollment", "_selected_action": [ada.pk]}
    page = admin_client.post("/admin/auth/user/", data, follow=True)
    assert "has no password. Open the account and make a link" in words_of(page)
    page = admin_client.get(f"/admin/auth/user/{ada.pk}/invitation/")
    assert "There is no link for this account" in words_of(page)
    page = admin_client.post(f"/admin/auth/user/{ada.pk}/invitation/", follow=True)
    assert "/accounts/invitation/" in page.context["address"]


def test_all_staff_read_what_each_role_may_do(client):
    client.force_login(make_user(permissions=[], units=[]))
    group = Group.objects.get(name="Editor")
    group.permissions.add(Permission.objects.get(codename="view_contenttype"))
    page = client.get("/admin/roles/")
    words = words_of(page)
    for role in Group.objects.all():
        assert role.name in words
    assert "Writes drafts and submits changes for review. Does not approve or publish" in words
    assert "Can view content type" in words
    group.permissions.clear()
    assert "Changes nothing. Does not write, approve or publish." in words_of(
        client.get("/admin/roles/")
    )


def test_a_unit_names_the_people_who_work_on_it(admin_client, units):
    agency, north, office = units
    make_user(role="Editor", units=[north], username="nora")
    make_user(role="Reviewer", units=[office], username="otto")
    make_user(role="Editor", units=[published(make_unit(parent=agency))], username="sue")
    make_user(role="Publisher", units=[], username="paul")
    make_user(role="Administrator", units=[north], username="adam")
    make_user(role="Editor", units=[north], username="former", is_active=False)
    page = admin_client.get(f"/admin/directorates/office/{office.pk}/people/")
    found = {
        worker.person.username: (worker.may, worker.through) for worker in page.context["workers"]
    }
    assert found == {
        "admin": (("write", "approve", "publish"), None),
        "nora": (("write",), north),
        "otto": (("approve",), office),
        "paul": (("write", "approve", "publish"), None),
    }
    assert f"{INVITE}?unit={office.pk}" in page.content.decode()
    assert (
        f"/office/{office.pk}/people/"
        in admin_client.get(f"/admin/directorates/office/{office.pk}/change/").content.decode()
    )


def test_a_unit_in_the_address_is_chosen(admin_client, units):
    _, north, office = units
    for unit in (north, office):
        assert f'value="{unit.pk}"' in admin_client.get(f"{INVITE}?unit={unit.pk}").content.decode()
    for odd in ("x", "9" * 30, "-1", "\0"):
        assert admin_client.get(INVITE, {"unit": odd}).status_code == 200


def test_administrators_read_that_there_is_no_mail_server(admin_client, client, settings):
    settings.MAIL_IS_SET_UP = False
    assert "No mail server is set up" in words_of(admin_client.get("/admin/"))
    client.force_login(make_user(role="Publisher"))
    assert "No mail server is set up" not in words_of(client.get("/admin/"))


def test_people_choose_how_often_they_get_mail(client):
    user = make_user()
    client.force_login(user)
    page = client.post("/accounts/mail/", {"rhythm": "daily"}, follow=True)
    assert "Saved how often you get mail." in words_of(page)
    assert user.mail_choice.rhythm == "daily"
    page = client.post("/accounts/mail/", {"rhythm": "hourly"}, follow=True)
    assert "Nothing was saved" in words_of(page)
