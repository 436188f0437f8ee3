import pytest

from directorates.actions.publishing.closing import draft
from directorates.actions.publishing.editions import InReviewError
from directorates.actions.refusals import PublishingError
from directorates.actions.reviewing import moving, reviewing
from directorates.actions.reviewing.reviewing import ReviewError
from directorates.models import Unit, UnitEdition
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_directorate,
    make_unit,
    make_user,
    published,
    published_agency,
)


@pytest.fixture
def agency(db):
    return published_agency()


@pytest.fixture
def author(db):
    return make_user()


@pytest.fixture
def change_set(author, agency):
    return reviewing.create(title="A new order", by=author, at=NOON, effective_from=NOON + DAY)


def move(units, parent, change_set):
    return moving.move(
        units=units, parent=parent, change_set=change_set, by=change_set.author, at=NOON
    )


def parents(at):
    in_force = UnitEdition.objects.in_force(at).select_related("parent")
    return {edition.name: edition.parent and edition.parent.name for edition in in_force}


def test_units_are_moved_as_drafts_of_one_set(agency, change_set):
    first, second = make_unit(name="First"), make_unit(name="Second")
    directorate = make_directorate(name="New home")
    published(first, second, directorate)
    move([first, second], directorate, change_set)
    assert set(change_set.units.all()) == {first, second}
    assert parents(NOON)["First"] == agency.name
    reviewing.submit(change_set=change_set, by=change_set.author, at=NOON)
    reviewing.approve(change_set=change_set, by=make_user(), at=NOON)
    assert parents(NOON)["First"] == agency.name
    assert parents(NOON + DAY)["First"] == parents(NOON + DAY)["Second"] == "New home"


def test_a_unit_that_stands_there_already_is_left_alone(agency, change_set):
    unit = published(make_unit())
    assert move([unit], agency, change_set) == []
    assert not change_set.units.exists()


def test_a_unit_does_not_come_under_itself_or_below(agency, change_set):
    above = published(make_unit(name="Above"))
    below = published(make_unit(name="Below", parent=above))
    for parent in (above, below):
        with pytest.raises(PublishingError, match="“Above” cannot move under"):
            move([above], parent, change_set)
    assert Unit.objects.get(pk=above.pk).parent == agency


def test_all_units_move_or_none(agency, change_set):
    free, held = make_unit(name="Free"), make_unit(name="Held")
    directorate = make_directorate()
    published(free, held, directorate)
    other = reviewing.create(
        title="Another", records=[changed(held, summary="x")], by=change_set.author, at=NOON
    )
    with pytest.raises(ReviewError, match="“Held” is in the change set “Another”"):
        move([free, held], directorate, change_set)
    assert Unit.objects.get(pk=free.pk).parent == agency
    reviewing.submit(change_set=other, by=other.author, at=NOON)
    with pytest.raises(InReviewError):
        move([free, held], directorate, change_set)


def test_a_unit_closes_into_another_that_is_moved_by_the_same_set(agency, change_set):
    """A unit below the closing unit that the set moves elsewhere needs no other new parent."""
    old = published(make_unit(name="Old"))
    child, heir = make_unit(name="Child", parent=old), make_unit(name="Heir")
    directorate = make_directorate(name="Home")
    published(child, heir, directorate)
    with pytest.raises(PublishingError, match="Say where they go"):
        draft(unit=old, successors=[heir], by=change_set.author, at=NOON)
    move([child, heir], directorate, change_set)
    records = draft(
        unit=old,
        successors=[heir],
        by=change_set.author,
        at=NOON,
        effective_from=change_set.effective_from,
    )
    reviewing.add(change_set=change_set, records=records, by=change_set.author, at=NOON)
    reviewing.submit(change_set=change_set, by=change_set.author, at=NOON)
    reviewing.approve(change_set=change_set, by=make_user(), at=NOON)
    then = UnitEdition.objects.in_force(NOON + DAY)
    assert then.get(unit=old).is_closed
    assert list(then.get(unit=old).successors.all()) == [heir]
    assert parents(NOON + DAY)["Child"] == "Home"
