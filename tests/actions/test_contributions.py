"""Contributors to a change set, by every way to write a draft or a set."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from directorates.actions import responsibilities
from directorates.actions.publishing import closing, drafting, publishing
from directorates.actions.reviewing import moving, reviewing
from directorates.actions.reviewing.reviewing import ReviewError
from directorates.models import ChangeSet, Contribution, Responsibility, Unit
from directorates.queries.staff import contributors
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_figure,
    make_unit,
    make_user,
    published,
    published_agency,
)

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _two_people(settings):
    settings.AUTHORS_MAY_APPROVE = False


@pytest.fixture
def agency():
    return published_agency()


@pytest.fixture
def author():
    return make_user(username="author", is_superuser=True)


@pytest.fixture
def other():
    return make_user(username="other", is_superuser=True)


@pytest.fixture
def unit(agency):
    return published(make_unit(name="Before", slug="before"))


@pytest.fixture
def change_set(unit, author):
    draft = changed(unit, name="After", by=author)
    return reviewing.create(title="A new name", records=[draft], by=author, at=NOON)


def submitted(change_set, by=None):
    return reviewing.submit(change_set=change_set, by=by or change_set.author, at=LATER)


def is_refused(change_set, person, words):
    with pytest.raises(ReviewError, match="A second person must do that") as caught:
        reviewing.approve(change_set=change_set, by=person, at=LATER)
    with pytest.raises(ReviewError, match="A second person must do that"):
        reviewing.return_to_author(change_set=change_set, by=person, at=LATER, comment="No.")
    assert words in str(caught.value)
    reviewing.approve(change_set=change_set, by=make_user(is_superuser=True), at=LATER)
    assert not ChangeSet.objects.get(pk=change_set.pk).is_self_approved
    return True


def test_who_swaps_the_records_of_a_colleagues_set_does_not_approve_it(change_set, author, other):
    own = changed(published(make_unit(name="Own")), name="Own words", by=other)
    theirs = Unit.objects.get(change_set=change_set)
    reviewing.remove(change_set=change_set, record=theirs, by=other, at=NOON)
    reviewing.add(change_set=change_set, records=[own], by=other, at=NOON)
    assert is_refused(submitted(change_set, by=other), other, "took out After")


def test_who_takes_a_record_out_does_not_approve_the_rest(change_set, author, other):
    second = changed(published(make_unit(name="Second")), summary="Other.", by=author)
    reviewing.add(change_set=change_set, records=[second], by=author, at=NOON)
    reviewing.remove(change_set=change_set, record=second, by=other, at=NOON)
    assert is_refused(submitted(change_set), other, "took out Second")


def test_who_deletes_a_draft_that_lies_in_a_set_has_taken_it_out(change_set, author, other):
    new = make_unit(name="New", by=author)
    reviewing.add(change_set=change_set, records=[new], by=author, at=NOON)
    drafting.delete(record=new, by=other, at=NOON)
    assert is_refused(submitted(change_set), other, "took out New")


def test_who_edits_a_record_in_a_colleagues_set_does_not_approve_it(change_set, other):
    changed(Unit.objects.get(change_set=change_set), name="Their words", by=other)
    changed(Unit.objects.get(change_set=change_set), summary="Mine.", by=change_set.author)
    assert is_refused(submitted(change_set), other, "changed “Their words”")


def test_who_wrote_the_draft_before_it_came_into_the_set_does_not_approve_it(unit, author, other):
    changed(unit, name="Their words", by=other)
    draft = changed(unit, summary="Mine.", by=author)
    change_set = reviewing.create(title="Two hands", records=[draft], by=author, at=NOON)
    assert is_refused(submitted(change_set), other, "changed “Their words”")


def test_who_wrote_a_new_figure_does_not_approve_it(change_set, agency, author, other):
    figure = make_figure(unit=agency, by=other)
    reviewing.add(change_set=change_set, records=[figure], by=author, at=NOON)
    assert is_refused(submitted(change_set), other, f"wrote “{figure}”")


def test_who_restored_the_draft_does_not_approve_it(unit, author, other):
    published(changed(unit, name="Second name"), at=NOON + timedelta(minutes=1))
    publishing.restore(edition=unit.editions.get(number=1), by=other, at=NOON)
    draft = changed(unit, summary="Mine.", by=author)
    change_set = reviewing.create(title="Back", records=[draft], by=author, at=NOON)
    assert is_refused(submitted(change_set), other, "restored a published version of “Before”")


def test_who_moved_a_unit_does_not_approve_the_move(change_set, agency, other):
    place, moved = published(make_unit(name="Place")), published(make_unit(name="Moved"))
    moving.move(units=[moved], parent=place, change_set=change_set, by=other, at=NOON)
    assert is_refused(submitted(change_set), other, "added Moved")


def test_who_drafted_a_closing_does_not_approve_it(agency, author, other):
    old, heir = published(make_unit(name="Old")), published(make_unit(name="Heir"))
    drafts = closing.draft(unit=old, successors=[heir], by=other, at=NOON)
    change_set = reviewing.create(title="Close", records=drafts, by=author, at=NOON)
    assert is_refused(submitted(change_set), other, "changed “Old”")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "Another"),
        ("public_note", "A word for the public."),
        ("effective_from", NOON + DAY),
        ("reason", "Because."),
    ],
)
def test_who_changes_what_a_set_says_does_not_approve_it(change_set, other, field, value):
    change_set = ChangeSet.objects.get(pk=change_set.pk)
    setattr(change_set, field, value)
    reviewing.save(change_set=change_set, by=other, at=NOON)
    label = ChangeSet._meta.get_field(field).verbose_name
    assert is_refused(submitted(change_set), other, f"changed {label}")


def test_a_save_that_changes_nothing_of_a_set_is_no_step(change_set, other):
    reviewing.save(change_set=ChangeSet.objects.get(), by=other, at=NOON)
    assert not change_set.steps.filter(name="change").exists()


def test_who_submits_a_colleagues_set_does_not_approve_it(change_set, other):
    assert is_refused(submitted(change_set, by=other), other, "submitted it")


def test_who_wrote_a_responsibility_that_it_publishes_first_does_not_approve_it(
    change_set, author, other
):
    matter = responsibilities.save(
        responsibility=Responsibility(phrase="Their words"), by=other, at=NOON
    )
    unit = Unit.objects.get(change_set=change_set)
    drafting.save(record=unit, relations={"responsibilities": [matter]}, by=author, at=NOON)
    assert is_refused(submitted(change_set), other, "wrote “Their words”")


def test_words_that_are_public_already_are_nobodys_hand(change_set, agency, author, other):
    matter = responsibilities.save(
        responsibility=Responsibility(phrase="Public"), by=other, at=NOON
    )
    published(make_unit(responsibilities=[matter]))
    unit = Unit.objects.get(change_set=change_set)
    drafting.save(record=unit, relations={"responsibilities": [matter]}, by=author, at=NOON)
    reviewing.approve(change_set=submitted(change_set), by=other, at=LATER)


# The restart of the count


def test_an_edition_lets_the_count_begin_again(unit, author, other):
    published(changed(unit, name="Their words", by=other), at=NOON + timedelta(minutes=1))
    draft = changed(unit, summary="Mine.", by=author)
    change_set = reviewing.create(title="Later", records=[draft], by=author, at=NOON)
    reviewing.approve(change_set=submitted(change_set), by=other, at=LATER)


def test_a_draft_that_was_undone_lets_the_count_begin_again(unit, author, other):
    changed(unit, name="Their words", by=other)
    changed(unit, name="Before", by=other)
    draft = changed(unit, summary="Mine.", by=author)
    change_set = reviewing.create(title="Later", records=[draft], by=author, at=NOON)
    reviewing.approve(change_set=submitted(change_set), by=other, at=LATER)


def test_a_withdrawn_edition_gives_its_draft_back_to_those_who_wrote_it(unit, author, other):
    changed(unit, name="Their words", by=other)
    edition = publishing.publish(
        records=[Unit.objects.get(pk=unit.pk)], by=None, at=NOON, effective_from=NOON + DAY
    )
    publishing.withdraw(editions=edition, by=author, at=NOON)
    change_set = reviewing.create(
        title="Once more", records=[Unit.objects.get(pk=unit.pk)], by=author, at=NOON
    )
    assert is_refused(submitted(change_set), other, "changed “Their words”")


def test_a_closing_past_a_draft_does_not_wash_the_draft(unit, agency, author, other):
    changed(unit, name="Their words", by=other)
    heir = published(make_unit(name="Heir"))
    closing.close(unit=unit, successors=[heir], by=None, at=NOON + timedelta(minutes=1))
    draft = changed(Unit.objects.get(pk=unit.pk), is_closed=False, by=author)
    change_set = reviewing.create(title="Open", records=[draft], by=author, at=NOON)
    assert is_refused(submitted(change_set), other, "changed “Their words”")


def test_a_reviewer_who_returns_a_set_may_approve_it_later(change_set, other):
    reviewing.return_to_author(change_set=submitted(change_set), by=other, at=LATER, comment="No.")
    reviewing.approve(change_set=submitted(change_set), by=other, at=LATER)


def test_a_draft_that_was_saved_without_a_row_counts_by_its_last_saver(unit, author, other):
    """A script can write a record without `drafting`. Its saver must still not approve it."""
    Unit.objects.filter(pk=unit.pk).update(
        name="Their words", has_unpublished_changes=True, saved_by=other, saved_at=NOON
    )
    draft = Unit.objects.get(pk=unit.pk)
    change_set = reviewing.create(title="Old", records=[draft], by=author, at=NOON)
    assert is_refused(submitted(change_set), other, "changed “Their words”")


# Self-approved


def test_a_contributor_approves_where_a_setting_allows_it_and_the_set_says_so_for_ever(
    change_set, author, other, settings
):
    settings.AUTHORS_MAY_APPROVE = True
    changed(Unit.objects.get(change_set=change_set), name="Their words", by=other)
    reviewing.approve(change_set=submitted(change_set), by=other, at=LATER)
    assert ChangeSet.objects.get().is_self_approved
    settings.AUTHORS_MAY_APPROVE = False
    published(changed(Unit.objects.get(name="Their words"), name="Newer"), at=LATER + DAY)
    assert ChangeSet.objects.get().is_self_approved


def test_the_hands_of_a_past_set_stay_what_they_were(change_set, author, other):
    reviewing.approve(change_set=submitted(change_set), by=other, at=LATER)
    changed(
        Unit.objects.get(name="After"),
        name="Newer",
        by=make_user(username="third", is_superuser=True),
    )
    people = {hand.person.username for hand in contributors.hands_in(ChangeSet.objects.get())}
    assert people == {"author"}


def test_the_command_line_approves_nothing_of_its_own(unit):
    draft = changed(unit, name="After")
    change_set = reviewing.create(title="By nobody", records=[draft], by=None, at=NOON)
    reviewing.approve(change_set=submitted(change_set), by=None, at=LATER)
    assert not ChangeSet.objects.get().is_self_approved


# The rows


def test_a_contribution_is_never_changed_or_deleted(change_set):
    row = Contribution.objects.first()
    with pytest.raises(TypeError, match="never edited"):
        row.save()
    with pytest.raises(TypeError, match="never deleted"):
        row.delete()
    for statement in ("UPDATE directorates_contribution SET by_id = NULL", None):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement or "DELETE FROM directorates_contribution")


def test_the_hands_of_many_sets_take_as_many_queries_as_those_of_one(
    agency, author, django_assert_num_queries
):
    def make():
        draft = changed(published(make_unit()), name="Renamed", by=author)
        return reviewing.create(title="A set", records=[draft], by=author, at=NOON)

    make()
    with django_assert_num_queries(7):
        contributors.hands_in_sets(list(ChangeSet.objects.select_related("author")))
    for _ in range(5):
        make()
    with django_assert_num_queries(7):
        contributors.hands_in_sets(list(ChangeSet.objects.select_related("author")))
