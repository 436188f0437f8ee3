from datetime import UTC, datetime, timedelta

from directorates.rules.structure_rules import UnitSpan, find_violations

START = datetime(2026, 1, 1, tzinfo=UTC)


def day(number):
    return START + timedelta(days=number)


def span(unit_id, parent_id=None, *, begins=0, ends=None, **changes):
    fields = {
        "unit_id": unit_id,
        "name": f"Unit {unit_id}",
        "kind": "office",
        "slug": f"unit-{unit_id}",
        "parent_id": parent_id,
        "is_closed": False,
        "begins": day(begins),
        "ends": None if ends is None else day(ends),
    }
    return UnitSpan(**fields | changes)


def agency(**changes):
    return span(1, kind="agency", **changes)


def messages(*spans, since=0):
    return [violation.message for violation in find_violations(spans, since=day(since))]


def test_a_sound_organization_has_no_violations():
    assert messages(agency(), span(2, 1, kind="directorate"), span(3, 2), span(4, 3)) == []


def test_two_agencies_at_one_time_are_refused():
    found = messages(agency(), span(2, kind="agency"))
    assert found == ["Unit 2: there is one agency, and it is Unit 1. Choose directorate or office."]


def test_one_agency_may_follow_another():
    assert messages(agency(ends=5), span(2, kind="agency", begins=5)) == []


def test_the_agency_cannot_be_closed():
    assert messages(agency(is_closed=True)) == ["Unit 1: the agency cannot be closed."]


def test_a_slug_in_use_is_refused():
    found = messages(agency(), span(2, 1, slug="same"), span(3, 1, slug="same"))
    assert found == ["Unit 3: the address “same” is in use by Unit 2. Choose another one."]


def test_the_younger_of_two_units_that_begin_together_is_at_fault_in_whatever_order_they_come():
    found = messages(span(3, 1, slug="same"), span(2, 1, slug="same"), agency())
    assert found == ["Unit 3: the address “same” is in use by Unit 2. Choose another one."]


def test_a_slug_may_pass_from_one_unit_to_another():
    assert (
        messages(
            agency(),
            span(2, 1, slug="same", ends=5),
            span(2, 1, slug="other", begins=5),
            span(3, 1, slug="same", begins=5),
        )
        == []
    )


def test_a_directorate_of_an_office_is_refused():
    found = messages(agency(), span(2, 1), span(3, 2, kind="directorate"))
    assert found == [
        "Unit 3: a directorate is part of the agency, but Unit 2 is an office on January 1, 2026."
    ]


def test_a_parent_that_is_published_later_is_refused_with_the_day():
    found = messages(agency(), span(2, 1, begins=9), span(3, 2))
    assert found == [
        "Unit 3: the unit it is part of is not published on January 1, 2026."
        " Publish that unit first, or choose another one."
    ]


def test_a_parent_that_is_not_published_at_all_is_refused():
    assert "is not published" in messages(agency(), span(3, 99))[0]


def test_a_parent_that_closes_leaves_its_child_without_a_place():
    found = messages(agency(), span(2, 1, ends=9), span(2, 1, begins=9, is_closed=True), span(3, 2))
    assert found == [
        "Unit 3: Unit 2, which it is part of, is closed from January 10, 2026. Say where the unit goes."
    ]


def test_a_closed_unit_may_stay_below_a_closed_parent():
    assert messages(agency(), span(2, 1, is_closed=True), span(3, 2, is_closed=True)) == []


def test_a_cycle_that_only_the_combination_makes_is_found_once():
    found = messages(
        agency(),
        span(2, 1, ends=5),
        span(3, 1, ends=5),
        span(2, 3, begins=5),
        span(3, 2, begins=5),
    )
    assert found == [
        "Unit 2: it would be part of itself on January 6, 2026: Unit 2, part of Unit 3, part of Unit 2."
        " Choose another unit that it is part of."
    ]


def test_a_unit_that_is_its_own_parent_is_a_cycle():
    assert "part of itself" in messages(agency(), span(2, 2))[0]


def test_what_is_past_is_not_judged_again():
    assert messages(agency(), span(2, 99, ends=3), span(2, 1, begins=3), since=5) == []


def test_a_successor_must_be_public_when_the_unit_closes():
    found = messages(agency(), span(2, 1, is_closed=True, begins=4, successor_ids=(7,)))
    assert found == [
        "Unit 2: a successor is not published on January 5, 2026."
        " Publish it first, or choose another one."
    ]


def test_a_unit_is_not_its_own_successor():
    found = messages(agency(), span(2, 1, is_closed=True, begins=4, successor_ids=(2,)))
    assert found == ["Unit 2: a unit cannot be its own successor. Choose another one."]


def test_closed_units_make_no_cycle_either():
    found = messages(agency(), span(2, 3, is_closed=True), span(3, 2, is_closed=True))
    assert len(found) == 1
    assert "part of itself" in found[0]


def test_an_outcome_asks_for_its_number_of_successors():
    def closed(outcome, *successors):
        others = [span(number, 1) for number in (3, 4)]
        unit = span(2, 1, is_closed=True, outcome=outcome, successor_ids=successors)
        return messages(agency(), unit, *others)

    assert closed("") == closed("", 3, 4) == closed("none") == closed("split", 3, 4) == []
    assert closed("merged", 3, 4) == [
        "Unit 2: A unit that was merged into another has exactly one successor, not 2. Choose the successors, or"
        " another outcome."
    ]
    assert len(closed("none", 3)) == len(closed("split", 3)) == len(closed("renamed")) == 1


def test_an_open_units_outcome_does_not_matter():
    assert messages(agency(), span(2, 1, outcome="split")) == []
