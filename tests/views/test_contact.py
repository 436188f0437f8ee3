import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from directorates.actions.reviewing import reviewing
from directorates.models import SiteSettings
from tests.factories import (
    changed,
    make_agency,
    make_directorate,
    make_unit,
    make_user,
    published,
    set_survey,
)

pytestmark = pytest.mark.django_db

NOW = timezone.now() - timedelta(days=1)


@pytest.fixture
def agency():
    return published(make_agency(), at=NOW)


def main_of(client, path="/contact/", status=200):
    response = client.get(path)
    assert response.status_code == status, path
    return response.content.decode().partition("<main")[2].partition("</main>")[0]


def words_of(client, path="/contact/"):
    return " ".join(re.sub(r"<[^>]+>", " ", main_of(client, path)).split())


def test_the_page_says_what_is_not_in_the_record(client, agency):
    words = words_of(client)
    assert (
        "No general phone number, e-mail address or contact page of Agency of Examples is" in words
    )
    assert (
        "No phone number, e-mail address, website or postal address of a unit is in this" in words
    )
    assert "No e-mail address for feedback is in this record, and no survey is open." in words


def test_the_page_is_whole_before_anything_is_published(client, db):
    assert "No general phone number" in words_of(client)


def test_the_settings_say_how_to_reach_the_agency(client, agency):
    SiteSettings.objects.update_or_create(
        pk=1,
        defaults={
            "contact_email": "info@example.gov",
            "contact_phone": "202-555-0100 ext. 7",
            "contact_url": "https://example.gov/write-to-us",
        },
    )
    page = main_of(client)
    assert '<a href="tel:+1-202-555-0100;ext=7">202-555-0100 ext. 7</a>' in page
    assert '<a href="mailto:info@example.gov">info@example.gov</a>' in page
    assert '<a href="https://example.gov/write-to-us">More ways to reach us</a>' in page
    assert 'href="mailto:info@example.gov?subject=Problem%20with%20a%20page"' in page
    assert "No general" not in page


def test_a_contact_page_that_is_this_page_is_not_linked(client, agency):
    SiteSettings.objects.update_or_create(pk=1, defaults={"contact_url": "/contact/"})
    assert "More ways to reach us" not in main_of(client)


def test_visitors_are_led_to_the_survey_while_it_is_open(client, agency):
    set_survey()
    assert 'href="/survey/?page=%2Fcontact%2F">Answer the visitor survey</a>' in main_of(client)
    assert "It takes about 3 minutes" in words_of(client)
    SiteSettings.objects.update(survey_is_open=False)
    assert "Answer the visitor survey" not in main_of(client)


def test_each_unit_has_its_contact_below_its_name(client, agency):
    directorate = published(make_directorate(name="Inquiries"), at=NOW)
    office = make_unit(
        name="Records",
        slug="records",
        parent=directorate,
        email="records@example.gov",
        phone="202-555-0100",
        website="https://records.example.org/",
        street_address="1 Main Street",
        address_locality="Springfield",
        postal_code="22150",
    )
    published(office, at=NOW)
    page = main_of(client)
    assert re.search(r"<h3><a href=\"/directorates/[^>]*>Inquiries</a></h3>", page)
    assert (
        '<h4><a href="/offices/records/" data-address="http://testserver/offices/records/">' in page
    )
    assert '<a href="tel:+1-202-555-0100">202-555-0100</a>' in page
    assert "1 Main Street<br>Springfield 22150" in page
    words = words_of(client)
    assert "1 of 3 units has a contact in this record." in words
    assert "No contact of Inquiries is in this record." in words


def test_a_long_list_has_pages(client, agency):
    published(*[make_unit(email="o@example.gov") for _ in range(51)], at=NOW)
    assert "page 1 of 2" in words_of(client)
    assert "The agency" not in words_of(client, "/contact/?page=2")
    for path in ("/contact/?page=3", "/contact/?page=01", "/contact/?page=%00"):
        assert client.get(path).status_code == 404, path


def test_the_sitemap_has_it(client, agency):
    assert "<loc>http://testserver/contact/</loc>" in client.get("/sitemap.xml").content.decode()


def test_a_preview_shows_the_contact_of_a_draft_and_names_the_page(client, agency):
    draft = changed(agency, email="new@example.gov")
    change_set = reviewing.create(title="A contact", records=[draft], by=None, at=timezone.now())
    client.force_login(make_user(permissions=["view_changeset"]))
    prefix = reverse("directorates:preview-set", args=[change_set.pk])
    assert "new@example.gov" in main_of(client, f"{prefix}contact/")
    affected = client.get(reverse("directorates:affected-pages", args=[change_set.pk]))
    assert f'href="{prefix}contact/"' in affected.content.decode()
    assert "new@example.gov" not in main_of(client)
