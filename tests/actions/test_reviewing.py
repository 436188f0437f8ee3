from datetime import timedelta

import pytest

from directorates.actions.publishing import drafting, publishing
from directorates.actions.publishing.editions import InReviewError
from directorates.actions.refusals import PublishingError
from directorates.actions.reviewing import review_questions, reviewing
from directorates.actions.reviewing.reviewing import ReviewError
from directorates.models import ChangeSet, ChangeSetStep, Generation, Unit, UnitEdition
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

HOUR = timedelta(hours=1)
LATER = NOON + HOUR


@pytest.fixture(autouse=True)
def _two_people(settings):
    settings.AUTHORS_MAY_APPROVE = False


@pytest.fixture
def agency(db):
    return published_agency()


@pytest.fixture
def author(db):
    return make_user()


@pytest.fixture
def reviewer(db):
    return make_user()


@pytest.fixture
def change_set(agency, author):
    draft = changed(published(make_unit(name="Before", slug="before")), name="After")
    return reviewing.create(title="A new name", records=[draft], by=author, at=NOON)


def submitted(change_set, **changes):
    for name, value in changes.items():
        setattr(change_set, name, value)
    change_set.save()
    return reviewing.submit(change_set=change_set, by=change_set.author, at=LATER)


def names(at):
    return set(
        UnitEdition.objects.in_force(at).filter(kind="office").values_list("name", flat=True)
    )


def test_an_approved_set_goes_live_at_its_instant(change_set, reviewer):
    submitted(change_set, effective_from=NOON + DAY, public_note="A better name.")
    (edition,) = reviewing.approve(change_set=change_set, by=reviewer, at=LATER)
    assert names(NOON + DAY - HOUR) == {"Before"}
    assert names(NOON + DAY) == {"After"}
    assert (edition.change_set, edition.change_note) == (change_set, "A better name.")
    assert edition.approved_by == reviewer


def test_a_set_without_an_instant_takes_effect_when_it_is_approved(change_set, reviewer):
    submitted(change_set)
    reviewing.approve(change_set=change_set, by=reviewer, at=LATER)
    assert names(LATER) == {"After"}
    assert ChangeSet.objects.get().effective_from == LATER


def test_approving_twice_makes_the_editions_once(change_set, reviewer):
    submitted(change_set)
    first = reviewing.approve(change_set=change_set, by=reviewer, at=LATER)
    generation = Generation.objects.current()
    assert reviewing.approve(change_set=change_set, by=reviewer, at=LATER + HOUR) == first
    assert Generation.objects.current() == generation


def test_all_editions_of_a_set_are_made_or_none(change_set, agency, author, reviewer):
    other = make_unit(slug="other")
    reviewing.add(change_set=change_set, records=[other], by=author, at=NOON)
    submitted(change_set)
    published(make_unit(slug="other"), at=LATER)
    with pytest.raises(PublishingError, match="in use"):
        reviewing.approve(change_set=change_set, by=reviewer, at=LATER + HOUR)
    assert names(LATER + HOUR) == {"Before", Unit.objects.get(change_set=None, slug="other").name}
    assert ChangeSet.objects.get().state == "in-review"
    assert not ChangeSetStep.objects.filter(name="approve").exists()


def test_a_figure_goes_live_with_the_units_of_its_set(change_set, agency, author, reviewer):
    figure = make_figure(unit=agency)
    reviewing.add(change_set=change_set, records=[figure], by=author, at=NOON)
    submitted(change_set)
    editions = reviewing.approve(change_set=change_set, by=reviewer, at=LATER)
    assert {type(edition).__name__ for edition in editions} == {"UnitEdition", "FigureEdition"}


def test_the_author_may_not_review_the_own_set(change_set, author):
    submitted(change_set)
    with pytest.raises(ReviewError, match="second person"):
        reviewing.approve(change_set=change_set, by=author, at=LATER)
    with pytest.raises(ReviewError, match="second person"):
        reviewing.return_to_author(change_set=change_set, by=author, at=LATER, comment="No.")


def test_a_setting_lets_authors_approve_and_the_record_says_so(change_set, author, settings):
    settings.AUTHORS_MAY_APPROVE = True
    submitted(change_set)
    reviewing.approve(change_set=change_set, by=author, at=LATER)
    assert ChangeSet.objects.get().is_self_approved


def test_what_is_in_review_cannot_be_changed(change_set, agency):
    submitted(change_set)
    unit = Unit.objects.get(change_set=change_set)
    with pytest.raises(InReviewError, match="in review with the change set “A new name”"):
        changed(unit, name="Sneaked in")
    with pytest.raises(InReviewError):
        publishing.restore(edition=unit.editions.get(), by=None, at=LATER)
    with pytest.raises(ReviewError, match="cannot be changed"):
        reviewing.remove(change_set=change_set, record=unit, by=None, at=LATER)
    assert Unit.objects.get(pk=unit.pk).name == "After"


def test_a_returned_set_can_be_mended_and_submitted_again(change_set, author, reviewer):
    submitted(change_set)
    reviewing.return_to_author(change_set=change_set, by=reviewer, at=LATER, comment="Typo.")
    changed(Unit.objects.get(change_set=change_set), name="Mended")
    reviewing.submit(change_set=change_set, by=author, at=LATER)
    reviewing.approve(change_set=change_set, by=reviewer, at=LATER)
    assert names(LATER) == {"Mended"}


def test_a_return_says_why(change_set, reviewer):
    submitted(change_set)
    with pytest.raises(ReviewError, match="Say why"):
        reviewing.return_to_author(change_set=change_set, by=reviewer, at=LATER, comment=" ")


def test_the_author_alone_takes_a_set_back(change_set, author, reviewer):
    submitted(change_set)
    with pytest.raises(ReviewError, match="Only the author"):
        reviewing.take_back(change_set=change_set, by=reviewer, at=LATER)
    reviewing.take_back(change_set=change_set, by=author, at=LATER)
    assert ChangeSet.objects.get().state == "open"


def test_withdrawing_before_the_instant_leaves_the_timeline_as_it_was(change_set, reviewer):
    before = list(UnitEdition.objects.in_force(NOON + 2 * DAY).values())
    submitted(change_set, effective_from=NOON + DAY)
    reviewing.approve(change_set=change_set, by=reviewer, at=LATER)
    reviewing.withdraw(change_set=change_set, by=reviewer, at=LATER, comment="Not yet.")
    assert list(UnitEdition.objects.in_force(NOON + 2 * DAY).values()) == before
    assert ChangeSet.objects.get().state == "withdrawn"
    assert Unit.objects.get(slug="before").has_unpublished_changes


def test_a_set_that_took_effect_cannot_be_withdrawn(change_set, reviewer):
    submitted(change_set)
    reviewing.approve(change_set=change_set, by=reviewer, at=LATER)
    with pytest.raises(PublishingError, match="has taken effect"):
        reviewing.withdraw(change_set=change_set, by=reviewer, at=LATER, comment="Late.")
    assert ChangeSet.objects.get().state == "approved"


def test_an_urgent_correction_takes_effect_and_the_set_still_follows(change_set, reviewer):
    submitted(change_set, effective_from=NOON + 3 * DAY)
    reviewing.approve(change_set=change_set, by=reviewer, at=LATER)
    published(changed(Unit.objects.get(slug="before"), name="Urgent"), at=NOON + DAY)
    assert (names(NOON + 2 * DAY), names(NOON + 3 * DAY)) == ({"Urgent"}, {"After"})


def test_a_record_is_in_one_set_at_most(change_set, author):
    unit = Unit.objects.get(change_set=change_set)
    with pytest.raises(ReviewError, match="in the change set “A new name” already"):
        reviewing.create(title="Another", records=[unit], by=author, at=NOON)
    assert ChangeSet.objects.count() == 1


def test_a_record_without_changes_is_not_added(change_set, agency, author):
    with pytest.raises(ReviewError, match="no unpublished changes"):
        reviewing.add(change_set=change_set, records=[agency], by=author, at=NOON)


def test_a_record_of_a_set_is_not_published_past_it(change_set):
    with pytest.raises(PublishingError, match="belongs to the change set “A new name”"):
        published(Unit.objects.get(change_set=change_set), at=LATER)


def test_a_cycle_that_only_the_combination_makes_is_found_before_the_review(agency, author):
    first, second = make_unit(name="First"), make_unit(name="Second")
    published(first, second)
    moves = [changed(first, parent=second), changed(second, parent=first)]
    for move in moves:
        assert (
            review_questions.find_problems(
                reviewing.create(title="One", records=[move], by=author, at=NOON), at=NOON
            )
            == []
        )
        reviewing.discard(change_set=ChangeSet.objects.first(), by=author, at=NOON)
    both = reviewing.create(title="Both", records=moves, by=author, at=NOON)
    with pytest.raises(ReviewError, match="part of itself"):
        reviewing.submit(change_set=both, by=author, at=LATER)


def test_a_set_with_a_figure_of_an_unpublished_unit_is_not_submitted(agency, author):
    figure = make_figure(unit=make_unit(name="Records"))
    change_set = reviewing.create(title="A figure", records=[figure], by=author, at=NOON)
    with pytest.raises(ReviewError, match="Publish the unit first"):
        reviewing.submit(change_set=change_set, by=author, at=LATER)


def test_an_empty_set_is_not_submitted(change_set, author):
    unit = Unit.objects.get(change_set=change_set)
    reviewing.remove(change_set=change_set, record=unit, by=author, at=NOON)
    with pytest.raises(ReviewError, match="is empty"):
        submitted(change_set)


def test_discarding_lets_go_of_the_records_and_keeps_their_changes(change_set, author):
    reviewing.discard(change_set=change_set, by=author, at=LATER)
    unit = Unit.objects.get(slug="before")
    assert (unit.change_set, unit.name) == (None, "After")


def test_every_step_is_on_record_with_who_when_and_why(change_set, author, reviewer):
    submitted(change_set)
    reviewing.return_to_author(change_set=change_set, by=reviewer, at=LATER, comment="Typo.")
    steps = list(change_set.steps.values_list("name", "from_state", "to_state", "by", "comment"))
    assert steps == [
        ("create", "open", "open", author.pk, ""),
        ("add", "open", "open", author.pk, "Added After."),
        ("submit", "open", "in-review", author.pk, ""),
        ("return", "in-review", "returned", reviewer.pk, "Typo."),
    ]


def test_a_step_is_never_changed_or_deleted(change_set):
    step = change_set.steps.first()
    step.comment = "Rewritten"
    with pytest.raises(TypeError, match="never edited"):
        step.save()
    with pytest.raises(TypeError, match="never deleted"):
        step.delete()


def test_a_save_over_an_unseen_one_is_refused(change_set, author):
    mine, theirs = ChangeSet.objects.get(), ChangeSet.objects.get()
    theirs.title = "Theirs"
    reviewing.save(change_set=theirs, by=author, at=NOON)
    mine.title = "Mine"
    with pytest.raises(ReviewError, match="saved by someone else"):
        reviewing.save(change_set=mine, by=author, at=NOON)
    assert ChangeSet.objects.get().title == "Theirs"


def test_drafts_of_an_open_set_can_be_changed(change_set):
    unit = Unit.objects.get(change_set=change_set)
    unit.name = "Edited on"
    drafting.save(record=unit, relations={}, by=None, at=LATER, expected_version=unit.version)
    assert Unit.objects.get(change_set=change_set).name == "Edited on"
