"""What a unit's page says of the past: former names, the closing, and what the unit took over."""

from datetime import timedelta

import pytest

from directorates.actions.publishing.closing import close
from directorates.models import UnitEdition
from directorates.queries.pages import unit_page
from directorates.queries.pages.unit_past import MOST_PREDECESSORS
from directorates.rules import outcomes
from tests.factories import (
    DAY,
    NOON,
    changed,
    loaded,
    make_unit,
    published,
    published_agency,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def agency(db):
    return published_agency()


def page_of(unit, at=NOON + DAY):
    return unit_page.get(UnitEdition.objects.in_force(at).get(unit=unit), at=at)


def closed(unit, *successors, outcome="", at=NOON + HOUR, **fields):
    return close(unit=unit, successors=successors, outcome=outcome, by=None, at=at, **fields)


def test_a_renamed_unit_says_its_former_name_and_until_when(agency):
    unit = published(make_unit(name="Bureau of Ledgers", acronym="BL"))
    published(changed(unit, name="Office of Accounts", acronym="OA"), at=NOON + HOUR)
    (former,) = page_of(unit).former_names
    assert (former.name, former.acronym, former.until) == ("Bureau of Ledgers", "BL", NOON + HOUR)


def test_a_draft_and_a_scheduled_name_are_no_former_names(agency):
    unit = published(make_unit(name="Ledgers"))
    published(changed(unit, name="Scheduled"), effective_from=NOON + 2 * DAY)
    changed(unit, name="Draft")
    assert page_of(unit).former_names == ()


def test_a_preview_of_a_new_name_says_the_present_one_without_a_day(agency):
    unit = published(make_unit(name="Ledgers"))
    (former,) = unit_page.get(changed(unit, name="Accounts"), at=NOON).former_names
    assert (former.name, former.until) == ("Ledgers", None)


@pytest.mark.parametrize(
    ("outcome", "successors", "words", "after"),
    [
        ("replaced", 1, "It was replaced by", "replaced by it"),
        ("merged", 1, "It was merged into", "merged into it"),
        ("split", 2, "It was split into", "split"),
        ("renamed", 1, "It continues as", "continued as it"),
        ("", 1, "What took its place:", "closed"),
        ("none", 0, "without a successor", None),
        ("", 0, "", None),
    ],
)
def test_a_closed_unit_and_its_successors_say_what_became_of_it(
    agency, outcome, successors, words, after
):
    old, *new = published(make_unit(name="Old")), *(make_unit() for _ in range(successors))
    if new:
        published(*new)
    closed(old, *new, outcome=outcome)
    closure = page_of(old).closure
    assert (closure.words, len(closure.successors)) == (words, successors)
    for unit in new:
        (taken_over,) = page_of(unit).taken_over.units
        assert (taken_over.unit.text, taken_over.words) == ("Old", after)
        assert taken_over.closed_at == NOON + HOUR


def test_a_unit_whose_successors_closed_too_says_what_is_in_its_place_now(agency):
    first, second, third, fourth, open_ = (make_unit(name=name) for name in "ABCDE")
    published(first, second, third, fourth, open_)
    closed(third, fourth, open_, outcome="split", at=NOON + 3 * HOUR)
    closed(second, third, outcome="merged", at=NOON + 2 * HOUR)
    closed(first, second, outcome="replaced", at=NOON + HOUR)
    closure = page_of(first).closure
    assert [link.text for link in closure.successors] == ["B"]
    assert [link.text for link in closure.later] == ["D", "E"]
    assert not page_of(third).closure.later
    assert not page_of(first, NOON + 90 * timedelta(minutes=1)).closure.later


def test_a_correction_of_a_closed_units_page_does_not_move_the_day(agency):
    old, new = make_unit(name="Old"), make_unit(name="New")
    published(old, new)
    closed(old, new, outcome="merged")
    published(changed(old, name="Old, corrected"), at=NOON + DAY)
    (taken_over,) = page_of(new, NOON + 2 * DAY).taken_over.units
    assert (taken_over.unit.text, taken_over.closed_at) == ("Old, corrected", NOON + HOUR)


def test_an_unknown_day_is_said_by_neither_page(agency):
    old, new = make_unit(), make_unit()
    published(old, new)
    closed(old, new, outcome="merged", day_is_known=False)
    assert page_of(old).closure.closed_at is None
    assert page_of(new).taken_over.units[0].closed_at is None


def test_a_unit_loaded_as_closed_has_no_day(agency):
    loaded(
        """
        format = 1
        [[units]]
        identifier = "new"
        [[units.editions]]
        kind = "office"
        parent = "agency-of-examples"
        name = "New"
        slug = "new"
        [[units]]
        identifier = "old"
        [[units.editions]]
        kind = "office"
        parent = "agency-of-examples"
        name = "Old"
        slug = "old"
        is_closed = true
        outcome = "replaced"
        successors = ["new"]
        """,
        at=NOON + HOUR,
    )
    new = UnitEdition.objects.get(slug="new").unit
    (taken_over,) = page_of(new).taken_over.units
    assert (taken_over.words, taken_over.closed_at) == ("replaced by it", None)


def test_a_unit_that_opened_again_was_not_taken_over(agency):
    old, new = make_unit(), make_unit()
    published(old, new)
    closed(old, new, outcome="merged")
    old.refresh_from_db()
    published(changed(old, is_closed=False), at=NOON + DAY)
    assert not page_of(new, NOON + 2 * DAY).taken_over
    old.refresh_from_db()
    assert old.outcome == ""


def test_of_two_units_with_one_name_each_has_its_address(agency):
    new = make_unit()
    old = [make_unit(name="Same", slug=f"same-{number}") for number in (1, 2)]
    published(new, *old)
    for unit in old:
        closed(unit, new, outcome="merged")
    names = [one.unit.text for one in page_of(new).taken_over.units]
    assert names == ["Same (same-1)", "Same (same-2)"]


def test_a_unit_that_took_over_many_names_the_newest(agency):
    new = make_unit()
    old = [make_unit() for _ in range(MOST_PREDECESSORS + 1)]
    published(new, *old)
    for number, unit in enumerate(old):
        closed(unit, new, outcome="merged", at=NOON + HOUR + timedelta(minutes=number))
    taken_over = page_of(new).taken_over
    assert (len(taken_over.units), taken_over.has_more) == (MOST_PREDECESSORS, True)
    assert taken_over.units[0].unit.text == old[-1].name


def test_the_past_takes_two_queries_for_any_length(agency, django_assert_num_queries):
    lengths = []
    for renames in (1, 12):
        unit = published(make_unit())
        for number in range(renames):
            later = NOON + (number + 1) * HOUR
            published(changed(unit, name=f"Name {unit.pk}-{number}"), at=later)
            closed(published(make_unit()), unit, outcome="merged", at=later)
        edition = UnitEdition.objects.in_force(NOON + DAY).get(unit=unit)
        with django_assert_num_queries(6):
            page = unit_page.get(edition, at=NOON + DAY)
        lengths.append((len(page.former_names), len(page.taken_over.units)))
    assert lengths == [(1, 1), (5, 12)]


def test_every_outcome_has_words_on_both_pages():
    assert set(outcomes.SUCCESSORS) <= {*outcomes.BEFORE_SUCCESSORS, *outcomes.WITHOUT_SUCCESSORS}
