"""The addresses of the pages in the static copy."""

import pytest

from agency_site.serving.static_export.pages import addresses
from directorates.queries.pages import responsibilities, unit_list
from tests.factories import (
    NOON,
    make_agency,
    make_directorate,
    make_figure,
    make_responsibility,
    make_unit,
    published,
    published_agency,
)
from tests.sample import load_fictional

pytestmark = pytest.mark.django_db

OFFICES = 230
ORDERS = (unit_list.BY_NAME, unit_list.BY_PARENT)


KINDS = ("", "agency", "directorate", "office")


def address(kind, **question):
    return unit_list.address(kind, **question)


def lists_at(at):
    return [one for one in addresses.of_lists(at) if not one.startswith("/responsibilities/")]


def test_every_page_of_the_lists_is_found():
    load_fictional(offices=OFFICES)
    expected = {address("agency"), address("agency", closed="yes")}
    for kind, total in (("", OFFICES + 9), ("directorate", 8), ("office", OFFICES)):
        for closed in ("", "yes"):
            pages = range(1, -(-total // unit_list.UNITS_A_PAGE) + 1)
            expected |= {
                address(kind, closed=closed, by=order, page=page)
                for order in ORDERS
                for page in pages
            }
            expected.add(address(kind, closed=closed, view=unit_list.NAMES))
    found = [one for one in lists_at(NOON) if "handles=" not in one]
    assert set(found) == expected
    assert len(found) == len(expected)


def test_every_letter_of_the_responsibilities_is_found():
    load_fictional(offices=OFFICES)
    letters = responsibilities.get(at=NOON).letters
    found = [one for one in addresses.of_lists(NOON) if one.startswith("/responsibilities/")]
    assert found == [f"/responsibilities/?letter={link.text.lower()}" for link in letters]


def test_a_responsibility_of_many_units_has_a_list_of_them():
    published_agency()
    maps = make_responsibility("Maps")
    published(*(make_unit(responsibilities=[maps]) for _ in range(9)))
    found = {one for one in addresses.of_lists(NOON) if "handles=" in one}
    assert found == {"/units/?handles=maps", "/units/?handles=maps&by=part-of"}


def test_a_unit_with_many_below_has_a_list_of_its_own(monkeypatch):
    monkeypatch.setattr(addresses, "UNITS_BELOW_LIMIT", 5)
    load_fictional(offices=OFFICES)
    own = {one for one in addresses.of_lists(NOON) if "part-of=imaginary-clouds" in one}
    assert own == {address("office", by=order, part_of="imaginary-clouds") for order in ORDERS}


def test_an_empty_list_has_one_page():
    expected = {address(kind, closed=closed) for kind in KINDS for closed in ("", "yes")}
    assert set(addresses.of_lists(NOON)) == expected


@pytest.mark.parametrize("offices", [20, 230])
def test_lists_take_the_same_queries_for_few_units_and_for_many(
    offices, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr(addresses, "UNITS_BELOW_LIMIT", 1)
    load_fictional(offices=offices)
    with django_assert_num_queries(4):
        addresses.of_lists(NOON)


def test_every_unit_with_units_below_it_has_a_chart_as_page_and_as_picture(
    django_assert_num_queries,
):
    agency = make_agency()
    division = make_directorate(slug="division")
    branch = make_unit(slug="branch", parent=division)
    published(agency, division, branch, make_unit(parent=branch), make_unit(slug="alone"))
    with django_assert_num_queries(1):
        found = addresses.of_charts(NOON)
    assert found == [
        f"/structure/{name}{query}"
        for query in ("", "?of=branch", "?of=division")
        for name in ("", "chart.svg")
    ]


def test_every_page_of_contacts_is_found():
    assert addresses.of_contacts(NOON) == ["/contact/"]
    agency = published_agency()
    published(*[make_unit(parent=agency, email="o@example.gov") for _ in range(51)])
    assert addresses.of_contacts(NOON) == ["/contact/", "/contact/?page=2"]


def test_every_figure_is_found_as_a_page_and_as_files(django_assert_num_queries):
    assert addresses.of_figures(NOON) == ["/figures/"]
    agency = published_agency()
    published(*[make_figure(unit=agency, identifier=f"Cars-{number}") for number in range(51)])
    with django_assert_num_queries(2):
        found = addresses.of_figures(NOON)
    assert found[:5] == [
        "/figures/",
        "/figures/?page=2",
        *("/figures/cars-0/", "/figures/cars-0.csv", "/figures/cars-0.json"),
    ]
    assert len(found) == 2 + 3 * 51
    assert {"/figures.csv", "/figures.json"} < set(addresses.fixed())
