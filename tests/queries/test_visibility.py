"""A person's units: the assigned units and all units below."""

import pytest

from directorates.actions.publishing import publishing
from directorates.actions.refusals import NotAssignedError
from directorates.actions.reviewing import reviewing
from directorates.models import Figure, Unit
from directorates.queries import assignments
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_agency,
    make_directorate,
    make_figure,
    make_unit,
    make_user,
    published,
    published_agency,
)


@pytest.fixture
def agency(db):
    return published_agency()


@pytest.fixture
def north(agency):
    return published(make_directorate(name="North"))


@pytest.fixture
def south(agency):
    return published(make_directorate(name="South"))


@pytest.fixture
def lab(north):
    return published(make_unit(name="Lab", parent=north))


@pytest.fixture
def editor(north):
    return make_user(units=[north])


def own_names(user, at=NOON):
    return sorted(unit.name for unit in assignments.assigned_units(user, at=at))


def test_a_person_works_on_the_assigned_unit_and_on_all_below_it(editor, lab, south):
    make_unit(name="Bench", parent=lab)
    assert own_names(editor) == ["Bench", "Lab", "North"]


def test_who_has_no_unit_works_on_none(agency, lab):
    assert own_names(make_user(units=[])) == []


def test_two_assignments_add_up(agency, lab, south):
    user = make_user(units=[lab, south])
    assert own_names(user) == ["Lab", "South"]


def test_a_publisher_works_on_every_unit(agency, lab, south):
    assert assignments.assigned_units(make_user(), at=NOON).count() == 4


def test_a_draft_that_moves_a_unit_changes_nobodys_share(editor, lab, south):
    changed(lab, parent=south)
    assert "Lab" in own_names(editor)
    assert own_names(make_user(units=[south])) == ["South"]


def test_a_share_follows_a_move_once_it_is_in_force(editor, lab, south):
    published(changed(lab, parent=south), effective_from=NOON + DAY)
    other = make_user(units=[south])
    assert "Lab" in own_names(editor) and "Lab" not in own_names(other)
    assert "Lab" not in own_names(editor, NOON + DAY) and "Lab" in own_names(other, NOON + DAY)


def test_a_figure_is_worked_on_with_its_unit(editor, north, south):
    own, outside_assignment = make_figure(unit=north), make_figure(unit=south)
    published(own, outside_assignment)
    changed(outside_assignment, unit=north)
    drafted = make_figure(unit=north)
    assert set(assignments.assigned_records(editor, Figure, at=NOON)) == {own, drafted}
    assert assignments.find_outside_assignment(
        editor, [own, outside_assignment, drafted], at=NOON
    ) == [outside_assignment]


def test_a_deactivated_account_works_on_nothing(agency):
    user = make_user(is_active=False)
    assert list(assignments.assigned_units(user, at=NOON)) == []


def test_an_editor_saves_own_units_only(editor, lab, south):
    changed(lab, by=editor, summary="Mine.")
    with pytest.raises(NotAssignedError, match="does not work on “South”"):
        changed(south, by=editor, summary="Not mine.")
    south.refresh_from_db()
    assert south.summary != "Not mine."


def test_an_editor_adds_units_below_own_ones_only(editor, north, south, agency):
    make_unit(by=editor, parent=north)
    for parent in (south, agency):
        with pytest.raises(NotAssignedError):
            make_unit(by=editor, parent=parent)
    assert Unit.objects.count() == 4


def test_nobody_with_a_share_makes_an_agency(db):
    with pytest.raises(NotAssignedError, match="at the top"):
        make_agency(by=make_user(units=[]))


def test_an_editor_moves_nothing_to_a_foreign_unit(editor, lab, south, north):
    with pytest.raises(NotAssignedError, match="“South”"):
        changed(lab, by=editor, parent=south)
    figure = make_figure(unit=north)
    with pytest.raises(NotAssignedError, match="“South”"):
        changed(figure, by=editor, unit=south)


def test_an_editor_may_go_on_with_a_draft_that_someone_else_moved(editor, lab, south):
    changed(lab, parent=south)
    assert changed(lab, by=editor, summary="Mine still.").parent == south


def test_an_editor_puts_own_records_into_a_set_only(editor, lab, south):
    drafts = [changed(lab, summary="Mine."), changed(south, summary="Not mine.")]
    with pytest.raises(NotAssignedError, match="“South”"):
        reviewing.create(title="Both", records=drafts, by=editor, at=NOON)


@pytest.fixture
def in_review(lab, south):
    drafts = [changed(lab, summary="New."), changed(south, summary="New too.")]
    change_set = reviewing.create(title="Both", records=drafts, by=make_user(), at=NOON)
    return reviewing.submit(change_set=change_set, by=change_set.author, at=NOON)


def test_a_reviewer_approves_within_own_units_only(in_review, north, south):
    with pytest.raises(NotAssignedError, match="do not cover the whole change set: “South”"):
        reviewing.approve(change_set=in_review, by=make_user(units=[north]), at=NOON + DAY)
    assert reviewing.approve(
        change_set=in_review, by=make_user(units=[north, south]), at=NOON + DAY
    )


def test_a_reviewer_approves_no_move_to_a_foreign_unit(north, south, lab):
    draft = changed(lab, parent=south)
    change_set = reviewing.create(title="Away", records=[draft], by=make_user(), at=NOON)
    reviewing.submit(change_set=change_set, by=change_set.author, at=NOON)
    with pytest.raises(NotAssignedError, match="“South”"):
        reviewing.approve(change_set=change_set, by=make_user(units=[north]), at=NOON + DAY)


def test_a_reviewer_withdraws_within_own_units_only(in_review, north, south):
    in_review.effective_from = NOON + 3 * DAY
    in_review.save()
    reviewing.approve(change_set=in_review, by=make_user(), at=NOON + DAY)
    with pytest.raises(NotAssignedError, match="“South”"):
        reviewing.withdraw(
            change_set=in_review, by=make_user(units=[north]), at=NOON + 2 * DAY, comment="No."
        )


def test_nobody_restores_or_withdraws_what_is_outside_assignment(editor, south):
    edition = south.editions.get()
    with pytest.raises(NotAssignedError):
        publishing.restore(edition=edition, by=editor, at=NOON + DAY)
    published(changed(south, summary="Later."), effective_from=NOON + 2 * DAY)
    with pytest.raises(NotAssignedError):
        publishing.withdraw(editions=[south.editions.get(number=2)], by=editor, at=NOON + DAY)


def test_a_share_is_found_in_as_many_queries_whatever_its_size(
    editor, north, django_assert_num_queries
):
    units = [make_unit(parent=north) for _ in range(3)]
    assignments.is_assigned_everywhere(editor)
    for count in (1, 3):
        with django_assert_num_queries(1):
            assert assignments.find_outside_assignment(editor, units[:count], at=NOON) == []
