"""What became public when, and what will."""

import pytest

from directorates.actions.reviewing import reviewing
from directorates.queries.staff import calendar
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_unit,
    make_user,
    published,
    published_agency,
)

NOW = NOON + DAY


@pytest.fixture
def agency(db):
    return published_agency()


def changes(**asked):
    return calendar.get(**{"since": NOON - DAY, "at": NOW} | asked).changes


def test_what_was_published_together_is_one_change(agency):
    (change,) = changes()
    assert (change.state, change.label) == ("public", "Agency of Examples (AOE)")


def test_a_set_is_one_change_before_and_after_its_approval(agency):
    author, reviewer = make_user(role="Editor", units=[agency]), make_user(is_superuser=True)
    drafts = [changed(published(make_unit()), name=name) for name in ("One", "Other")]
    change_set = reviewing.create(
        title="Both", records=drafts, by=author, at=NOW, effective_from=NOW + DAY
    )
    (open_set,) = changes(state="not-approved")
    assert (open_set.label, open_set.editions, open_set.change_set) == ("Both", (), change_set)
    reviewing.submit(change_set=change_set, by=author, at=NOW)
    reviewing.approve(change_set=change_set, by=reviewer, at=NOW)
    assert changes(state="not-approved") == ()
    (approved,) = changes(state="approved")
    assert (approved.label, len(approved.editions)) == ("Both", 2)
    assert approved.effective_from == NOW + DAY


def test_what_was_drafted_or_published_since_is_named(agency):
    unit = published(make_unit())
    published(changed(unit, name="Planned"), at=NOW, effective_from=NOW + 40 * DAY)
    (planned,) = changes(state="approved")
    assert planned.changed_since == ()
    draft = changed(unit, name="Planned", phone="202-555-0100")
    (planned,) = changes(state="approved")
    assert planned.changed_since == (unit,)
    published(draft, at=NOW)
    (planned,) = changes(state="approved", at=NOW)
    assert planned.changed_since == (unit,)
    assert all(change.changed_since == () for change in changes(state="public"))


def test_only_the_asked_time_is_read(agency):
    draft = changed(published(make_unit()), name="Later")
    published(draft, at=NOW, effective_from=NOW + 40 * DAY)
    assert [change.label for change in changes(since=NOW)] == ["Later"]
    assert "Later" not in [change.label for change in changes(until=NOW)]


def test_a_person_may_ask_for_the_own_units_only(agency):
    own, other = published(make_unit(name="Own")), published(make_unit(name="Other"))
    person = make_user(role="Editor", units=[own])
    assert [change.label for change in changes(own_of=person)] == [str(own)]
    (together,) = changes()
    assert [edition.record for edition in together.editions] == [agency, own, other]
