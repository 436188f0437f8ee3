import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from directorates.models import SiteSettings, UnitEdition
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_unit,
    make_user,
    published,
    published_agency,
)
from tests.kept_rows import kept

pytestmark = pytest.mark.django_db

SCHEDULED = NOON.replace(year=NOON.year + 50)


@pytest.fixture
def staff(client):
    user = make_user(permissions=["view_unit"])
    client.force_login(user)
    return user


@pytest.fixture
def office():
    return make_office()


@kept
def make_office():
    published_agency()
    office = published(make_unit(name="Records", slug="records"))
    draft = changed(office, name="Archives", slug="archives")
    return published(draft, effective_from=SCHEDULED)


def at(local, path=""):
    written = local if isinstance(local, str) else f"{local:%Y-%m-%dT%H:%M}"
    return f"/preview/at/{written}/{path}"


def words_of(response):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def test_the_site_is_shown_as_it_will_be(client, staff, office):
    response = client.get(at(SCHEDULED, "offices/archives/"))
    assert response.status_code == 200
    assert "The site as it will be on March 2, 2076, 12:00 PM" in words_of(response)
    assert "noindex" in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert client.get(at(SCHEDULED - DAY, "offices/archives/")).status_code == 404


def test_the_site_is_shown_as_it_was(client, staff, office):
    words = words_of(client.get(at(NOON, "offices/records/")))
    assert "The site as it was on March 2, 2026, 12:00 PM" in words
    assert client.get(at(NOON - DAY, "offices/records/")).status_code == 404


def test_every_link_leads_to_a_page_of_the_preview_or_back_to_the_calendar(client, staff, office):
    prefix = at(SCHEDULED)
    waiting, seen = [prefix], set()
    while waiting:
        address = waiting.pop()
        seen.add(address)
        response = client.get(address)
        assert response.status_code == 200, address
        for link in map(
            unescape, re.findall(r'<a [^>]*href="(/[^"#]*)', response.content.decode())
        ):
            assert link.startswith((prefix, "/admin/calendar/")), f"{address} leads to {link}"
            if link.startswith(prefix) and link not in seen:
                waiting.append(link)
    assert f"{prefix}offices/archives/" in seen


def test_looking_ahead_takes_no_lock(client, staff, office, django_assert_max_num_queries):
    with django_assert_max_num_queries(15) as queries:
        client.get(at(SCHEDULED))
    assert not [query["sql"] for query in queries if "generation" in query["sql"]]


def test_instants_are_in_the_agencys_time_zone(client, staff, office):
    SiteSettings.objects.update_or_create(pk=1, defaults={"time_zone": "America/New_York"})
    # Noon in UTC is seven in the morning in New York.
    assert client.get(at("2076-03-02T07:00", "offices/archives/")).status_code == 200
    assert client.get(at("2076-03-02T06:59", "offices/archives/")).status_code == 404


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("yesterday", "“yesterday” is no day and time. Write it like 2026-10-01T09:30."),
        ("2026-13-01T00:00", "is no day and time"),
        ("0001-01-01T00:00", "Choose a day in the year 1700 or later."),
        ("0001-01-01T00:00+14:00", "Choose a time in the year 1700 or later."),
        ("9999-12-31T23:59", "at most 100 years lie ahead"),
        ("9999-12-31T23:59-12:00", "at most 100 years lie ahead"),
        ("2026-03-08T02:30", "2:30 AM does not exist. Choose 3:00 AM or later."),
        ("2026-11-01T01:30", "Write 2026-11-01T01:30-04:00 or 2026-11-01T01:30-05:00."),
        ("2026-03-02T12:00%00", "is no day and time"),
    ],
)
def test_a_bad_instant_is_told_in_words(client, staff, office, written, words):
    SiteSettings.objects.update_or_create(pk=1, defaults={"time_zone": "America/New_York"})
    response = client.get(at(written))
    assert response.status_code == 404
    assert words in words_of(response)


def test_both_hours_of_a_clock_put_back_have_an_address(client, staff, office):
    SiteSettings.objects.update_or_create(pk=1, defaults={"time_zone": "America/New_York"})
    for hour in (5, 6):
        instant = datetime(2026, 11, 1, hour, 30, tzinfo=UTC)
        with timezone.override("America/New_York"):
            address = reverse("directorates:preview-instant", args=[instant])
        shown_at = client.get(address).context["previewed"].shown_at
        # Python compares instants of a repeated hour as unequal, even if they are the same.
        assert shown_at.timestamp() == instant.timestamp()


def test_of_an_hour_that_comes_twice_both_are_offered(client, staff, office):
    SiteSettings.objects.update_or_create(pk=1, defaults={"time_zone": "America/New_York"})
    data = {"day": "2026-11-01", "time": "01:30", "path": "offices/records/"}
    response = client.get("/preview/at/", data)
    assert response.status_code == 400
    for hour, words in (
        (5, "before the clocks go back (EDT)"),
        (6, "after the clocks go back (EST)"),
    ):
        [address] = re.findall(
            rf'<a href="([^"]*)">1:30 AM, {re.escape(words)}</a>', response.content.decode()
        )
        shown_at = client.get(unescape(address)).context["previewed"].shown_at
        assert shown_at.timestamp() == datetime(2026, 11, 1, hour, 30, tzinfo=UTC).timestamp()


def test_an_instant_keeps_its_seconds(client, staff, office):
    instant = NOON + timedelta(seconds=7, microseconds=5)
    address = reverse("directorates:preview-instant", args=[instant])
    with timezone.override("UTC"):
        SiteSettings.objects.update_or_create(pk=1, defaults={"time_zone": "UTC"})
        assert client.get(address).context["previewed"].shown_at == instant


def test_the_form_leads_to_the_same_page_on_another_day(client, staff, office):
    data = {"day": "2026-10-01", "time": "09:30", "path": "offices/records/"}
    response = client.get("/preview/at/", data)
    assert (response.status_code, response["Location"]) == (
        302,
        "/preview/at/2026-10-01T09:30/offices/records/",
    )


def test_a_day_without_a_time_begins_at_midnight(client, staff, office):
    response = client.get("/preview/at/", {"day": "2026-10-01", "time": ""})
    assert response["Location"] == "/preview/at/2026-10-01T00:00/"


def test_no_day_is_now(client, staff, office):
    response = client.get("/preview/at/", follow=True)
    assert response.status_code == 200
    assert "The site as it was on" in words_of(response)


@pytest.mark.parametrize("path", ["//evil.example/", "a\nb/", "../../admin/", "x" * 9])
def test_no_path_leads_out_of_the_preview(client, staff, office, path):
    response = client.get("/preview/at/", {"day": "2026-10-01", "path": path})
    assert response["Location"] == "/preview/at/2026-10-01T00:00/"


@pytest.mark.parametrize(
    "data", [{"day": "soon"}, {"day": "2026-02-30"}, {"day": "2026-01-01", "time": "25:00"}]
)
def test_a_bad_choice_is_told_in_words(client, staff, office, data):
    response = client.get("/preview/at/", data)
    assert response.status_code == 400
    assert "is no day and time" in words_of(response)


@pytest.mark.parametrize("address", ["/preview/at/", "/preview/at/2026-10-01T09:30/"])
def test_who_may_not_see_drafts_sees_no_other_instant(client, office, address):
    assert client.get(address).status_code == 302
    assert "/login/" in client.get(address)["Location"]
    client.force_login(make_user(permissions=["view_changeset"]))
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("page", ["/admin/", "/admin/calendar/"])
def test_what_is_scheduled_leads_to_the_site_at_its_instant(client, staff, office, page):
    SiteSettings.objects.update_or_create(pk=1, defaults={"time_zone": "America/New_York"})
    links = re.findall(r'href="(/preview/at/[^"]*)"', client.get(page).content.decode())
    planned = at("2076-03-02T07:00")
    assert {planned, "/preview/at/"} <= set(links)
    assert client.get(f"{planned}offices/archives/").status_code == 200
    assert UnitEdition.objects.scheduled(timezone.now()).count() == 1
