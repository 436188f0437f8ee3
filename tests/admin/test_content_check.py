"""The staff page of the consistency check, and its findings before a publication."""

import pytest
from django.urls import reverse
from django.utils import timezone

from directorates.models import TextWaiver
from tests.factories import changed, make_agency, make_figure, make_unit, make_user, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client):
    client.force_login(make_user())
    at = timezone.now()
    published(make_agency(), at=at)
    office = published(
        make_unit(name="Office of Maps", overview="<p>It has 5,000 maps.</p>"), at=at
    )
    published(make_figure(unit=office, value=5000, counts="maps", identifier="maps"), at=at)
    return office


def test_the_page_puts_a_figure_into_the_draft(client, office):
    page = client.get(reverse("admin:check"))
    (row,) = page.context["groups"][0][1]
    assert row.finding.found == "5,000 maps"
    client.post(reverse("admin:check"), {"finding": row.finding.key, "step": "mend"})
    office.refresh_from_db()
    assert 'data-figure="maps"' in office.overview


def test_the_page_waives_with_a_reason_only(client, office):
    (row,) = client.get(reverse("admin:check")).context["groups"][0][1]
    asked = {"finding": row.finding.key, "step": "waive"}
    client.post(reverse("admin:check"), asked)
    assert not TextWaiver.objects.exists()
    client.post(reverse("admin:check"), asked | {"reason": "It is a title."})
    page = client.get(reverse("admin:check"))
    assert page.context["total"] == 0
    assert [one.reason for one in page.context["waived"]] == ["It is a title."]


def test_a_publication_shows_what_is_worth_mending_first(client, office):
    changed(office, body="<p>Of 5,000 maps, some are old.</p>")
    page = client.get(reverse("admin:directorates_office_publish", args=[office.pk]))
    assert "Worth mending first" in page.text
