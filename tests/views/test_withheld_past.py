"""A withheld version comes out of no page, of no day."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from directorates.actions import withholding
from directorates.models import Unit
from directorates.rules import local_time
from tests.clock import set_clock
from tests.factories import changed, make_agency, make_directorate, make_unit, published
from tests.kept_rows import kept

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NOON = datetime(2026, 3, 2, 17, tzinfo=UTC)
NOW = NOON + 20 * DAY
#: The words of the withheld version.
SECRETS = ("Secret", "secret", "Eva Example")
ADDRESSES = (
    *(
        "/",
        "/structure/",
        "/structure/chart.svg",
        "/responsibilities/",
        "/units/",
        "/directorates/",
    ),
    *("/offices/", "/offices/third/", "/offices/below/", "/about/", "/contact/", "/changes/"),
    *("/changes/?of=third", "/changes/feed.atom", "/changes/feed.atom?of=third"),
    *("/compare/?of=third&from=1&to=2", "/compare/?of=third&from=1&to=3", "/sitemap.xml"),
    *("/search/?q=first", "/search/?q=eva"),
)


@pytest.fixture(autouse=True)
def _records(monkeypatch):
    set_clock(monkeypatch, NOW)
    make_records()


@kept
def make_records():
    """Make an office with three names, of which the second is withheld, and an office below it."""
    agency = published(make_agency(), at=NOON)
    division = published(make_directorate(parent=agency), at=NOON)
    office = published(make_unit(name="First", slug="first", parent=division), at=NOON + DAY)
    published(make_unit(name="Below", slug="below", parent=office), at=NOON + 2 * DAY)
    secret = {"name": "Secret", "slug": "secret", "head_name": "Eva Example", "head_title": "Head"}
    published(changed(office, **secret), at=NOON + 4 * DAY, change_note="Secret note")
    third = {"name": "Third", "slug": "third", "head_name": "", "head_title": ""}
    published(changed(office, **third), at=NOON + 6 * DAY)
    withhold(office.editions.get(number=2))


def withhold(edition):
    withholding.ask_to_withhold(edition=edition, reason="A person's name.", by=None, at=NOW)
    withholding.withhold(edition=edition, by=None, at=NOW)


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("days", [None, 3, 5, 10])
def test_no_page_of_any_day_has_its_words(client, address, days):
    if days is not None:
        day = local_time.day_of(NOON + days * DAY, "UTC").isoformat()
        address += f"{'&' if '?' in address else '?'}on={day}"
    response = client.get(address, follow=True)
    assert response.status_code in (200, 404)
    assert [word for word in SECRETS if word in response.content.decode()] == []


@pytest.mark.parametrize(
    "address",
    [
        *("/offices/third/", "/offices/first/", "/structure/?of=third", "/units/?part-of=first"),
        "/structure/chart.svg?of=third",
    ],
)
def test_the_page_of_that_day_says_that_it_is_withheld(client, address):
    response = client.get(f"{address}{'&' if '?' in address else '?'}on=2026-03-07")
    assert response.status_code == 404
    assert "is withheld from the public" in text_of(response)


def test_lists_of_that_day_say_that_something_may_be_missing(client):
    assert "withheld from the public" in text_of(client.get("/structure/?on=2026-03-07"))
    assert "withheld" not in text_of(client.get("/structure/?on=2026-03-05"))


def test_the_history_says_that_a_version_is_withheld_and_goes_on_from_the_one_before(client):
    words = text_of(client.get("/offices/third/"))
    assert "What was published is withheld from the public" in words
    assert "Renamed from First" in words
    assert "Renamed from First" in text_of(client.get("/changes/"))


@pytest.fixture
def _first_versions_withheld():
    """The first version of every unit of the record's first days is withheld."""
    for unit in Unit.objects.exclude(slug="third"):
        published(changed(unit, acronym=f"U{unit.pk}"), at=NOON + 3 * DAY)
        withhold(unit.editions.get(number=1))


@pytest.mark.usefixtures("_first_versions_withheld")
def test_days_before_the_first_readable_version_say_that_something_is_withheld(client):
    response = client.get("/about/?on=2026-03-02")
    assert "is withheld from the public" in text_of(response)
    for address in ("/", "/structure/", "/responsibilities/", "/units/", "/offices/"):
        words = text_of(client.get(f"{address}?on=2026-03-02"))
        assert "withheld from the public" in words
        assert " yet" not in words
        assert "come back later" not in words


@pytest.mark.usefixtures("_first_versions_withheld")
def test_the_record_begins_when_it_began_and_later_versions_are_changes(client):
    words = text_of(client.get("/changes/"))
    assert "The record begins on March 2, 2026" in words
    assert "March 5, 2026 Agency of Examples (" in words
