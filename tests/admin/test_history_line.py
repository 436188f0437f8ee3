"""The history of a record: versions in a line, compared and restored on one page."""

import pytest

from directorates.models import Unit
from tests.admin.pages import url, words_of
from tests.factories import DAY, NOON, changed, make_agency, make_unit, make_user, published


@pytest.fixture
def office(client, db):
    published(make_agency())
    office = published(make_unit(name="Office of Examples", phone="202-555-0100"))
    office = published(changed(office, phone="202-555-0111"), at=NOON + DAY)
    client.force_login(make_user())
    return office


def test_the_last_two_versions_are_compared_and_the_earlier_is_restored(client, office):
    page = client.get(url("office_history", office.pk))
    assert "202-555-0100" in words_of(page)
    assert "Make version 1 my draft" in page.content.decode()
    client.post(page.context["restore_url"], {"version": str(office.version)})
    assert Unit.objects.get(pk=office.pk).phone == "202-555-0100"


def test_any_two_are_compared_the_draft_too(client, office):
    changed(office, phone="202-555-0122")
    page = client.get(url("office_history", office.pk), {"from": "1", "to": "draft"})
    assert "202-555-0122" in words_of(page)
    assert "202-555-0100" in words_of(page)


def test_an_unknown_choice_compares_nothing(client, office):
    page = client.get(url("office_history", office.pk), {"from": "99", "to": "x"})
    assert page.status_code == 200
    assert "comparison" not in page.context
