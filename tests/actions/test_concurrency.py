"""Two people at once, each with their own connection."""

import threading

import pytest
from django.db import connection

from directorates.actions.refusals import PublishingError
from directorates.actions.reviewing import reviewing
from directorates.models import Unit, UnitEdition
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_agency,
    make_unit,
    make_user,
    published,
    published_agency,
)


def at_once(*actions):
    """Run functions in threads that start together; return the exception of each, or None."""
    barrier = threading.Barrier(len(actions))
    raised = [None] * len(actions)

    def run(number, action):
        try:
            barrier.wait(timeout=20)
            action()
        except PublishingError as error:
            raised[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return raised


@pytest.mark.django_db(transaction=True)
def test_one_of_two_publications_of_one_unit_is_made():
    agency = published_agency()
    draft = changed(agency, name="Renamed")
    raised = at_once(*(lambda: published(draft, at=NOON + DAY) for _ in range(2)))
    assert len([error for error in raised if error]) == 1
    assert agency.editions.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_moves_that_make_a_cycle_together_are_not_both_made():
    agency, first, second = make_agency(), make_unit(name="First"), make_unit(name="Second")
    published(agency, first, second)
    moves = [changed(first, parent=second), changed(second, parent=first)]
    raised = at_once(*(lambda unit=unit: published(unit, at=NOON + DAY) for unit in moves))
    assert len([error for error in raised if error]) == 1
    parents = UnitEdition.objects.in_force(NOON + DAY).filter(parent=agency).count()
    assert parents == 1
    assert Unit.objects.filter(has_unpublished_changes=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_who_approve_at_once_make_one_approval():
    agency = published_agency()
    change_set = reviewing.create(
        title="A name",
        records=[changed(agency, name="Renamed")],
        by=make_user(),
        at=NOON,
    )
    reviewing.submit(change_set=change_set, by=change_set.author, at=NOON)
    reviewers = [make_user(), make_user()]
    raised = at_once(
        *(
            lambda by=by: reviewing.approve(change_set=change_set, by=by, at=NOON + DAY)
            for by in reviewers
        )
    )
    assert raised == [None, None]
    assert agency.editions.count() == 2
    assert change_set.steps.filter(name="approve").count() == 1
