"""The server's instructions about the copies of text in a browser."""

import re

import pytest

from directorates.actions.publishing import drafting
from directorates.actions.reviewing import reviewing
from tests.admin.pages import form_data, save, url
from tests.factories import (
    NOON,
    changed,
    make_responsibility,
    make_unit,
    make_user,
    published_agency,
)

pytestmark = pytest.mark.django_db

NUMBER = "0123456789abcdef" * 2


@pytest.fixture
def office(client):
    client.force_login(make_user(is_superuser=True))
    published_agency()
    return make_unit()


def announced(client, address="/admin/"):
    """Open a staff page and return its instructions to save or delete copies."""
    [words] = re.findall(r'data-confirmed="([^"]*)"', client.get(address).content.decode())
    return words.split()


def test_a_saved_copy_is_told_once(client, office):
    response = save(
        client, url("office_change", office.pk), link_label="one", autosave_number=NUMBER
    )

    assert response.status_code == 302
    assert announced(client) == [NUMBER]
    assert announced(client) == []


def test_a_preview_tells_nothing_and_takes_nothing(client, office):
    address = url("office_change", office.pk)
    save(client, address, link_label="one", autosave_number=NUMBER, _preview="1")
    client.get(f"/preview/units/{office.pk}/")

    assert announced(client, address) == [NUMBER]


def test_a_new_records_copy_is_told(client, office):
    save(client, url("office_add"), name="New", slug="new", autosave_number=NUMBER)

    assert announced(client) == [NUMBER]


def test_a_save_with_errors_tells_nothing(client, office):
    response = save(client, url("office_change", office.pk), name="", autosave_number=NUMBER)

    assert response.status_code == 200
    assert announced(client) == []


def test_a_save_that_an_action_refuses_tells_nothing(client, office, monkeypatch):
    change_set = reviewing.create(
        title="One set", records=[changed(office, summary="A draft.")], by=None, at=NOON
    )

    def refuse(**kwargs):
        raise reviewing.ReviewError("It is in review.")

    monkeypatch.setattr(reviewing, "save", refuse)
    address = url("changeset_change", change_set.pk)
    response = save(client, address, title="Other", autosave_number=NUMBER)

    assert "It is in review." in response.content.decode()
    assert announced(client) == []


def test_a_deletion_that_an_action_refuses_tells_nothing(client, office, monkeypatch):
    def refuse(**kwargs):
        raise reviewing.ReviewError("It is in review.")

    monkeypatch.setattr(drafting, "delete", refuse)
    client.post(url("office_delete", office.pk), {"post": "yes"})
    data = {"action": "delete_selected", "_selected_action": [office.pk], "post": "yes"}
    client.post(url("office_changelist"), data)

    assert announced(client) == []


def test_a_browser_that_keeps_nothing_is_told_nothing(client, office):
    save(client, url("office_change", office.pk), link_label="one", autosave_number="")
    save(client, url("office_change", office.pk), link_label="two", autosave_number='"><script>')

    assert announced(client) == []


@pytest.mark.parametrize("page", ["figure_add", "changeset_add", "responsibility_add"])
def test_every_form_that_staff_write_in_is_kept(client, office, page):
    name = page.replace("_", "/")

    assert f'data-form="{name}"' in client.get(url(page)).content.decode()


def test_a_units_form_is_known_by_the_record_whatever_its_kind(client, office):
    page = client.get(url("office_change", office.pk)).content.decode()

    assert f'data-form="unit/{office.pk}"' in page
    assert 'data-form="office/add"' in client.get(url("office_add")).content.decode()


def test_a_form_of_accounts_is_never_kept(client, office):
    assert "data-form=" not in client.get("/admin/auth/user/add/").content.decode()


def test_a_deleted_records_form_is_told(client, office):
    responsibility = make_responsibility()
    client.post(url("office_delete", office.pk), {"post": "yes"})
    client.post(
        url("responsibility_changelist"),
        {"action": "delete_selected", "_selected_action": responsibility.pk, "post": "yes"},
    )

    assert announced(client) == [f"unit/{office.pk}", f"responsibility/{responsibility.pk}"]


def test_an_open_page_learns_whose_session_it_is_and_its_token(client, office):
    answer = client.get("/admin/session/").json()

    assert answer["account"] == client.session["_auth_user_id"]
    assert 0 < answer["secondsLeft"] <= 12 * 60 * 60
    client.handler.enforce_csrf_checks = True
    data = form_data(client.get(url("office_change", office.pk)), link_label="one")
    address = url("office_change", office.pk)
    assert client.post(address, data).status_code == 403
    data["csrfmiddlewaretoken"] = answer["token"]
    assert client.post(address, data).status_code == 302


def test_a_visitor_learns_nothing_of_a_session(client):
    assert client.get("/admin/session/").status_code == 302
