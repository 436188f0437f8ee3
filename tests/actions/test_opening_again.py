"""Withdrawn and discarded sets, opened again with what they held."""

import pytest

from directorates.actions.refusals import PublishingError
from directorates.actions.reviewing import opening_again, reviewing
from directorates.models import Unit
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_unit,
    make_user,
    published,
    published_agency,
)

SOON = NOON + 9 * DAY


@pytest.fixture
def office(db):
    published_agency()
    return published(make_unit(phone="202-555-0100"))


def a_set(office, **fields):
    draft = changed(office, phone="202-555-0111")
    return reviewing.create(
        title="A set", public_note="A note.", records=[draft], by=make_user(), at=NOON, **fields
    )


def opened(change_set, at=NOON + DAY):
    return opening_again.open_again(change_set=change_set, by=None, at=at)


def test_a_discarded_set_gets_its_records_and_texts_back(office):
    old = a_set(office, effective_from=SOON)
    reviewing.discard(change_set=old, by=old.author, at=NOON)
    made = opened(old)
    assert made.find_records() == [office]
    assert (made.title, made.public_note, made.effective_from) == ("A set", "A note.", SOON)


def test_a_withdrawn_set_gets_its_content_back(office):
    old = a_set(office, effective_from=SOON)
    reviewing.submit(change_set=old, by=None, at=NOON)
    reviewing.approve(change_set=old, by=None, at=NOON)
    reviewing.withdraw(change_set=old, by=None, at=NOON, comment="Not yet.")
    changed(office, phone="202-555-0100")
    made = opened(old, at=SOON + DAY)
    assert made.find_records() == [office]
    assert made.effective_from is None
    assert Unit.objects.get(pk=office.pk).phone == "202-555-0111"


def test_what_was_written_since_stays(office):
    old = a_set(office)
    reviewing.discard(change_set=old, by=old.author, at=NOON)
    changed(office, phone="202-555-0122")
    opened(old)
    assert Unit.objects.get(pk=office.pk).phone == "202-555-0122"


def test_a_set_on_its_way_is_not_opened(office):
    with pytest.raises(PublishingError, match="needs no opening"):
        opened(a_set(office))


def test_nothing_is_left_to_open(office):
    old = a_set(office)
    reviewing.discard(change_set=old, by=old.author, at=NOON)
    a_set(office)
    with pytest.raises(PublishingError, match="Nothing of"):
        opened(old)
