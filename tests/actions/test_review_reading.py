"""An approval covers exactly what the reviewer saw. Any difference is refused and named."""

from datetime import timedelta

import pytest

from directorates.actions import responsibilities
from directorates.actions.importing import importing
from directorates.actions.responsibilities import ResponsibilityInReviewError
from directorates.actions.reviewing import review_reading, reviewing
from directorates.actions.reviewing.review_reading import ChangedSinceReadError
from directorates.exchange.agency_file import AgencyFileError
from directorates.models import ChangeSet, Responsibility, Unit, UnitEdition
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_figure,
    make_responsibility,
    make_unit,
    make_user,
    published,
    published_agency,
)

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def agency():
    return published_agency()


@pytest.fixture
def matter():
    return make_responsibility("Bonds", synonyms=["bail"])


@pytest.fixture
def reviewer():
    return make_user(is_superuser=True)


@pytest.fixture
def heir(agency):
    return published(make_unit(name="Heir"))


@pytest.fixture
def change_set(agency, matter, heir):
    unit = published(make_unit(name="Office"))
    draft = changed(unit, name="Office of Bonds", overview="<p>" + "Long text. " * 400 + "</p>")
    draft.responsibilities.add(matter)
    draft.successors.add(heir)
    figure = changed(published(make_figure(unit=unit)), value=7)
    made = reviewing.create(title="Bonds", records=[draft, figure], by=None, at=NOON)
    return reviewing.submit(change_set=made, by=None, at=NOON)


def approve(change_set, reviewer, reviewed, at=LATER):
    return reviewing.approve(change_set=change_set, by=reviewer, at=at, reviewed=reviewed)


def read(change_set, at=LATER):
    return review_reading.read_set(ChangeSet.objects.get(pk=change_set.pk), at=at)


def test_what_was_read_is_approved(change_set, reviewer):
    assert len(approve(change_set, reviewer, read(change_set))) == 2


#: Changes past every action during a review, and the words that name them.
CHANGES = {
    "content": (
        lambda: Unit.objects.filter(name="Office of Bonds").update(name="Sneaked in"),
        ("Name", "Office of Bonds", "Sneaked in"),
    ),
    "a long text": (
        lambda: Unit.objects.filter(name="Office of Bonds").update(overview="<p>Other</p>"),
        ("Overview", "(a longer text)", "Other"),
    ),
    "a responsibility's phrase": (
        lambda: Responsibility.objects.update(phrase="Bribes"),
        ("Responsibilities", "Bonds (bail)", "Bribes (bail)"),
    ),
    "a responsibility's synonyms": (
        lambda: Responsibility.objects.update(synonyms=["bribes"]),
        ("Responsibilities", "Bonds (bail)", "Bonds (bribes)"),
    ),
    "a relation": (
        lambda: Unit.objects.get(name="Office of Bonds").responsibilities.clear(),
        ("Responsibilities", "Bonds (bail)", ""),
    ),
    "a successor's name": (
        lambda: Unit.objects.filter(name="Heir").update(name="Usurper"),
        ("Successors", "Heir", "Usurper"),
    ),
    "the parent's name": (
        lambda: Unit.objects.filter(kind="agency").update(name="Another", acronym=""),
        ("Part of", "Agency of Examples (AOE)", "Another"),
    ),
    "the instant": (
        lambda: ChangeSet.objects.update(effective_from=NOON + DAY),
        ("Takes effect", "", "2026-03-03T12:00:00+00:00"),
    ),
    "the title": (lambda: ChangeSet.objects.update(title="X"), ("Title", "Bonds", "X")),
    "the public note": (
        lambda: ChangeSet.objects.update(public_note="A word."),
        ("Public note", "", "A word."),
    ),
    "the reason": (lambda: ChangeSet.objects.update(reason="So."), ("Reason", "", "So.")),
    "the end of what is in force": (
        lambda: UnitEdition.objects.filter(name="Office").update(effective_until=NOON + DAY),
        ("In force until", "", "2026-03-03T12:00:00+00:00"),
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_changed_since_it_was_read_is_refused_and_named(change_set, reviewer, name):
    change, (label, before, after) = CHANGES[name]
    reviewed = read(change_set)
    change()
    with pytest.raises(ChangedSinceReadError, match="Read it again") as caught:
        approve(change_set, reviewer, reviewed)
    found = [one for one in caught.value.differences if one.label.endswith(label)]
    assert (before, after) in [(one.before, one.after) for one in found]
    assert ChangeSet.objects.get().state == "in-review"
    approve(change_set, reviewer, read(change_set))


def test_a_correction_that_took_effect_meanwhile_is_refused(agency, reviewer):
    """The reviewer saw a comparison with another public text."""
    unit = changed(published(make_unit()), summary="Corrected.")
    published(unit, effective_from=NOON + timedelta(minutes=30))
    made = reviewing.create(
        title="Later", records=[changed(unit, summary="New.")], by=None, at=NOON
    )
    reviewing.submit(change_set=made, by=None, at=NOON)
    with pytest.raises(ChangedSinceReadError, match="in force: Summary"):
        approve(made, reviewer, read(made, at=NOON))
    approve(made, reviewer, read(made))


def test_a_set_that_was_taken_back_and_submitted_again_is_refused(change_set, reviewer):
    reviewed = read(change_set)
    ChangeSet.objects.update(author=reviewer)
    reviewing.take_back(change_set=change_set, by=reviewer, at=LATER)
    reviewing.submit(change_set=change_set, by=None, at=LATER)
    with pytest.raises(ChangedSinceReadError, match="Submitted again"):
        approve(change_set, make_user(is_superuser=True), reviewed)


def test_reading_many_records_takes_as_many_queries_as_reading_few(
    agency, django_assert_num_queries
):
    def make(number):
        drafts = [changed(published(make_unit()), summary="New.") for _ in range(number)]
        return reviewing.create(title="A set", records=drafts, by=None, at=NOON)

    few, many = make(1), make(20)
    with django_assert_num_queries(QUERIES):
        review_reading.read_set(few, at=LATER)
    with django_assert_num_queries(QUERIES):
        review_reading.read_set(many, at=LATER)


QUERIES = 9


def test_a_large_set_is_read_in_few_words(agency):
    drafts = [
        changed(published(make_unit()), overview=f"<p>{'Words. ' * 200}</p>") for _ in range(40)
    ]
    made = reviewing.create(title="Large", records=drafts, by=None, at=NOON)
    assert len(str(review_reading.read_set(made, at=LATER))) < 100_000


# Linked records are read only during the review


@pytest.mark.parametrize("change", [{"phrase": "Bribes"}, {"synonyms": ["bribes"]}])
def test_a_responsibility_of_a_record_in_review_is_not_changed(change_set, matter, change):
    for name, value in change.items():
        setattr(matter, name, value)
    with pytest.raises(ResponsibilityInReviewError, match="in review with the change set “Bonds”"):
        responsibilities.save(responsibility=matter, by=None, at=LATER)
    assert Responsibility.objects.get().phrase == "Bonds"


def test_a_responsibility_of_a_record_in_review_is_not_deleted(change_set, matter):
    with pytest.raises(ResponsibilityInReviewError):
        responsibilities.delete(responsibility=matter, by=None, at=LATER)


def test_a_responsibility_of_a_set_that_was_taken_back_can_be_changed(change_set, matter):
    reviewing.return_to_author(change_set=change_set, by=None, at=LATER, comment="Why?")
    matter.phrase = "Bails"
    responsibilities.save(responsibility=matter, by=None, at=LATER)
    assert Responsibility.objects.get().phrase == "Bails"


def test_a_file_does_not_change_what_is_in_review(change_set):
    content = b'format = 1\n[[responsibilities]]\nphrase = "Bonds"\nsynonyms = ["bribes"]\n'
    with pytest.raises(AgencyFileError, match="in review"):
        importing.load(content=content, file_name="x.toml", by=None, at=LATER)
    same = b'format = 1\n[[responsibilities]]\nphrase = "Bonds"\nsynonyms = ["bail"]\n'
    importing.load(content=same, file_name="x.toml", by=None, at=LATER)


def test_the_publication_of_records_is_of_what_was_read_too(agency, matter, reviewer, settings):
    settings.AUTHORS_MAY_APPROVE = True
    draft = changed(published(make_unit()), name="After")
    draft.responsibilities.add(matter)
    reviewed = review_reading.read_records([draft], at=LATER)
    matter.phrase = "Bribes"
    responsibilities.save(responsibility=matter, by=None, at=LATER)
    for act in (reviewing.publish, reviewing.submit_records):
        with pytest.raises(ChangedSinceReadError):
            act(records=[draft], by=reviewer, at=LATER, reviewed=reviewed)
    reviewing.publish(
        records=[draft],
        by=reviewer,
        at=LATER,
        reviewed=review_reading.read_records([draft], at=LATER),
    )
