"""Every former address, and every address in capitals, redirects once to the right one."""

import pytest

from directorates.actions.publishing.closing import close
from directorates.actions.publishing.structure import BrokenRuleError
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_agency,
    make_directorate,
    make_unit,
    published,
    published_agency,
    set_survey,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def division():
    """A renamed directorate with an office."""
    agency, division = make_agency(), make_directorate(slug="first-name")
    published(agency, division, make_unit(slug="records", parent=division))
    return published(changed(division, slug="second-name"), at=NOON + DAY)


def target(client, address):
    answer = client.get(address)
    assert answer.status_code == 301, answer.status_code
    assert client.get(answer.url).status_code == 200
    return answer.url


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/offices/?part-of=first-name", "/offices/?part-of=second-name"),
        ("/offices/?part-of=FIRST-name", "/offices/?part-of=second-name"),
        ("/offices/?part-of=Second-Name", "/offices/?part-of=second-name"),
        ("/offices/?by=part-of&part-of=first-name", "/offices/?by=part-of&part-of=second-name"),
        ("/OFFICES/?by=part-of&part-of=first-name", "/offices/?by=part-of&part-of=second-name"),
        ("/offices?part-of=first-name", "/offices/?part-of=second-name"),
        ("/Offices/Records/", "/offices/records/"),
        ("/offices/RECORDS", "/offices/records/"),
        ("/offices/Records/?source=mail", "/offices/records/?source=mail"),
        ("/directorates/first-name", "/directorates/second-name/"),
        ("/DIRECTORATES/First-Name", "/directorates/second-name/"),
        ("/Directorates/Records/", "/offices/records/"),
        ("/About", "/about/"),
        ("/SITEMAP.XML", "/sitemap.xml"),
        ("/OFFICES/?PART-OF=FIRST-NAME&X=Y", "/offices/?X=Y&part-of=second-name"),
        ("/offices/?BY=PART-OF", "/offices/?by=part-of"),
        ("/offices/?by=Name&utm=A", "/offices/?by=name&utm=A"),
        ("/SITEMAP.XML?P=1", "/sitemap.xml?p=1"),
        ("/Robots.txt", "/robots.txt"),
    ],
)
def test_one_redirect_leads_to_the_right_address(client, division, address, expected):
    assert target(client, address) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [("/Survey?from=a", "/survey/?from=a"), ("/SURVEY/Thanks/", "/survey/thanks/")],
)
def test_pages_that_no_cache_keeps_may_be_written_in_capitals_too(client, address, expected):
    set_survey()
    published_agency()
    assert target(client, address) == expected


@pytest.mark.parametrize(
    "address", ["/offices/?X=Y", "/offices/?page=1&PAGE=1", "/offices/records/?By=A", "/?A=B"]
)
def test_capitals_in_what_a_page_does_not_ask_for_stay(client, division, address):
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/offices/Nothing/", "/NOTHING/", "/offices/?part-of=Nothing", "/Preview/at/", "/Shared/A/"],
)
def test_what_never_was_an_address_leads_nowhere(client, division, address):
    assert client.get(address, follow=False).status_code == 404


def test_the_list_of_a_closed_unit_leads_to_its_page(client):
    agency, division = make_agency(), make_directorate(slug="division")
    published(agency, division)
    close(unit=division, successors=[], by=None, at=NOON + DAY)
    assert target(client, "/offices/?part-of=division") == "/directorates/division/"


def test_a_slug_with_capitals_of_an_earlier_time_keeps_its_address(client):
    published(make_agency(), make_unit(slug="Records"))
    assert client.get("/offices/Records/").status_code == 200
    assert target(client, "/offices/records/") == "/offices/Records/"
    assert target(client, "/OFFICES/RECORDS") == "/offices/Records/"


def test_two_slugs_may_not_differ_in_case_alone():
    published(make_agency(), make_unit(slug="records"))
    with pytest.raises(BrokenRuleError, match="is in use"):
        published(make_unit(slug="Records"))


@pytest.mark.parametrize("address", ["/sitemap.xml", "/robots.txt", "/", "/offices/"])
def test_a_public_page_takes_nothing_that_is_sent(client, address):
    assert client.post(address).status_code == 405
