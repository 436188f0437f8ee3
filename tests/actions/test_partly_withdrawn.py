"""Change sets with editions that were withdrawn from their own pages."""

from datetime import timedelta

import pytest

from directorates.actions import sharing
from directorates.actions.publishing import publishing
from directorates.actions.refusals import PublishingError
from directorates.actions.reviewing import reviewing
from directorates.actions.reviewing.reviewing import ReviewError
from directorates.models import AuditEntry, ChangeSet, PreviewLink, Unit
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_unit,
    make_user,
    published,
    published_agency,
)

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def publisher():
    return make_user(is_superuser=True)


@pytest.fixture
def change_set(publisher):
    """An approved set with two editions that take effect tomorrow."""
    published_agency()
    drafts = [changed(published(make_unit(name=name)), summary="New.") for name in ("One", "Two")]
    made = reviewing.create(
        title="Two offices", records=drafts, effective_from=NOON + DAY, by=None, at=NOON
    )
    reviewing.submit(change_set=made, by=None, at=NOON)
    reviewing.approve(change_set=made, by=publisher, at=NOON)
    return ChangeSet.objects.get()


def edition_of(change_set, name):
    return change_set.uniteditions.get(name=name)


def withdraw(change_set, *names, by=None, comment="Not yet."):
    editions = [edition_of(change_set, name) for name in names]
    reviewing.withdraw_editions(editions=editions, by=by, at=LATER, comment=comment)
    change_set.refresh_from_db()


def test_withdrawing_the_set_takes_what_stands(change_set, publisher):
    withdraw(change_set, "One")
    reviewing.withdraw(change_set=change_set, by=publisher, at=LATER, comment="None of it.")
    assert ChangeSet.objects.get().state == "withdrawn"
    assert not Unit.objects.get(name="Two").editions.scheduled(LATER).exists()


@pytest.mark.parametrize("together", [True, False])
def test_the_last_one_withdrawn_alone_moves_the_set_on(change_set, publisher, together):
    if together:
        withdraw(change_set, "One", "Two", by=publisher)
    else:
        withdraw(change_set, "One", by=publisher)
        assert change_set.state == "approved"
        withdraw(change_set, "Two", by=publisher)
    assert change_set.state == "withdrawn"
    step = change_set.steps.last()
    assert (step.name, step.from_state, step.to_state) == ("withdraw", "approved", "withdrawn")
    assert (step.by, step.comment) == (publisher, "Not yet.")
    assert AuditEntry.objects.filter(
        action="withdraw", record_model="directorates.changeset", comment="Not yet."
    ).exists()


def test_a_step_names_the_edition_that_left_the_set(change_set, publisher):
    withdraw(change_set, "One", by=publisher)
    step = change_set.steps.last()
    assert (step.name, step.by) == ("withdraw-edition", publisher)
    assert step.comment == "Withdrew One, published version 2: Not yet."
    assert change_set.find_withdrawn() == [edition_of(change_set, "One")]


def test_an_edition_of_a_set_is_withdrawn_with_words_only(change_set, publisher):
    with pytest.raises(ReviewError, match="Say why"):
        withdraw(change_set, "One", by=publisher, comment=" ")
    assert change_set.find_withdrawn() == []


def test_an_edition_of_no_set_needs_no_words(publisher):
    unit = changed(published_agency(), summary="New.")
    editions = publishing.publish(
        records=[unit], by=None, at=NOON, effective_from=NOON + DAY, change_note=""
    )
    reviewing.withdraw_editions(editions=editions, by=publisher, at=LATER)
    assert unit.editions.not_withdrawn().count() == 1


def test_the_action_below_moves_the_set_on_too(change_set, publisher):
    editions = list(change_set.uniteditions.all())
    publishing.withdraw(editions=editions, by=publisher, at=LATER, comment="Not yet.")
    assert ChangeSet.objects.get().state == "withdrawn"


def test_a_set_that_is_withdrawn_edition_by_edition_shows_nothing_any_more(change_set, publisher):
    sharing.share(change_set=change_set, for_whom="Counsel", days=3, by=publisher, at=NOON)
    withdraw(change_set, "One")
    assert PreviewLink.objects.get().find_end(LATER) == ""
    withdraw(change_set, "Two")
    assert PreviewLink.objects.get().find_end(LATER) == "Ended: the change set is withdrawn"
    with pytest.raises(ReviewError, match="nothing to show"):
        sharing.share(change_set=change_set, for_whom="X", days=3, by=publisher, at=LATER)


def test_what_took_effect_stays_and_the_set_says_so(change_set, publisher):
    withdraw(change_set, "One")
    with pytest.raises(PublishingError, match="has taken effect"):
        reviewing.withdraw(change_set=change_set, by=publisher, at=NOON + 2 * DAY, comment="Late.")
    assert ChangeSet.objects.get().state == "approved"
