from datetime import timedelta

import pytest

from directorates.actions.publishing import publishing
from directorates.actions.publishing.closing import close
from directorates.models import UnitEdition
from directorates.queries.pages import unit_page
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_directorate,
    make_figure,
    make_responsibility,
    make_unit,
    published,
    published_agency,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def agency(db):
    return published_agency()


def page_of(unit, at=NOON):
    return unit_page.get(UnitEdition.objects.in_force(at).get(unit=unit), at=at)


def find(kind, slug, at=NOON):
    found = unit_page.find(kind=kind, slug=slug, at=at)
    return found.name if isinstance(found, UnitEdition) else found


def test_the_description_of_a_unit_with_few_words_is_a_sentence(agency):
    bare = published(make_unit(name="Bare", role="supporting", summary="", overview=""))
    short = published(make_unit(name="Short", summary="", overview="<p>Flies kites.</p>"))
    assert page_of(bare).description == (
        "Bare: what this supporting office does, who leads it and how to reach it"
    )
    assert page_of(short).description == (
        "Short: Flies kites. What it does, who leads it and how to reach it"
    )
    close(unit=bare, successors=[short], by=None, at=NOON + HOUR)
    assert page_of(bare, NOON + HOUR).description == "Bare: what this supporting office did and what took its place"  # fmt: skip


def test_a_slug_leads_to_the_edition_in_force(agency):
    published(make_unit(name="Records", slug="records"))
    assert find("office", "records") == "Records"


def test_an_unknown_slug_leads_nowhere(agency):
    assert find("office", "nothing") is None


def test_a_draft_and_a_scheduled_slug_lead_nowhere(agency):
    make_unit(slug="draft")
    published(make_unit(slug="scheduled"), effective_from=NOON + DAY)
    assert find("office", "draft") is None
    assert find("office", "scheduled") is None
    assert find("office", "scheduled", NOON + DAY) is not None


def test_every_slug_a_unit_ever_had_leads_to_its_page(agency):
    unit = published(make_unit(slug="first"))
    published(changed(unit, slug="second"), at=NOON + HOUR)
    published(changed(unit, slug="third"), at=NOON + 2 * HOUR)
    at = NOON + DAY
    assert find("office", "first", at) == find("office", "second", at) == "/offices/third/"


def test_an_office_that_became_a_directorate_is_found_at_its_old_address(agency):
    unit = published(make_unit(slug="records"))
    published(changed(unit, kind="directorate"), at=NOON + HOUR)
    assert find("office", "records", NOON + DAY) == "/directorates/records/"


def test_a_slug_that_passed_to_another_unit_leads_there(agency):
    old = published(make_unit(name="Old", slug="records"))
    published(changed(old, slug="archive"), at=NOON + HOUR)
    published(make_unit(name="New", slug="records"), at=NOON + 2 * HOUR)
    assert find("office", "records", NOON + DAY) == "New"


def test_a_slug_that_two_units_had_leads_to_the_one_that_had_it_last(agency):
    first = published(make_unit(slug="records"))
    published(changed(first, slug="first-now"), at=NOON + HOUR)
    second = published(make_unit(slug="records"), at=NOON + 2 * HOUR)
    published(changed(second, slug="second-now"), at=NOON + 3 * HOUR)
    assert find("office", "records", NOON + DAY) == "/offices/second-now/"


def test_a_withdrawn_edition_never_leads_anywhere(agency):
    unit = published(make_unit(slug="records"))
    published(changed(unit, slug="embargoed"), at=NOON + HOUR, effective_from=NOON + DAY)
    publishing.withdraw(editions=[unit.editions.get(number=2)], by=None, at=NOON + HOUR)
    assert find("office", "embargoed", NOON + 2 * DAY) is None


def test_the_page_has_only_what_is_there(agency):
    page = page_of(published(make_unit(overview="")))
    assert (page.head, page.statutory_authority, page.website) == (None, None, None)
    assert (page.responsibilities, page.address_lines, page.key_facts) == ((), (), ())
    assert not page.has_contact


def test_the_page_has_every_field(agency):
    unit = make_unit(
        head_title="Director",
        head_name="A. Example",
        head_status="acting",
        statutory_authority="1 U.S.C. 1",
        statutory_authority_url="https://law.example/",
        email="office@agency.example",
        phone="202-555-0100",
        website="https://office.example.gov/",
        street_address="1 Main Street",
        address_locality="Springfield",
        address_region="VA",
        postal_code="22150",
        responsibilities=[make_responsibility("Records")],
    )
    page = page_of(published(unit))
    assert page.head == unit_page.Head("Director", "A. Example", "Acting")
    assert page.statutory_authority.is_external
    assert not page.website.is_external
    assert page.address_lines == ("1 Main Street", "Springfield, VA 22150")
    assert [link.text for link in page.responsibilities] == ["Records"]
    assert page.has_contact


def test_breadcrumbs_lead_from_the_agency_to_the_unit(agency):
    division = make_directorate(name="Division")
    branch = make_unit(name="Branch", parent=division)
    office = make_unit(name="Office", parent=branch)
    published(division, branch, office)
    crumbs = [(link.text, bool(link.url)) for link in page_of(office).breadcrumbs]
    assert crumbs == [
        ("Agency of Examples", True),
        ("Division", True),
        ("Branch", True),
        ("Office", False),
    ]


def test_a_preview_has_the_breadcrumbs_of_its_draft(agency):
    division, office = make_directorate(name="Division"), make_unit(name="Office")
    published(division, office)
    draft = changed(office, parent=division)
    crumbs = [link.text for link in unit_page.get(draft, at=NOON).breadcrumbs]
    assert crumbs == ["Agency of Examples", "Division", "Office"]


def test_the_units_below_are_those_in_force_and_open(agency):
    parent = make_directorate()
    shown = make_unit(name="Shown", parent=parent)
    closing = make_unit(name="Closing", parent=parent)
    published(parent, shown, closing)
    make_unit(name="Draft", parent=parent)
    close(unit=closing, successors=[shown], by=None, at=NOON + HOUR)
    below = page_of(parent, NOON + DAY).units_below
    assert [card.name for card in below] == ["Shown"]


def test_more_units_than_fit_lead_to_the_full_list(agency):
    published(*(make_unit() for _ in range(unit_page.UNITS_BELOW_LIMIT + 1)))
    page = page_of(agency)
    assert len(page.units_below) == unit_page.UNITS_BELOW_LIMIT
    assert page.all_units_below_url == "/offices/?part-of=agency-of-examples"


def test_a_closed_unit_says_when_it_closed_and_what_took_its_place(agency):
    old, new = make_unit(), make_unit(name="New", slug="new")
    published(old, new)
    close(unit=old, successors=[new], by=None, at=NOON + HOUR)
    corrected = changed(old, summary="A corrected summary of what this office once did here.")
    published(corrected, at=NOON + DAY)
    closure = page_of(old, NOON + 2 * DAY).closure
    assert closure.closed_at == NOON + HOUR
    assert [(link.text, link.url) for link in closure.successors] == [("New", "/offices/new/")]


def test_the_figures_of_the_unit_are_on_its_page(agency):
    published(make_figure(unit=agency, value=8_700, qualifier="more than", counts="employees"))
    (fact,) = page_of(agency).key_facts
    assert (fact.qualifier, fact.value, fact.counts) == ("more than", "8,700", "employees")


def test_published_and_updated_are_the_first_and_the_newest_edition(agency):
    published(changed(agency, name="Renamed"), at=NOON + DAY)
    page = unit_page.get(unit_page.find_agency(at=NOON + DAY), at=NOON + DAY)
    assert (page.published_at, page.updated_at) == (NOON, NOON + DAY)
