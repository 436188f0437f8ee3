"""The chart of the organization, against a tree built from the records alone."""

from collections import defaultdict
from urllib.parse import parse_qs, urlsplit

import pytest

from directorates.actions.publishing.closing import close
from directorates.models import UnitEdition
from directorates.queries import visibility
from directorates.queries.pages import structure
from directorates.queries.pages.page_parts import Link
from directorates.queries.pages.structure import UnknownUnitError
from directorates.rules import chart_tree
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_agency,
    make_directorate,
    make_unit,
    published,
    published_agency,
)
from tests.sample import load_fictional, load_sample

pytestmark = pytest.mark.django_db


def get(of="", at=NOON):
    return structure.get(at=at, of=of)


def tree_of_records(at=NOON):
    """Return {address: {address below: …}} of the open units, from their rows alone."""
    below = defaultdict(list)
    for edition in UnitEdition.objects.all():
        is_in_force = edition.effective_from <= at and (
            edition.effective_until is None or edition.effective_until > at
        )
        if is_in_force and not edition.is_closed and edition.withdrawn_at is None:
            below[edition.parent_id].append(edition)

    def tree(parent):
        return {one.get_absolute_url(): tree(one.unit_id) for one in below[parent]}

    return tree(None)


def tree_of_charts(unit):
    """Return the same from the chart, and from the charts to which it leads instead of showing what is below."""
    below = unit.below
    if unit.total and not below:
        of = parse_qs(urlsplit(unit.chart_url).query)["of"][0]
        below = get(of).root.below
    return {unit.url: {url: tree for one in below for url, tree in tree_of_charts(one).items()}}


def test_the_chart_of_the_sample_is_the_tree_of_its_records():
    load_sample()
    page = get()
    assert tree_of_charts(page.root) == tree_of_records()
    assert len(page.root.below) == 5


@pytest.mark.parametrize("offices", [400, 1500])
def test_the_charts_of_a_large_agency_are_the_tree_of_its_records(offices, monkeypatch):
    load_fictional(offices=offices)
    # A thousand charts read the same rows.
    rows = visibility.places_of_units(at=NOON)
    monkeypatch.setattr(visibility, "places_of_units", lambda at: rows)
    assert tree_of_charts(get().root) == tree_of_records()


def test_every_unit_stands_in_the_order_of_its_place_and_name():
    agency = make_agency()
    published(agency, make_unit(name="B", position=2), make_unit(name="C"), make_unit(name="A"))
    assert [unit.label for unit in get().root.below] == ["A", "C", "B"]


def test_a_unit_says_its_kind_its_role_and_its_head():
    agency = make_agency()
    acting = make_directorate(
        role="supporting", head_title="Director", head_name="Ada Example", head_status="acting"
    )
    vacant = make_unit(head_title="Chief", head_status="vacant")
    published(agency, acting, vacant, make_unit(position=1))
    first, second, third = sorted(get().root.below, key=lambda unit: unit.url)
    assert (first.kind, first.head.words) == (
        "Supporting directorate",
        "Ada Example, Director (acting)",
    )
    assert (second.kind, second.head.words) == ("Office", "Chief (vacant)")
    assert third.head is None


def test_a_vacant_post_without_a_title_is_vacant():
    published(make_agency(head_status="vacant"))
    assert get().root.head.words == "Head (vacant)"


def test_a_branch_counts_what_is_below_it():
    agency = make_agency()
    division = make_directorate(acronym="DIV")
    branch = make_unit(parent=division)
    published(agency, division, branch, *(make_unit(parent=branch) for _ in range(12)))
    (unit,) = get().root.below
    assert (unit.directly, unit.further, unit.total) == ("1 office", "and 12 below it", 13)
    assert unit.is_folded
    assert not unit.below[0].is_folded


def test_the_first_sentence_counts_directorates_and_offices():
    load_sample()
    page = get()
    assert page.lead == "Four directorates and two offices make up"
    assert page.name == "U.S. Immigration and Customs Enforcement"
    assert get("management-and-administration").lead == "One office is part of"
    assert get("homeland-security-investigations").lead == ""


def test_more_than_six_units_in_the_first_row_are_rows():
    published(make_agency(), *(make_unit() for _ in range(6)))
    assert not get().has_rows
    published(make_unit())
    assert get().has_rows


def test_only_what_is_in_force_is_on_the_chart():
    agency = make_agency()
    old, division = make_unit(slug="old"), make_directorate(name="Before", slug="division")
    published(agency, old, division)
    make_unit(name="A draft")
    published(make_unit(slug="soon"), effective_from=NOON + DAY)
    close(unit=old, successors=[agency], by=None, at=NOON.replace(hour=13))
    published(changed(division, name="After"), effective_from=NOON + DAY)
    later = NOON.replace(hour=14)
    assert [unit.label for unit in get(at=later).root.below] == ["Before"]
    after = {unit.label for unit in get(at=NOON + DAY).root.below}
    assert "After" in after
    assert len(after) == 2


def test_a_chart_of_a_unit_leads_up():
    agency = make_agency()
    division = make_directorate(name="Division", slug="division")
    branch = make_unit(name="Branch", slug="branch", parent=division)
    published(agency, division, branch)
    assert get().up is None
    assert get("division").up == Link("Agency of Examples", "/structure/")
    page = get("branch")
    assert page.up == Link("Division", "/structure/?of=division")
    assert page.path == "/structure/?of=branch"
    assert page.picture_url == "/structure/chart.svg?of=branch"
    assert [link.text for link in page.breadcrumbs] == ["Structure", "Branch"]


def test_the_chart_of_the_agency_is_the_whole_structure():
    load_sample()
    page = get("immigration-and-customs-enforcement")
    assert page == get()
    assert page.path == "/structure/"


@pytest.mark.parametrize("of", ["nothing", "../x", "x" * 300, "a b", "ü"])
def test_a_chart_of_no_unit_is_refused(of):
    published_agency()
    with pytest.raises(UnknownUnitError):
        get(of)


def test_a_former_or_closed_unit_is_returned():
    agency, office = make_agency(), make_unit(slug="before")
    published(agency, office)
    published(changed(office, slug="after"), at=NOON + DAY)
    assert get("before", at=NOON + DAY).slug == "after"
    assert get("AFTER", at=NOON + DAY).slug == "after"
    close(unit=office, successors=[], by=None, at=NOON + 2 * DAY)
    assert get("after", at=NOON + 3 * DAY).is_closed


def test_units_of_the_same_name_are_told_apart():
    agency = make_agency()
    north, south = make_directorate(name="North"), make_directorate(name="South")
    alike = [make_unit(name="Budget Office", parent=parent) for parent in (north, south)]
    published(agency, north, south, *alike)
    labels = {one.label for unit in get().root.below for one in unit.below}
    assert labels == {"Budget Office, part of North", "Budget Office, part of South"}


def test_without_a_published_unit_the_page_is_empty():
    page = get()
    assert page.root is None
    assert len(page.description) >= 50


def test_the_page_was_updated_when_the_newest_unit_was():
    published(make_agency(), make_directorate(slug="division"))
    published(make_unit(), at=NOON + DAY)
    assert get(at=NOON + DAY).updated_at == NOON + DAY
    assert get("division", at=NOON + DAY).updated_at == NOON


def test_a_chart_of_many_units_shows_whole_levels_and_leads_to_the_rest():
    load_fictional(offices=3000)
    page = get()
    assert page.lead == "Eight directorates and 3,000 offices make up"
    shown = list(page.root.below)
    assert [unit.below for unit in shown] == [()] * 8
    assert sum(unit.total for unit in shown) == 3000
    assert all(unit.chart_url.startswith("/structure/?of=imaginary-") for unit in shown)


def test_a_first_level_without_room_is_shown_in_part(monkeypatch):
    monkeypatch.setattr(chart_tree.grow, "__kwdefaults__", {"most_units": 3, "most_levels": 6})
    published(make_agency(), make_directorate(position=9), *(make_unit() for _ in range(9)))
    page = get()
    assert len(page.root.below) == 3
    assert page.root.hidden == 7
    assert page.all_below == (
        Link("All directorates of AOE", "/directorates/?part-of=agency-of-examples"),
        Link("All offices of AOE", "/offices/?part-of=agency-of-examples"),
    )


@pytest.mark.parametrize("offices", [7, 1500])
def test_a_chart_takes_the_same_queries_for_few_units_and_for_many(
    offices, django_assert_num_queries
):
    load_fictional(offices=offices)
    with django_assert_num_queries(4):
        get()
    with django_assert_num_queries(4):
        get("imaginary-clouds")
