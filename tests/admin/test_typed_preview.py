"""The page of a unit as typed into its form, saved or not."""

import pytest

from directorates.models import Responsibility, Unit
from tests.admin.pages import form_data, url, words_of
from tests.factories import (
    make_responsibility,
    make_unit,
    make_user,
    published,
    published_agency,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit(client):
    client.force_login(make_user(is_superuser=True, username="root"))
    published_agency()
    return published(make_unit(name="Trees", responsibilities=[make_responsibility()]))


def typed(client, unit, **changes):
    data = form_data(client.get(url("office_change", unit.pk)), **changes)
    return client.post(url("office_typed_preview", unit.pk), data)


def test_what_is_typed_is_shown_and_not_saved(client, unit):
    response = typed(client, unit, name="Tall trees", overview="<p>They are <b>tall</b>.</p>")

    words = words_of(response)
    assert "Tall trees" in words
    assert "They are tall." in words
    assert Unit.objects.get(pk=unit.pk).name == "Trees"


def test_a_refused_field_shows_what_is_saved(client, unit):
    words = words_of(typed(client, unit, email="no address", head_title="Chief"))
    assert "no address" not in words
    assert "Chief" in words


def test_chosen_and_new_responsibilities_are_shown_before_they_are_made(client, unit):
    other = make_responsibility(phrase="Roots")
    response = typed(
        client, unit, responsibilities=[str(other.pk)], new_responsibilities="Leaves\nBark"
    )
    words = words_of(response)
    assert all(phrase in words for phrase in ("Roots", "Leaves", "Bark"))
    assert not Responsibility.objects.filter(phrase="Leaves").exists()


def test_only_this_address_may_stand_in_a_frame_of_this_site(client, unit):
    framed = typed(client, unit)
    assert framed.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in framed.headers["Content-Security-Policy"]
    assert '<base target="_blank">' in framed.content.decode()

    form = client.get(url("office_change", unit.pk))
    assert form.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in form.headers["Content-Security-Policy"]
    assert "frame-src 'self'" in form.headers["Content-Security-Policy"]
    figures = client.get(url("figure_add"))
    assert "frame-src" not in figures.headers["Content-Security-Policy"]


def test_the_saved_draft_is_shown_without_a_form(client, unit):
    assert "Trees" in words_of(client.get(url("office_typed_preview", unit.pk)))


def test_it_takes_no_session_of_a_stranger(client, unit):
    client.logout()
    assert client.post(url("office_typed_preview", unit.pk), {}).status_code == 302
