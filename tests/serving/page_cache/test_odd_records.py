"""The public and the staff site through the page cache, with values that no form accepts."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.utils import timezone

from agency_site.serving.page_cache import freshness
from directorates.models import SiteSettings, Unit
from directorates.models.database import guards
from tests.admin.test_every_staff_page import crawl as crawl_staff
from tests.factories import DAY, changed, make_user, published
from tests.sample import LATELY, load_sample
from tests.serving.page_cache.production_client import ProductionClient
from tests.views.test_crawl import check, crawl

LAST_INSTANT = datetime.max.replace(tzinfo=UTC)


def write(table, where="1 = 1", **columns):
    """Write columns without any check of forms, files and models."""
    assignments = ", ".join(f"{name} = %s" for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {assignments} WHERE {where}", [*columns.values()])


def survey_expires(value, **more):
    write(
        "directorates_sitesettings",
        survey_omb_control_number="1234-5678",
        survey_omb_expires_on=value,
        survey_is_open=True,
        **more,
    )


def last_edition_ends(value):
    table = "directorates_unitedition"
    write(table, f"id = (SELECT MAX(id) FROM {table})", effective_until=value)


def schedule_at(value):
    """Move an edition to an instant that no form accepts, but that a release without bounds accepted."""
    unit = Unit.objects.get(identifier="hsi")
    now = timezone.now()
    published(changed(unit, summary="Later."), at=now, effective_from=now + DAY)
    later, before = unit.editions.not_withdrawn().order_by("-number")[:2]
    with guards.lifted(connection):
        # This order avoids every overlap.
        unit.editions.filter(pk=later.pk).update(effective_from=value)
        unit.editions.filter(pk=before.pk).update(effective_until=value)


def in_time_zone(name):
    survey_expires(date.max, time_zone=name)


#: Odd values in the record: how to write them, and whether pages can be kept.
ODD = {
    "the clearance ends with the calendar": (lambda: survey_expires(date.max), True),
    "the clearance ends a day earlier": (lambda: survey_expires(date(9999, 12, 30)), True),
    "the clearance ended with the first day": (lambda: survey_expires(date.min), True),
    "the last day of all begins in the east": (lambda: in_time_zone("Pacific/Kiritimati"), True),
    "the last day of all begins in the west": (lambda: in_time_zone("Etc/GMT+12"), True),
    "the machine does not know the time zone": (lambda: in_time_zone("US/Nowhere"), True),
    "the time zone is a path": (lambda: in_time_zone("../../etc/passwd"), True),
    "the time zone has no name": (lambda: in_time_zone(""), True),
    "nobody knows the language": (lambda: write("directorates_sitesettings", language="xx"), True),
    "an edition begins at the last instant": (lambda: schedule_at(LAST_INSTANT), True),
    "an edition ends at the last instant": (lambda: last_edition_ends(LAST_INSTANT), True),
    "an edition ends at no instant": (lambda: last_edition_ends("never"), False),
}
ON_SQLITE_ALONE = {"an edition ends at no instant"}


@pytest.fixture(autouse=True)
def _crawl_is_one_look(monkeypatch):
    """A crawl may take longer than a look at the record is trusted. The next look would count as a page's query."""
    monkeypatch.setattr(freshness, "SECONDS_OF_TRUST", 3600)


@pytest.fixture(params=ODD)
def odd(request, db):
    """Load the sample with an odd value; return whether its pages can be kept."""
    if request.param in ON_SQLITE_ALONE and connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps no text in a column of instants")
    load_sample(at=LATELY)
    SiteSettings.objects.load().save()
    make, can_be_kept = ODD[request.param]
    make()
    return can_be_kept


def ready():
    """Return a client after the page cache's first look at the record, so only pages are counted."""
    client = ProductionClient()
    client.look_again()
    return client


def test_visitors_see_every_page_whatever_the_record_holds(odd):
    client = ready()
    pages = crawl(client)
    check(pages)
    assert len(pages) >= 12
    for address in ("/sitemap.xml", "/robots.txt", "/survey/", "/accounts/login/"):
        assert client.get(address).status_code == 200, address
    assert client.get("/nothing/").status_code == 404
    assert (len(client.cache.memory) > 0) == odd
    assert client.cache.numbers()["agency_site_page_cache_errors_total"] == 0
    probe = client.get("/readyz")
    assert probe.status_code == (200 if odd else 503)
    assert ("none can be kept" in probe.json().get("reason", "")) == (not odd)


#: One of each kind, because the whole staff site takes a while.
FOR_STAFF = [
    "the clearance ends with the calendar",
    "the machine does not know the time zone",
    "an edition ends at no instant",
]


@pytest.mark.parametrize("odd", FOR_STAFF, indirect=True)
def test_staff_see_every_page_whatever_the_record_holds(odd):
    client = ready()
    client.force_login(make_user(is_superuser=True))
    pages = crawl_staff(client)
    assert set(pages.values()) <= {200, 301, 302, 404}
    assert len([address for address, status in pages.items() if status == 200]) > 60
