"""The nodes of schema.org for each kind of page. Pure: page data in, dicts out."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from directorates.actions.publishing.closing import close
from directorates.models import SiteSettings, UnitEdition
from directorates.queries import visibility
from directorates.queries.pages import (
    contact_page,
    figure_list,
    figure_page,
    overview,
    site_identity,
    structured_data,
)
from directorates.queries.pages.unit_page import get as get_unit_page
from tests.factories import (
    DAY,
    NOON,
    make_agency,
    make_directorate,
    make_figure,
    make_unit,
    published,
)

pytestmark = pytest.mark.django_db

ORIGIN = "https://www.example.gov"


def nodes_of(page, *, at=NOON, **extra):
    site = site_identity.get(at=at)
    document = structured_data.get(page, path=page.path, site=site, origin=ORIGIN, **extra)
    assert document["@context"] == "https://schema.org"
    return document["@graph"]


def unit_node(unit, *, at=NOON):
    edition = UnitEdition.objects.in_force(at).get(unit=unit)
    return nodes_of(get_unit_page(edition, at=at), at=at)[0]


@pytest.fixture
def agency():
    return published(make_agency(founded_on="1849"))


def test_a_unit_has_its_names_its_page_and_its_place(agency):
    parent = published(make_directorate(name="Inquiries", slug="inquiries"))
    unit = published(make_unit(name="Records", acronym="R", slug="records", parent=parent))
    below = published(make_unit(name="Files", slug="files", parent=unit))
    node = unit_node(unit)
    assert node["@type"] == "GovernmentOrganization"
    assert node["@id"] == f"{ORIGIN}/offices/records/#organization"
    assert (node["name"], node["alternateName"]) == ("Records", "R")
    assert node["url"] == f"{ORIGIN}/offices/records/"
    assert node["parentOrganization"] == {
        "@type": "GovernmentOrganization",
        "@id": f"{ORIGIN}/directorates/inquiries/#organization",
        "name": "Inquiries",
    }
    assert node["subOrganization"] == [
        {
            "@type": "GovernmentOrganization",
            "@id": f"{ORIGIN}/offices/files/#organization",
            "name": "Files",
        }
    ]
    assert "subOrganization" not in unit_node(below)


def test_what_is_not_known_is_left_out(agency):
    node = unit_node(published(make_unit(overview="", summary="")))
    known = {"@id", "@type", "name", "url", "description", "parentOrganization"}
    assert set(node) == known


def test_a_unit_has_its_dates(agency):
    unit = published(make_unit(founded_on="2003-03"))
    assert unit_node(unit)["foundingDate"] == "2003-03"
    late = datetime(2026, 3, 6, 2, tzinfo=UTC)
    close(unit=unit, successors=[agency], by=None, at=late)
    # The day is that of the agency's time zone.
    assert unit_node(unit, at=late)["dissolutionDate"] == "2026-03-05"


def test_a_closing_day_that_is_unknown_is_left_out(agency):
    unit = published(make_unit())
    close(unit=unit, successors=[], by=None, at=NOON + DAY)
    edition = UnitEdition.objects.in_force(NOON + DAY).get(unit=unit)
    edition.closing_day_is_known = False
    page = get_unit_page(edition, at=NOON + DAY)
    assert "dissolutionDate" not in nodes_of(page, at=NOON + DAY)[0]


def test_a_founding_day_written_past_the_forms_is_left_out(agency):
    edition = UnitEdition.objects.in_force(NOON).get(unit=agency)
    edition.founded_on = "long ago"
    assert "foundingDate" not in nodes_of(get_unit_page(edition, at=NOON))[0]


def test_a_unit_has_its_contact_and_its_address(agency):
    unit = make_unit(
        email="records@example.gov",
        phone="202-555-0100 ext. 7",
        website="https://records.example.gov/",
        street_address="1 Main Street",
        address_locality="Springfield",
        address_region="VA",
        postal_code="22150",
        address_country="USA",
    )
    node = unit_node(published(unit))
    assert node["contactPoint"] == [
        {
            "@type": "ContactPoint",
            "telephone": "+1-202-555-0100 ext. 7",
            "email": "records@example.gov",
        }
    ]
    assert node["sameAs"] == "https://records.example.gov/"
    assert node["address"] == {
        "@type": "PostalAddress",
        "streetAddress": "1 Main Street",
        "addressLocality": "Springfield",
        "addressRegion": "VA",
        "postalCode": "22150",
        "addressCountry": "US",
    }


def test_a_number_that_only_this_country_can_call_stays_as_typed(agency):
    unit = published(make_unit(phone="311"))
    assert unit_node(unit)["contactPoint"][0]["telephone"] == "311"


@pytest.mark.parametrize(
    ("qualifier", "expected"),
    [
        ("exactly", {"value": 8700}),
        ("more than", {"minValue": 8700, "description": "more than 8,700 people"}),
        ("nearly", {"maxValue": 8700, "description": "nearly 8,700 people"}),
        ("approximately", {"value": 8700, "description": "approximately 8,700 people"}),
    ],
)
def test_the_figure_of_the_employees_has_its_bound(agency, qualifier, expected):
    published(
        make_figure(
            unit=agency, value=8700, counts="people", qualifier=qualifier, counts_employees=True
        )
    )
    node = unit_node(agency)
    assert node["numberOfEmployees"] == {"@type": "QuantitativeValue"} | expected


def test_the_figure_of_the_employees_has_its_day(agency):
    make = {"unit": agency, "counts_employees": True, "as_of": date(2025, 9, 30)}
    published(make_figure(value=Decimal("12.5"), **make))
    assert unit_node(agency)["numberOfEmployees"] == {
        "@type": ["QuantitativeValue", "Observation"],
        "value": 12.5,
        "observationDate": "2025-09-30",
    }


def test_any_other_figure_says_nothing_of_the_employees(agency):
    published(make_figure(unit=agency, counts="employees of others"))
    assert "numberOfEmployees" not in unit_node(agency)


def test_the_agency_has_what_the_settings_say(agency):
    SiteSettings.objects.update_or_create(
        pk=1,
        defaults={
            "parent_organization": "Department of Examples",
            "parent_organization_url": "https://department.example.gov/",
            "contact_email": "info@example.gov",
        },
    )
    for node in (unit_node(agency), nodes_of(overview.get(at=NOON))[1]):
        assert node["@id"] == f"{ORIGIN}/about/#organization"
        assert node["foundingDate"] == "1849"
        assert node["parentOrganization"] == {
            "@type": "GovernmentOrganization",
            "name": "Department of Examples",
            "url": "https://department.example.gov/",
        }
        assert node["contactPoint"] == [{"@type": "ContactPoint", "email": "info@example.gov"}]


def test_the_overview_has_the_site_and_every_section_with_its_parent(agency):
    directorate = published(make_directorate(name="Inquiries", slug="inquiries", position=1))
    shown = make_unit(slug="records", parent=directorate, is_on_overview=True, position=2)
    published(shown)
    website, top, *units = nodes_of(overview.get(at=NOON))
    about = {"@id": f"{ORIGIN}/about/#organization"}
    inquiries = {"@id": f"{ORIGIN}/directorates/inquiries/#organization"}
    assert (website["@type"], website["publisher"]) == ("WebSite", about)
    assert "potentialAction" not in website
    assert top["subOrganization"] == [inquiries]
    assert [unit["parentOrganization"] for unit in units] == [about, inquiries]


def test_the_site_says_where_its_search_is(agency):
    page = overview.get(at=NOON)
    action = nodes_of(page, search_path="/search/")[0]["potentialAction"]
    assert action["target"]["urlTemplate"] == f"{ORIGIN}/search/?q={{words}}"
    assert action["query-input"] == "required name=words"


def test_an_empty_site_has_its_name(db):
    assert [node["@type"] for node in nodes_of(overview.get(at=NOON))] == ["WebSite"]


def test_a_page_with_breadcrumbs_has_them_with_addresses(agency):
    unit = published(make_unit(name="Records", slug="records"))
    edition = UnitEdition.objects.in_force(NOON).get(unit=unit)
    crumbs = nodes_of(get_unit_page(edition, at=NOON))[1]
    assert crumbs["@type"] == "BreadcrumbList"
    assert [
        (item["position"], item["name"], item["item"]) for item in crumbs["itemListElement"]
    ] == [
        (1, "Who We Are", f"{ORIGIN}/"),
        (2, agency.name, f"{ORIGIN}/about/"),
        (3, "Records", f"{ORIGIN}/offices/records/"),
    ]
    assert nodes_of(contact_page.get(at=NOON))[0]["@type"] == "BreadcrumbList"


def test_a_page_without_breadcrumbs_and_units_has_no_document(agency):
    site = site_identity.get(at=NOON)
    assert structured_data.get(None, path="/", site=site, origin=ORIGIN) is None


def test_the_units_of_the_overview_are_bounded(agency):
    published(make_directorate())
    page = overview.get(at=NOON)
    many = replace(page, units=page.units * 200)
    node = nodes_of(many)
    assert len(node) == 2 + 100
    assert len(node[1]["subOrganization"]) == 100


def page_of_figure(unit, *, at=NOON, **content):
    figure = published(make_figure(unit=unit, identifier="cars", counts="cars", **content), at=at)
    edition = visibility.find_figure(figure.identifier, at=at)
    return figure_page.get(edition, at=at)


def test_a_figure_is_an_observation_about_its_unit(agency):
    unit = published(make_unit(name="Records", slug="records"))
    page = page_of_figure(unit, value=1300, qualifier="more than", as_of=date(2025, 9, 30))
    observation, data, _ = nodes_of(page)
    assert observation == {
        "@type": "Observation",
        "@id": f"{ORIGIN}/figures/cars/#figure",
        "url": f"{ORIGIN}/figures/cars/",
        "name": "More than 1,300 cars",
        "variableMeasured": "cars",
        "observationAbout": {
            "@type": "GovernmentOrganization",
            "@id": f"{ORIGIN}/offices/records/#organization",
            "name": "Records",
        },
        "observationDate": "2025-09-30",
        "minValue": 1300,
    }
    assert data["@type"] == "Dataset"
    assert data["dateModified"] == "2026-03-02"
    assert [file["contentUrl"] for file in data["distribution"]] == [
        f"{ORIGIN}/figures/cars.csv",
        f"{ORIGIN}/figures/cars.json",
    ]


def test_a_figure_for_money_has_its_currency(agency):
    observation, *_ = nodes_of(page_of_figure(agency, value="12.50", currency="USD"))
    assert (observation["value"], observation["unitText"]) == (12.5, "USD")
    assert "observationDate" not in observation


def test_the_list_of_figures_is_a_data_set_if_it_has_any(agency):
    (only,) = nodes_of(figure_list.get(at=NOON))
    assert only["@type"] == "BreadcrumbList"
    published(make_figure(unit=agency))
    data, _ = nodes_of(figure_list.get(at=NOON))
    assert (data["@type"], data["name"]) == ("Dataset", "Figures of Agency of Examples")
    assert 50 <= len(data["description"]) <= 5000
