"""The contacts of the units: which, in which order, on which page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directorates.actions.publishing.closing import close
from directorates.queries.pages import contact_page
from directorates.queries.pages.paging import UnknownPageError
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_directorate,
    make_unit,
    published,
    published_agency,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return published_agency()


def find_names(page):
    return [(branch.head.name, [unit.name for unit in branch.units]) for branch in page.branches]


def test_only_units_with_a_contact_are_listed_and_counted(agency):
    published(make_unit(name="Silent"))
    published(make_unit(name="Only a country", address_country="USA"))
    for name, contact in {
        "Mail": {"email": "a@example.gov"},
        "Phone": {"phone": "202-555-0100"},
        "Site": {"website": "https://a.example.gov/"},
        "Street": {"street_address": "1 Main Street"},
    }.items():
        published(make_unit(name=name, **contact))
    page = contact_page.get(at=NOON)
    assert find_names(page) == [("Mail", []), ("Phone", []), ("Site", []), ("Street", [])]
    assert (page.total, page.unit_total) == (4, 7)


def test_the_order_is_that_of_the_organization(agency):
    second = published(make_directorate(name="Second", position=2, email="b@example.gov"))
    first = published(make_directorate(name="First", position=1))
    office = published(make_unit(name="Office", parent=first, position=9, phone="202-555-0101"))
    published(make_unit(name="Deep", parent=office, email="deep@example.gov"))
    published(make_unit(name="Other", parent=second, email="other@example.gov"))
    page = contact_page.get(at=NOON)
    assert find_names(page) == [("First", ["Office", "Deep"]), ("Second", ["Other"])]
    assert [branch.head.contact is None for branch in page.branches] == [True, False]
    assert not any(branch.is_continued for branch in page.branches)
    assert [unit.part_of for unit in page.branches[0].units] == ["", "Office"]


def test_the_agencys_own_contact_comes_first(agency):
    published(make_directorate(name="Beside", email="b@example.gov"))
    published(changed(agency, phone="202-555-0100"), at=NOON + DAY)
    page = contact_page.get(at=NOON + DAY)
    assert find_names(page) == [(agency.name, []), ("Beside", [])]
    assert page.branches[0].head.contact.phone_url == "tel:+1-202-555-0100"


def test_a_closed_unit_and_a_draft_have_no_contact_here(agency):
    closing = published(make_unit(email="closing@example.gov"))
    close(unit=closing, successors=[], by=None, at=NOON + DAY)
    make_unit(email="draft@example.gov")
    assert contact_page.get(at=NOON).total == 1
    page = contact_page.get(at=NOON + DAY)
    assert (page.total, page.branches) == (0, ())


def test_units_with_one_name_are_told_apart(agency):
    for parent in (published(make_directorate(name="A")), published(make_directorate(name="B"))):
        published(make_unit(name="Records", parent=parent, email="records@example.gov"))
    names = [unit.name for branch in contact_page.get(at=NOON).branches for unit in branch.units]
    assert names == ["Records, part of A", "Records, part of B"]


def test_a_page_has_fifty_units_and_one_spelling(agency):
    directorate = published(make_directorate(name="All", email="all@example.gov"))
    offices = [make_unit(parent=directorate, email="o@example.gov") for _ in range(50)]
    published(*offices)
    first, second = (contact_page.get(at=NOON, page=number) for number in (1, "2"))
    assert (first.page_count, contact_page.count_pages(at=NOON)) == (2, 2)
    assert (first.next_url, second.previous_url) == ("/contact/?page=2", "/contact/")
    assert [len(branch.units) for branch in first.branches + second.branches] == [49, 1]
    # The second page repeats the heading without its contact.
    assert second.branches[0].head.contact is None
    assert [page.branches[0].is_continued for page in (first, second)] == [False, True]
    for unknown in ("0", "01", "+1", "3", "x", ""):
        with pytest.raises(UnknownPageError):
            contact_page.get(at=NOON, page=unknown)


def test_the_number_of_queries_does_not_grow(agency):
    def count():
        with CaptureQueriesContext(connection) as queries:
            contact_page.get(at=NOON)
        return len(queries)

    parent = published(make_directorate(email="d@example.gov"))
    few = count()
    for _ in range(3):
        parent = published(make_unit(parent=parent, email="o@example.gov"))
    published(*[make_unit(parent=parent, name="Same", email="o@example.gov") for _ in range(40)])
    assert few <= count() <= 4
