"""The hashes of list pages, which decide the pages that an export takes over."""

import random

import pytest

from agency_site.serving.static_export.pages import lists
from directorates.models import Unit
from directorates.queries.pages import unit_list
from tests.factories import DAY, NOON, changed, published
from tests.sample import load_fictional

OFFICES = 230


@pytest.fixture
def before(db):
    load_fictional(offices=OFFICES)
    return lists.find(NOON)


def change(identifier, **content):
    published(changed(Unit.objects.get(identifier=identifier), at=NOON + DAY, **content), at=NOON + DAY)  # fmt: skip
    return lists.find(NOON + DAY)


def differing(before, after):
    return {address for address in before.keys() | after.keys() if before.get(address) != after.get(address)}  # fmt: skip


def pages_naming(names, *, at):
    """Read all pages of the list of offices; return the addresses that show one of these names."""
    found = set()
    for order in lists.ORDERS:
        for number in range(1, -(-OFFICES // unit_list.UNITS_A_PAGE) + 1):
            page = unit_list.get(kind="office", at=at, order=order, page=number)
            shown = {card.name for group in page.groups for card in group.units}
            shown |= {card.part_of for group in page.groups for card in group.units}
            if names & (shown | {group.name for group in page.groups}):
                found.add(page.path)
    return found


def offices_without_offices():
    parents = Unit.objects.exclude(parent=None).values("parent")
    return list(Unit.objects.filter(kind="office").exclude(pk__in=parents).order_by("pk"))


@pytest.mark.parametrize("seed", range(3))
def test_a_changed_unit_touches_the_pages_that_show_it_and_no_others(before, seed):
    unit = random.Random(seed).choice(offices_without_offices())
    after = change(unit.identifier, summary="Another summary, of one sentence and no more.")
    affected = differing(before, after)
    assert affected == pages_naming({unit.name}, at=NOON + DAY)
    assert len(affected) == 2
    assert len(before) > 10


def test_a_renamed_unit_touches_the_pages_that_name_it_as_the_unit_above(before):
    unit = Unit.objects.get(identifier="imaginary-clouds")
    after = change(unit.identifier, name=f"{unit.name} and Fog")
    affected = differing(before, after)
    assert pages_naming({f"{unit.name} and Fog"}, at=NOON + DAY) <= affected
    assert {"/directorates/", "/directorates/?by=part-of"} <= affected


def test_a_unit_that_moves_in_the_order_touches_every_page_between(before):
    last = Unit.objects.filter(kind="office").order_by("name").last()
    affected = differing(before, change(last.identifier, name="A First Office"))
    by_name = {
        address for address in before if address.startswith("/offices/") and "by=" not in address
    }
    assert by_name <= affected


def test_every_page_of_the_lists_is_found(before):
    pages = -(-OFFICES // unit_list.UNITS_A_PAGE)
    expected = {
        unit_list.address("office", order=order, page=page)
        for order in lists.ORDERS
        for page in range(1, pages + 1)
    }
    expected |= {unit_list.address("directorate", order=order) for order in lists.ORDERS}
    assert before.keys() == expected


def test_a_unit_with_many_below_has_a_list_of_its_own(before, monkeypatch):
    monkeypatch.setattr(lists, "UNITS_BELOW_LIMIT", 5)
    own = {address for address in lists.find(NOON) if "part-of=imaginary-clouds" in address}
    assert own == {
        unit_list.address("office", order=order, part_of="imaginary-clouds")
        for order in lists.ORDERS
    }


@pytest.mark.django_db
@pytest.mark.parametrize("offices", [20, 230])
def test_lists_take_the_same_queries_for_few_units_and_for_many(
    offices, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr(lists, "UNITS_BELOW_LIMIT", 1)
    load_fictional(offices=offices)
    with django_assert_num_queries(7):
        lists.find(NOON)
