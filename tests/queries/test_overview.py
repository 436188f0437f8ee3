from datetime import timedelta

import pytest

from directorates.actions.publishing.closing import close
from directorates.queries.pages import overview
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_agency,
    make_directorate,
    make_figure,
    make_responsibility,
    make_unit,
    published,
    published_agency,
)
from tests.sample import load_fictional, load_sample

pytestmark = pytest.mark.django_db


def names(at=NOON):
    return [unit.name for unit in overview.get(at=at).units]


def test_nothing_published_is_an_empty_page():
    make_agency()
    page = overview.get(at=NOON)
    assert (page.agency, page.units, page.updated_at) == (None, (), None)


def test_the_sample_stands_in_its_order_with_its_labels():
    load_sample()
    page = overview.get(at=NOON)
    labels = [page.agency.label, *(unit.label for unit in page.units)]
    assert labels == ["ICE", "ERO", "HSI", "M&A", "CFO", "OPLA", "OPR"]


def test_directorates_are_counted_by_role_from_their_records():
    load_sample()
    counted = [fact for fact in overview.get(at=NOON).key_facts if not fact.source]
    assert [(fact.value, fact.counts) for fact in counted] == [
        ("3", "operational directorates"),
        ("1", "supporting directorate"),
    ]


def test_the_figures_of_the_agency_are_its_key_facts():
    load_sample()
    facts = [fact for fact in overview.get(at=NOON).key_facts if fact.source]
    assert [(fact.qualifier, fact.value) for fact in facts] == [
        ("more than", "20,000"),
        ("more than", "400"),
        ("approximately", "$8 billion"),
    ]
    assert {fact.as_of for fact in facts} == {None}


def test_staff_can_set_another_order():
    first = make_agency()
    b, a = make_directorate(name="B", position=1), make_directorate(name="A", position=2)
    published(first, b, a)
    assert names() == ["B", "A"]


def test_a_unit_off_the_overview_is_counted_but_not_shown():
    published(make_agency(), make_directorate(is_on_overview=False, role="supporting"))
    page = overview.get(at=NOON)
    assert page.units == ()
    assert [fact.counts for fact in page.key_facts] == ["supporting directorate"]


def test_an_office_names_what_it_is_part_of_even_if_that_is_off_the_page():
    agency, branch = make_agency(), make_unit(name="Branch")
    published(agency, branch, make_unit(parent=branch, is_on_overview=True))
    (section,) = overview.get(at=NOON).units
    assert (section.relation, section.parent_name) == ("Part of", "Branch")
    assert section.parent_url == f"/offices/{branch.slug}/"


def test_drafts_scheduled_and_closed_units_are_absent():
    agency, shown, closing = make_agency(), make_directorate(), make_directorate()
    published(agency, shown, closing)
    changed(shown, name="Draft name")
    make_directorate(name="Never published")
    later = make_directorate(name="Scheduled")
    published(later, effective_from=NOON + DAY)
    close(unit=closing, successors=[shown], by=None, at=NOON + timedelta(hours=1))
    assert names(NOON + timedelta(hours=2)) == [shown.name]
    assert names(NOON + DAY) == [shown.name, "Scheduled"]


def test_updated_is_the_newest_edition_on_the_page():
    agency, unit = make_agency(), make_directorate()
    published(agency, unit)
    published(changed(unit, name="Renamed"), at=NOON + DAY)
    off_page = published(make_unit(), at=NOON + 2 * DAY)
    assert off_page.has_unpublished_changes is False
    assert overview.get(at=NOON + 3 * DAY).updated_at == NOON + DAY


def test_a_new_figure_updates_the_page():
    agency = published_agency()
    published(make_figure(unit=agency), at=NOON + DAY)
    assert overview.get(at=NOON + 2 * DAY).updated_at == NOON + DAY


def test_a_preview_shows_the_draft_in_its_place_and_nothing_else():
    agency, first, second = make_agency(), make_directorate(), make_directorate()
    published(agency, first, second)
    draft = changed(first, name="Draft", overview="<p>New words</p>")
    changed(second, name="Another's draft")
    page = overview.get(at=NOON, draft=draft)
    assert {unit.name for unit in page.units} == {"Draft", second.name}
    assert "New words" in "".join(unit.overview for unit in page.units)


def test_the_figures_are_those_in_force():
    agency = published_agency()
    figure = published(make_figure(unit=agency, value=5, counts="cats"))
    published(changed(figure, value=6), at=NOON + timedelta(hours=1), effective_from=NOON + DAY)
    values = [overview.get(at=at).key_facts[0].value for at in (NOON, NOON + DAY)]
    assert values == ["5", "6"]


@pytest.mark.parametrize("offices", [7, 300])
def test_the_overview_takes_the_same_four_queries_for_few_units_and_for_many(
    offices, django_assert_num_queries
):
    load_fictional(offices=offices)
    with django_assert_num_queries(4):
        page = overview.get(at=NOON)
    assert len(page.units) == 8


def test_each_section_has_its_responsibilities_in_their_order():
    zoning, audits = make_responsibility("zoning"), make_responsibility("audits")
    agency = make_agency()
    first = make_directorate(position=1, responsibilities=[zoning, audits])
    second = make_directorate(position=2, responsibilities=[zoning])
    published(agency, first, second)
    found = [[link.text for link in unit.responsibilities] for unit in overview.get(at=NOON).units]
    assert found == [["Audits", "Zoning"], ["Zoning"]]


def test_a_preview_shows_the_responsibilities_of_the_draft():
    agency, unit = make_agency(), make_directorate(responsibilities=[make_responsibility("Old")])
    published(agency, unit)
    draft = changed(unit, name="Draft")
    draft.responsibilities.set([make_responsibility("New")])
    (section,) = overview.get(at=NOON, draft=draft).units
    assert [link.text for link in section.responsibilities] == ["New"]


def test_the_page_counts_what_the_open_units_are_and_do():
    shared = make_responsibility("Shared")
    agency, directorate = make_agency(), make_directorate(responsibilities=[shared])
    office = make_unit(responsibilities=[shared, make_responsibility("Own")])
    closing = make_unit(responsibilities=[make_responsibility("Gone")])
    published(agency, directorate, office, closing)
    close(unit=closing, successors=[office], by=None, at=NOON + timedelta(hours=1))
    page = overview.get(at=NOON + DAY)
    assert [(link.text, link.url) for link in page.made_up_of] == [
        ("1 directorate", "/directorates/"),
        ("1 office", "/offices/"),
    ]
    assert page.responsibility_count == 2


def test_an_agency_alone_is_made_up_of_nothing():
    published(make_agency(summary="What it is for."))
    page = overview.get(at=NOON)
    assert (page.summary, page.made_up_of, page.responsibility_count) == ("What it is for.", (), 0)
