"""What a search costs, and what it finds in agencies of other sizes than the one of `search_world`."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directorates.actions.publishing import drafting
from directorates.queries.pages import search_page
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_responsibility,
    make_unit,
    published,
    published_agency,
)
from tests.queries.test_search_page import results
from tests.sample import load_fictional

pytestmark = pytest.mark.django_db


def get(typed, **options):
    return search_page.get(typed, **{"at": NOON + 2 * DAY} | options)


def test_a_responsibility_is_found_while_an_open_unit_handles_it(db):
    agency = published_agency()
    matter = make_responsibility("Licenses for kites")
    office = published(make_unit(parent=agency, responsibilities=[matter]))
    assert results(get("kite license")) == ["Licenses for kites"]
    office.refresh_from_db()
    drafting.save(record=office, relations={"responsibilities": []}, by=None, at=NOON + DAY)
    published(changed(office), at=NOON + DAY)
    assert not get("kite license").total


# What it costs


@pytest.mark.parametrize("offices", [40, 400])
def test_a_search_takes_four_queries_however_many_units_there_are(db, offices):
    load_fictional(offices=offices)
    for typed in (
        "acorns",
        "imaginary",
        "office",
        "acrons",
        "office of amber acorns",
        "zzzz",
        "acorns bubbles candles dewdrops embers feathers garlands",
    ):
        with CaptureQueriesContext(connection) as captured:
            page = get(typed)
        assert len(captured) <= 4, typed
        assert len(results(page)) <= 35


def test_long_results_come_page_by_page(db):
    load_fictional(offices=100)
    first = get("imaginary")
    assert first.page_count > 1
    seen = []
    for number in range(1, first.page_count + 1):
        seen += [unit.url for unit in get("imaginary", page=str(number)).units]
    assert len(seen) == len(set(seen))
    assert (
        len(seen)
        + sum(one.count for one in first.filters if one.value in ("responsibilities", "figures"))
        == first.total
    )
