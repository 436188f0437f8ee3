"""No content of a withheld edition comes out of the queries that public pages ask."""

from datetime import timedelta

import pytest

from directorates.actions import withholding
from directorates.queries import visibility
from directorates.queries.pages import unit_list, unit_page, version_comparison
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_figure,
    make_unit,
    published,
    published_agency,
)

HOUR = timedelta(hours=1)
LATER = NOON + DAY


@pytest.fixture
def agency(db):
    return published_agency()


@pytest.fixture
def unit(agency):
    """A unit with four names on four days, of which the second is withheld."""
    unit = published(make_unit(name="First", slug="first"))
    for number, name in enumerate(("Secret", "Third", "Fourth"), start=1):
        published(changed(unit, name=name, slug=name.lower()), at=NOON + number * HOUR)
    withhold(unit.editions.get(number=2))
    return unit


def withhold(edition):
    withholding.ask_to_withhold(edition=edition, reason="A person's name.", by=None, at=LATER)
    withholding.withhold(edition=edition, by=None, at=LATER)


DURING = NOON + HOUR + timedelta(minutes=1)


def names(editions):
    return sorted(edition.name for edition in editions)


def test_a_withheld_edition_is_in_no_past(unit):
    assert names(visibility.public_unit_history(LATER).filter(unit=unit)) == [
        "First",
        "Fourth",
        "Third",
    ]
    assert names(visibility.public_units(DURING)) == ["Agency of Examples"]
    assert names(visibility.withheld_units(DURING)) == ["Secret"]


def test_the_other_days_are_as_they_were(unit):
    for at, name in ((NOON, "First"), (NOON + 2 * HOUR, "Third"), (LATER, "Fourth")):
        assert names(visibility.public_units(at).filter(unit=unit)) == [name]
        assert not visibility.withheld_units(at).exists()


def test_the_day_of_a_withheld_edition_has_no_page_of_the_unit_and_says_so(unit):
    for slug in ("first", "third", "fourth"):
        assert visibility.find_by_slug(slug, at=DURING) is None
        assert visibility.is_withheld(slug, at=DURING, now=LATER)
        assert not visibility.is_withheld(slug, at=NOON, now=LATER)
    assert not visibility.is_withheld("nothing", at=DURING, now=LATER)


def test_a_withheld_address_leads_nowhere_and_betrays_nothing(unit):
    assert visibility.find_by_slug("secret", at=LATER) is None
    assert not visibility.is_withheld("secret", at=DURING, now=LATER)
    assert visibility.find_by_slug("first", at=LATER).name == "Fourth"


def test_a_list_of_that_day_leaves_the_unit_out(unit):
    cards = unit_list.get(kind="office", at=DURING).groups
    assert "Secret" not in str(cards)


def test_the_breadcrumbs_of_that_day_leave_the_unit_out(unit):
    below = published(make_unit(name="Below", parent=unit), at=LATER)
    assert [row["name"] for row in visibility.chain_above(below.pk, at=LATER)] == [
        "Agency of Examples",
        "Fourth",
    ]
    assert visibility.chain_above(unit.pk, at=DURING) == []


def test_a_withheld_name_is_no_former_name(unit):
    edition = visibility.find_by_slug("fourth", at=LATER)
    page = unit_page.get(edition, at=LATER)
    assert [former.name for former in page.former_names] == ["Third", "First"]
    assert [former.until for former in page.former_names] == [NOON + 3 * HOUR, NOON + HOUR]


def test_the_first_publication_is_a_day_and_stays(unit):
    withhold(unit.editions.get(number=1))
    edition = visibility.find_by_slug("fourth", at=LATER)
    assert unit_page.get(edition, at=LATER).published_at == NOON


def test_a_withheld_open_edition_still_says_on_which_day_the_unit_closed(agency):
    old, new = make_unit(name="Old"), make_unit(name="New")
    published(old, new)
    published(changed(old, is_closed=True), at=NOON + HOUR)
    withhold(old.editions.get(number=1))
    edition = visibility.public_units(LATER).get(unit=old)
    assert unit_page.get(edition, at=LATER).closure.closed_at == NOON + HOUR
    (row,) = visibility.with_closing_day(visibility.public_units(LATER).filter(unit=old), at=LATER)
    assert row.closed_at == NOON + HOUR


def test_a_withheld_figure_is_in_no_past(agency):
    figure = published(make_figure(unit=agency, value=7))
    published(changed(figure, value=8), at=NOON + HOUR)
    withhold(figure.editions.get(number=1))
    assert not visibility.public_figures(NOON).exists()
    assert [row.value for row in visibility.public_figure_history(LATER)] == [8]
    assert [row.value for row in visibility.withheld_figures(NOON)] == [7]
    assert not visibility.withheld_figures(LATER).exists()


def test_the_search_finds_a_unit_by_its_former_names_but_not_by_a_withheld_one(unit, client):
    def finds(words):
        page = client.get("/search/", {"q": words}).content.decode()
        return "/offices/fourth/" in page[page.index("<main") : page.index("</main>")]

    assert finds("Third")
    assert not finds("Secret")


def test_the_list_by_parent_of_that_day_says_what_is_below_a_withheld_unit(agency, unit, client):
    first, second = make_unit(name="Above"), make_unit(name="Z", parent=unit)
    published(first, second)
    published(make_unit(name="A", parent=unit), at=NOON + HOUR)
    groups = unit_list.get(kind="", at=DURING, by="part-of").groups
    assert [[line.name for line in group.units] for group in groups] == [
        ["Agency of Examples"],
        ["A", "Z"],
        ["Above"],
    ]
    assert [group.is_below_withheld for group in groups] == [False, True, False]


def test_a_comparison_says_that_the_unit_above_is_withheld_instead_of_none(agency, unit):
    below = published(make_unit(name="Below", slug="below", parent=unit))
    published(changed(below, acronym="B"), at=NOON + HOUR)
    page = version_comparison.get(at=LATER, of="below", before="1", after="2")
    assert "Secret" not in str(page)
    (difference,) = [one for one in page.differences if one.label.lower() == "part of"]
    assert "withheld" in str(difference)
