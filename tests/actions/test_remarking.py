"""Remarks about the records of a change set."""

import pytest

from directorates.actions.refusals import NotAllowedError
from directorates.actions.reviewing import remarking, reviewing
from directorates.actions.reviewing.reviewing import ReviewError
from directorates.models import AuditEntry, ChangeSet, Remark
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_unit,
    make_user,
    published,
    published_agency,
)


@pytest.fixture
def change_set(db):
    published_agency()
    draft = changed(published(make_unit(name="Before")), name="After")
    return reviewing.create(title="A set", records=[draft], by=make_user(), at=NOON)


@pytest.fixture
def unit(change_set):
    return change_set.units.get()


def say(change_set, words="Is this the name?", **where):
    record = change_set.units.get()
    return remarking.remark(
        change_set=change_set, record=record, words=words, by=make_user(), at=NOON, **where
    )


def test_a_remark_at_a_field_is_answered_and_ticked_off(change_set):
    made = say(change_set, field="name")
    other = make_user()
    answer = remarking.answer(remark=made, words="Yes.", by=other, at=NOON)
    again = remarking.answer(remark=answer, words="Since March.", by=other, at=NOON)
    assert [one.answers_to for one in (answer, again)] == [made, made]

    remarking.tick_off(remark=made, by=other, at=NOON + DAY)

    made.refresh_from_db()
    assert (made.is_open, made.done_by, made.done_at) == (False, other, NOON + DAY)
    remarking.tick_off(remark=made, is_done=False, by=other, at=NOON + DAY)
    assert Remark.objects.get(pk=made.pk).is_open


def test_a_remark_leaves_a_set_in_review_as_its_reviewer_read_it(change_set):
    reviewing.submit(change_set=change_set, by=change_set.author, at=NOON)
    before = ChangeSet.objects.get(pk=change_set.pk).version
    say(change_set)
    assert ChangeSet.objects.get(pk=change_set.pk).version == before


@pytest.mark.parametrize("end", ["approve", "discard"])
def test_remarks_are_gone_with_the_set(change_set, settings, end):
    settings.AUTHORS_MAY_APPROVE = True
    made, author = say(change_set), change_set.author
    if end == "approve":
        reviewing.submit(change_set=change_set, by=author, at=NOON)
        reviewing.approve(change_set=change_set, by=author, at=NOON + DAY)
    else:
        reviewing.discard(change_set=change_set, by=author, at=NOON)
    assert not Remark.objects.exists()
    with pytest.raises(ReviewError, match="gone"):
        remarking.answer(remark=made, words="Too late.", by=author, at=NOON)


def test_remarks_stay_in_a_set_that_is_returned_or_taken_back(change_set):
    say(change_set)
    reviewing.submit(change_set=change_set, by=change_set.author, at=NOON)
    reviewing.return_to_author(change_set=change_set, by=make_user(), at=NOON, comment="See it.")
    assert change_set.remarks.count() == 1


def test_the_audit_trail_says_where_and_not_what(change_set, unit):
    say(change_set, "A secret word.", field="name")
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.record_pk) == ("remark", str(unit.pk))
    assert entry.comment == "At the field “name”."
    assert "secret" not in entry.search_text


@pytest.mark.parametrize(
    ("words", "message"), [("  \n", "Write something"), ("x" * 2001, "at most 2,000")]
)
def test_an_empty_or_endless_remark_is_refused(change_set, words, message):
    with pytest.raises(ReviewError, match=message):
        say(change_set, words)


def test_a_remark_is_about_a_record_and_a_field_that_are_there(change_set):
    with pytest.raises(ReviewError, match="no such field"):
        say(change_set, field="password")
    with pytest.raises(ReviewError, match="not in this change set"):
        remarking.remark(
            change_set=change_set, record=make_unit(), words="?", by=make_user(), at=NOON
        )


def test_who_works_on_other_units_says_nothing(change_set):
    with pytest.raises(NotAllowedError):
        remarking.remark(
            change_set=change_set,
            record=change_set.units.get(),
            words="?",
            by=make_user(units=[]),
            at=NOON,
        )
