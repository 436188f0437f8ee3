"""Where a unit stands: above, beside and below it."""

import pytest

from directorates.actions.publishing.closing import close
from directorates.models import UnitEdition
from directorates.queries.pages import unit_page
from directorates.queries.pages.page_parts import Link
from directorates.queries.pages.place import MOST_IN_A_ROW, Neighbors
from tests.factories import NOON, changed, make_agency, make_directorate, make_unit, published
from tests.sample import load_fictional

pytestmark = pytest.mark.django_db


def place_of(unit, at=NOON):
    return unit_page.get(UnitEdition.objects.in_force(at).get(unit=unit), at=at).place


def texts(links):
    return [link.text for link in links]


@pytest.fixture
def agency():
    return make_agency()


def test_a_unit_stands_among_those_beside_it_in_their_order(agency):
    division = make_directorate(name="Division", slug="division", acronym="D")
    office = make_unit(name="M", parent=division)
    others = [make_unit(name=name, parent=division) for name in "ZA"]
    published(agency, division, office, *others)
    place = place_of(office)
    assert place.above == (
        Link("Agency of Examples (AOE)", "/about/"),
        Link("Division (D)", "/directorates/division/"),
    )
    assert texts(place.row) == ["A", "M", "Z"]
    assert [bool(link.url) for link in place.row] == [True, False, True]
    assert (place.others, place.below) == (0, ())


def test_the_agency_stands_above_all(agency):
    published(agency, make_directorate(name="Division"))
    place = place_of(agency)
    assert (place.above, texts(place.row)) == ((), ["Agency of Examples (AOE)"])
    assert texts(place.below) == ["Division"]


def test_twelve_units_are_a_row_and_more_are_counted(agency):
    division = make_directorate(slug="division")
    units = [make_unit(name=f"Office {number:02}", parent=division) for number in range(12)]
    published(agency, division, *units)
    assert len(place_of(units[0]).row) == 12
    published(make_unit(parent=division))
    place = place_of(units[0])
    assert texts(place.row) == ["Office 00"]
    assert (place.others, place.others_url) == (12, "/structure/?of=division")
    place = place_of(division)
    assert (place.below, place.further_below) == ((), 13)
    assert place.further_below_url == "/structure/?of=division"


def test_what_is_beside_a_unit_of_the_agency_is_on_the_whole_chart(agency):
    units = [make_directorate() for _ in range(14)]
    published(agency, *units)
    assert place_of(units[3]).others_url == "/structure/"
    assert place_of(agency).further_below_url == "/structure/"


def test_units_that_look_the_same_are_told_apart(agency):
    division = make_directorate(name="Budget", slug="one")
    published(agency, division, make_directorate(name="Budget", slug="two"))
    assert texts(place_of(division).row) == ["Budget (one)", "Budget (two)"]


def test_closed_units_and_drafts_have_no_place(agency):
    office, other = make_unit(name="A"), make_unit(name="B")
    published(agency, office, other)
    make_unit(name="A draft")
    later = NOON.replace(hour=13)
    close(unit=other, successors=[], by=None, at=later)
    assert texts(place_of(office, later).row) == ["A"]
    assert place_of(other, later) is None


def test_a_draft_stands_where_it_would_be_published(agency):
    division = make_directorate(name="Division")
    office = make_unit(name="Office")
    published(agency, division, office, make_unit(name="Beside", parent=division))
    draft = changed(office, parent=division, name="Above")
    place = unit_page.get(draft, at=NOON).place
    assert texts(place.above) == ["Agency of Examples (AOE)", "Division"]
    assert texts(place.row) == ["Above", "Beside"]


def test_a_page_says_where_its_unit_stands(agency, client):
    division = make_directorate(name="Division", acronym="DIV", slug="division")
    published(agency, division, make_unit(name="Below", slug="below", parent=division))
    page = client.get("/directorates/division/").content.decode()
    assert '<strong aria-current="page">Division (DIV)</strong>' in page
    assert '<a href="/structure/">The whole structure</a>' in page.replace(' class="more"', "")
    assert "No unit below" not in page
    page = client.get("/offices/below/").content.decode()
    assert "No unit below Below is in this record." in page


@pytest.mark.parametrize("offices", [7, 1500])
def test_units_beside_and_below_take_one_query_for_few_units_and_for_many(
    offices, django_assert_num_queries
):
    load_fictional(offices=offices)
    for slug in ("imaginary-clouds", "agency-for-imaginary-weather"):
        edition = UnitEdition.objects.get(slug=slug)
        with django_assert_num_queries(1):
            neighbors = Neighbors(edition, at=NOON)
        assert neighbors.count_below == edition.unit.unitedition_children.count()
        assert len(neighbors.beside) <= MOST_IN_A_ROW
