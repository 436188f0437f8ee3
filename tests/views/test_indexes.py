"""“Who does what” and the lists of units over HTTP: addresses, parameters, and what a visitor reads."""

import re

import pytest
from django.utils import timezone

from agency_site.serving.page_cache import keys
from directorates.actions import responsibilities
from directorates.actions.publishing.closing import close
from directorates.models import Generation, Responsibility
from tests.factories import (
    make_agency,
    make_directorate,
    make_responsibility,
    make_unit,
    make_user,
    published,
)
from tests.kept_rows import kept
from tests.sample import load_fictional

pytestmark = pytest.mark.django_db

HOSTILE = ("'", '"><script>', "../../etc", "\0", "%00", "1" * 5000, "\u202e", "{{7*7}}", "-1", "１")


@pytest.fixture
def office():
    return make_office()


@kept
def make_office():
    """Make an office of a directorate, with one responsibility and contacts."""
    agency, division = make_agency(), make_directorate(name="Division of Land", slug="land")
    maps = make_responsibility("maps", synonyms=["charts"])
    office = make_unit(name="Office of the Surveyor", slug="surveyor", parent=division, responsibilities=[maps], phone="202-555-0100")  # fmt: skip
    published(agency, division, office)
    return office


def text_of(client, address):
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_a_responsibility_on_a_units_page_leads_to_its_entry(client, office):
    page = text_of(client, "/offices/surveyor/")
    address = '<a href="/responsibilities/?letter=m#maps">Maps</a>'
    assert address in page
    entry = text_of(client, "/responsibilities/?letter=m")
    assert 'id="maps"' in entry
    assert "tel:" in entry


def test_a_closed_units_page_has_no_links_to_entries(client, office):
    now = timezone.now()
    close(unit=office, successors=[], by=None, at=now)
    assert "/responsibilities/?letter=" not in text_of(client, "/offices/surveyor/")


def test_the_telling_part_of_a_name_is_bold(client, office):
    page = text_of(client, "/units/")
    assert "Office of the <b>Surveyor</b></a>" in page
    assert '<h2 id="letter-s">S</h2>' in page


def test_a_closed_unit_is_marked_and_says_what_took_its_place(client, office):
    heir = published(make_unit(name="Heir", slug="heir"))
    close(unit=office, successors=[heir], by=None, at=timezone.now())
    assert "Surveyor" not in text_of(client, "/units/").partition("<main")[2]
    page = text_of(client, "/units/?closed=yes")
    assert "Closed. " in page
    assert re.search(r'What took its place:\s*<a href="/offices/heir/">Heir</a>', page)


def test_the_form_of_the_filters_gives_the_list_that_it_names(client, office):
    page = text_of(client, "/units/?kind=office&part-of=land&closed=yes")
    assert 'value="office" checked' in page
    assert 'value="land" selected' in page
    assert 'value="yes" checked' in page
    assert "Surveyor" in page
    # Empty fields are sent too.
    assert "Surveyor" in text_of(client, "/units/?kind=&part-of=")


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("/units/?kind=office", "/offices/"),
        ("/units/?kind=&part-of=&closed=", "/units/"),
        ("/units/?kind=directorate&part-of=agency-of-examples", "/directorates/?part-of=agency-of-examples"),
        ("/responsibilities/?letter=m", "/responsibilities/"),
    ],
)  # fmt: skip
def test_an_address_with_another_spelling_names_the_one_to_index(
    client, office, address, canonical
):
    assert f'<link rel="canonical" href="http://testserver{canonical}">' in text_of(client, address)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/Units/?Kind=OFFICE", "/units/?kind=office"),
        ("/units/?part-of=LAND", "/units/?part-of=land"),
        ("/responsibilities/?letter=M", "/responsibilities/?letter=m"),
        ("/RESPONSIBILITIES?LETTER=M", "/responsibilities/?letter=m"),
        ("/units/?HANDLES=Maps", "/units/?handles=maps"),
    ],
)
def test_an_address_in_capitals_redirects_once(client, office, address, expected):
    response = client.get(address)
    assert (response.status_code, response.url) == (301, expected)
    assert client.get(expected).status_code == 200


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", ["kind", "part-of", "handles", "closed", "by", "view", "page"])
def test_a_hostile_parameter_of_a_list_is_an_unknown_page(client, office, name, value):
    assert client.get("/units/", {name: value}).status_code == 404


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_letter_is_an_unknown_page(client, office, value):
    assert client.get("/responsibilities/", {"letter": value}).status_code == 404


def test_free_text_makes_no_further_copy_of_a_page_in_the_cache():
    assert keys.known_query("/units/", "name=anything&q=x&kind=office") == "kind=office"
    assert keys.known_query("/responsibilities/", "q=anything&letter=b") == "letter=b"


def test_a_list_of_one_kind_takes_no_filter_of_all_units(client, office):
    assert "Surveyor" in text_of(client, "/offices/?kind=agency&closed=maybe")


@pytest.mark.parametrize(
    "change", [{"synonyms": ["atlases"]}, {"description": "Of land, not of sea."}]
)
def test_a_change_of_a_published_responsibility_is_public_at_once(client, office, change):
    before = Generation.objects.current()
    row = Responsibility.objects.get()
    for name, value in change.items():
        setattr(row, name, value)
    responsibilities.save(responsibility=row, by=make_user(), at=timezone.now())
    assert Generation.objects.current() == before + 1
    words = next(iter(change.values()))
    shown = words if isinstance(words, str) else "Atlases"
    assert shown in text_of(client, "/responsibilities/")


def test_the_indexes_are_empty_before_anything_is_published(client):
    assert "No responsibilities are listed here yet." in text_of(client, "/responsibilities/")
    assert "No units are listed here yet." in text_of(client, "/units/")


@pytest.mark.parametrize("address", ["/responsibilities/", "/units/", "/units/?view=names"])
def test_a_page_of_a_large_agency_stays_light(client, address):
    load_fictional(offices=1000)
    assert len(text_of(client, address).encode()) < 150_000
