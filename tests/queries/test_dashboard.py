from datetime import timedelta

import pytest

from directorates.actions.reviewing import reviewing
from directorates.queries.staff import dashboard
from directorates.queries.staff.dashboard import Dashboard
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_unit,
    make_user,
    published,
    published_agency,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def agency(db):
    return published_agency()


@pytest.fixture
def author(db):
    return make_user(permissions=["change_unit", "add_changeset"])


@pytest.fixture
def reviewer(db):
    return make_user(permissions=["view_unit", "approve_changeset"])


def make_set(author, *, submit=False, effective_from=None):
    draft = changed(published(make_unit()), name="Renamed")
    change_set = reviewing.create(
        title="A set", records=[draft], by=author, at=NOON, effective_from=effective_from
    )
    return reviewing.submit(change_set=change_set, by=author, at=NOON) if submit else change_set


def of(user, *, may_review=False, at=NOON):
    return dashboard.get(user, at=at, may_review=may_review)


def test_an_idle_dashboard_is_empty(agency, author):
    assert of(author).is_empty


def test_a_set_in_review_waits_for_reviewers_and_not_for_its_author(agency, author, reviewer):
    change_set = make_set(author, submit=True)
    assert of(reviewer, may_review=True).to_review == (change_set,)
    assert of(author, may_review=True).to_review == ()
    assert of(reviewer, may_review=False).to_review == ()


def test_a_returned_set_waits_for_its_author(agency, author, reviewer):
    change_set = make_set(author, submit=True)
    reviewing.return_to_author(change_set=change_set, by=reviewer, at=NOON, comment="Mend it.")
    (returned,) = of(author).returned
    assert (returned.change_set, returned.step.by, returned.step.comment) == (
        change_set,
        reviewer,
        "Mend it.",
    )
    assert of(reviewer, may_review=True).returned == ()


def test_the_own_open_sets_are_listed(agency, author):
    change_set = make_set(author)
    assert of(author).own_open == (change_set,)


def test_what_takes_effect_soon_is_listed_with_its_set(agency, author, reviewer, settings):
    change_set = make_set(author, submit=True, effective_from=NOON + DAY)
    reviewing.approve(change_set=change_set, by=reviewer, at=NOON + HOUR)
    (coming,) = of(author, at=NOON + HOUR).coming
    assert (coming.effective_from, coming.change_set) == (NOON + DAY, change_set)
    assert of(author, at=NOON + 2 * DAY).coming == ()


def test_the_drafts_that_a_person_saved_last_are_what_the_person_began(agency, author, reviewer):
    old = changed(published(make_unit()), name="Draft", by=author, at=NOON)
    new = changed(make_unit(), name="New", by=author, at=NOON + HOUR)
    changed(published(make_unit()), name="Another")
    make_set(author)
    assert of(author).began_records == (new, old)
    assert not of(author).has_begun_nothing
    assert of(reviewer).own_open == ()


def test_the_desk_holds_the_sets_that_wait(agency, author, reviewer):
    returned = make_set(author, submit=True)
    make_set(author, submit=True)
    reviewing.return_to_author(change_set=returned, by=reviewer, at=NOON, comment="Mend it.")
    assert len(of(reviewer, may_review=True).to_review) == 1
    assert [one.change_set for one in of(author, may_review=True).returned] == [returned]


def test_who_may_see_no_drafts_has_an_empty_desk(agency, author):
    make_set(author, submit=True)
    assert of(make_user(permissions=[]), may_review=True) == Dashboard()


@pytest.mark.parametrize("number", [1, 15])
def test_the_dashboard_takes_the_same_queries_for_few_and_for_many(
    agency, author, reviewer, number, django_assert_max_num_queries
):
    for _ in range(number):
        make_set(author, submit=True)
        make_unit()
    with django_assert_max_num_queries(18):
        of(reviewer, may_review=True)


def test_what_takes_effect_first_is_what_a_bounded_list_shows(agency):
    for days in (3, 1, 2):
        draft = changed(published(make_unit()), name=f"In {days} days")
        published(draft, at=NOON + HOUR, effective_from=NOON + days * DAY)
    coming = dashboard.find_coming(at=NOON + HOUR, most=2)
    assert [entry.effective_from for entry in coming] == [NOON + DAY, NOON + 2 * DAY]
