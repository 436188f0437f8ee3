"""Which records are due for a review, and whom this concerns."""

from datetime import date

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from directorates.actions import upkeep
from directorates.models import Unit, UnitEdition
from directorates.queries.staff import upkeep as due
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_directorate,
    make_figure,
    make_unit,
    make_user,
    published,
    published_agency,
)

pytestmark = pytest.mark.django_db

#: A medium risk: units are due in March 2027, figures in September 2026.
SOON, YEAR_LATER = NOON + 200 * DAY, NOON + 366 * DAY
MANY = 5_000


@pytest.fixture
def agency():
    return published_agency()


@pytest.fixture
def north(agency):
    return published(make_directorate(name="North", acronym="N"))


@pytest.fixture
def south(agency):
    return published(make_directorate(name="South"))


def plan(record, **values):
    return upkeep.plan(record=record, values=values, by=None, at=NOON)


def confirm(record, *, at):
    upkeep.confirm(edition=record.editions.in_force(at).get(), by=None, at=at)


def own(user, *, at=YEAR_LATER, most=100):
    return [row.record for row in due.find_own(user, at=at, most=most).records]


def others(user, *, at=YEAR_LATER):
    return [row.record for row in due.find_overdue_of_others(user, at=at, most=100).records]


def editor(*units, **fields):
    return make_user(role="Editor", units=units, **fields)


# When


def test_a_unit_is_due_a_year_after_its_publication_and_a_figure_after_half_a_year(north):
    figure = published(make_figure(unit=north))
    user = editor(north)
    assert own(user, at=NOON + 183 * DAY) == []
    assert own(user, at=NOON + 184 * DAY) == [figure]
    assert own(user, at=NOON + 365 * DAY) == [figure, north]


def test_the_day_on_the_page_is_the_day_on_which_it_becomes_due(north):
    found = due.get(north, at=SOON, most_reviews=5)
    assert (found.due_on, found.is_due) == (date(2027, 3, 2), False)
    with timezone.override("America/New_York"):
        begins = NOON.replace(year=2027, hour=5)
        assert own(editor(north), at=begins - DAY / 1000) == []
        assert own(editor(north), at=begins) == [north]


def test_a_review_puts_it_off_and_a_new_version_does_not(north):
    user = editor(north)
    published(changed(north, name="Renamed"), at=NOON + 364 * DAY)
    assert own(user) == [north]
    confirm(north, at=YEAR_LATER)
    assert own(user, at=YEAR_LATER + DAY) == []
    assert own(user, at=YEAR_LATER + 366 * DAY) == [north]


def test_risk_and_interval_decide(north, south):
    user = editor(north, south)
    plan(north, upkeep_risk="high")
    plan(south, upkeep_months=1)
    assert own(user, at=NOON + 31 * DAY) == [south]
    assert own(user, at=SOON) == [south, north]


def test_what_waited_longest_comes_first_and_the_rest_is_counted(north, south):
    plan(south, upkeep_months=6)
    found = due.find_own(editor(north, south), at=YEAR_LATER, most=1)
    assert [row.record for row in found.records] == [south]
    assert (found.total, found.more) == (2, 1)
    (row,) = found.records
    assert (row.due_on, row.is_overdue) == (date(2026, 9, 2), True)


def test_what_is_not_public_is_not_due(agency, north):
    make_unit(parent=north)
    published(make_unit(parent=north), effective_from=YEAR_LATER + DAY)
    closed = published(make_unit(parent=north))
    figure = published(make_figure(unit=closed))
    assert figure in own(editor(north))
    published(changed(closed, is_closed=True), at=NOON + DAY)
    assert own(editor(north)) == [north]
    assert due.get(closed, at=YEAR_LATER, most_reviews=5).due_on is None


def test_a_due_record_has_the_name_that_the_public_reads(north):
    changed(north, name="A secret until Monday")
    (row,) = due.find_own(editor(north), at=YEAR_LATER, most=5).records
    assert row.label == "North (N)"


# Whom


def test_a_record_without_an_owner_concerns_those_who_work_on_it(north, south):
    assert own(editor(north)) == [north]
    assert own(make_user(role="Reviewer", units=[south])) == [south]
    assert own(make_user(role="Administrator")) == []
    assert len(own(make_user(role="Publisher"))) == 3


def test_a_role_is_asked_for_the_units_that_its_people_work_on(north, south):
    for unit in (north, south):
        plan(unit, upkeep_role=Group.objects.get(name="Reviewer"))
    reviewer = make_user(role="Reviewer", units=[north])
    assert own(reviewer) == [north]
    assert own(editor(north)) == []


def test_a_person_is_asked_alone(north, south):
    owner = editor(north, south)
    plan(north, upkeep_owner=owner)
    assert set(own(owner)) == {north, south}
    assert own(editor(north, south)) == [south]


def test_a_record_whose_owner_has_left_concerns_those_who_work_on_it(north):
    owner = editor(north)
    plan(north, upkeep_owner=owner)
    assert own(editor(north)) == []
    owner.is_active = False
    owner.save()
    assert own(editor(north)) == [north]
    plan(north, upkeep_owner=None, upkeep_role=Group.objects.create(name="Nobody yet"))
    assert own(editor(north)) == [north]


def test_an_overdue_record_goes_to_the_publisher_too(north, south):
    publisher = make_user(role="Publisher")
    plan(north, upkeep_owner=editor(north))
    plan(south, upkeep_owner=publisher)
    late = NOON + 400 * DAY
    assert north not in own(publisher, at=late)
    assert others(publisher) == []
    assert others(publisher, at=late) == [north]
    assert others(editor(north, south), at=late) == []
    plan(north, upkeep_owner=None, upkeep_role=Group.objects.get(name="Editor"))
    assert others(publisher, at=late) == [north]


def test_who_sees_no_drafts_sees_nothing(north):
    nobody = make_user(permissions=[])
    plan(north, upkeep_owner=None)
    assert (own(nobody), others(nobody)) == ([], [])


def test_the_staff_page_lists_all(agency, north, south):
    plan(north, upkeep_owner=editor(north))
    found = due.find_all(make_user(role="Administrator"), at=YEAR_LATER, most=2)
    assert (len(found.records), found.total) == (2, 3)


# How many


def grown(agency, *, number):
    """Insert many more units and their editions, all due, under a unit that is assigned to nobody."""
    elsewhere = published(make_directorate(name="Elsewhere"))
    units = Unit.objects.bulk_create(
        [
            Unit(kind="office", parent=elsewhere, name=f"O {n}", slug=f"o-{n}", identifier=f"o-{n}")
            for n in range(number)
        ],
        batch_size=500,
    )
    UnitEdition.objects.bulk_create(
        [
            UnitEdition(
                unit=unit, number=1, effective_from=NOON, approved_at=NOON, **unit.content_values()
            )
            for unit in units
        ],
        batch_size=500,
    )


@pytest.mark.parametrize("number", [5, MANY])
def test_a_person_with_three_of_5000_records_due_sees_three(
    agency, north, number, django_assert_num_queries
):
    figures = [published(make_figure(unit=north)) for _ in range(2)]
    grown(agency, number=number)
    user = editor(north)
    user.has_perm("directorates.change_unit")
    with django_assert_num_queries(2):
        found = due.find_own(user, at=YEAR_LATER, most=5)
    assert {row.record for row in found.records} == {north, *figures}
    assert found.total == 3
    with django_assert_num_queries(2):
        assert due.find_all(user, at=YEAR_LATER, most=5).total == number + 5
