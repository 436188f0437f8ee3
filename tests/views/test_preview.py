import pytest
from django.urls import reverse

from directorates.models import Unit
from tests.factories import changed, make_unit, make_user
from tests.sample import load_sample

pytestmark = pytest.mark.django_db

PAGES = ["directorates:preview-unit", "directorates:preview-overview"]


@pytest.fixture
def draft():
    load_sample()
    return changed(Unit.objects.get(identifier="hsi"), overview="<p>Unpublished words</p>")


@pytest.fixture
def editor(client):
    user = make_user(permissions=["view_unit"])
    client.force_login(user)
    return user


@pytest.mark.parametrize("name", PAGES)
def test_staff_see_unpublished_changes_as_the_public_page_would_show_them(
    client, draft, editor, name
):
    response = client.get(reverse(name, args=[draft.pk]))
    page = response.content.decode()
    assert "Unpublished words" in page
    assert "Preview" in page
    assert "noindex" in page
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("name", PAGES)
def test_a_visitor_is_sent_to_sign_in(client, draft, name):
    response = client.get(reverse(name, args=[draft.pk]))
    assert response.status_code == 302
    assert response["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("name", PAGES)
def test_staff_without_the_permission_see_no_draft(client, draft, name):
    client.force_login(make_user(permissions=[]))
    response = client.get(reverse(name, args=[draft.pk]))
    assert response.status_code == 403
    assert b"Unpublished words" not in response.content


@pytest.mark.parametrize("name", PAGES)
def test_an_unknown_unit_is_not_found(client, draft, editor, name):
    assert client.get(reverse(name, args=[draft.pk + 999])).status_code == 404


def test_a_unit_that_was_never_published_can_be_previewed(client, draft, editor):
    unit = make_unit(parent=draft, name="New office")
    page = client.get(reverse("directorates:preview-unit", args=[unit.pk])).content.decode()
    assert "New office" in page
    assert "Homeland Security Investigations" in page
