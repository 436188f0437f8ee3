"""Withholding a past edition from the public takes two people, and can be undone."""

import itertools
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from directorates.actions import withholding
from directorates.actions.publishing import publishing
from directorates.actions.refusals import NotAllowedError, PublishingError
from directorates.models import AuditEntry, Generation, UnitEdition, WithholdingStep
from directorates.rules import withholding_states
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_directorate,
    make_figure,
    make_unit,
    make_user,
    published,
    published_agency,
)

HOUR = timedelta(hours=1)
LATER = NOON + DAY
REASON = "It names a person who was never here."


@pytest.fixture
def agency(db):
    return published_agency()


@pytest.fixture
def past(agency):
    """A unit's first edition, which a correction has followed."""
    unit = published(make_unit(name="A name by mistake"))
    published(changed(unit, name="Office"), at=NOON + HOUR)
    return unit.editions.get(number=1)


@pytest.fixture
def publisher(db):
    return make_user(role="Publisher")


@pytest.fixture
def colleague(db):
    return make_user(role="Publisher")


def asked(edition, by, at=LATER):
    return withholding.ask_to_withhold(edition=edition, reason=REASON, by=by, at=at)


def withheld(edition, by, colleague, at=LATER):
    asked(edition, by, at)
    return withholding.withhold(edition=edition, by=colleague, at=at)


def state_of(edition):
    return UnitEdition.objects.get(pk=edition.pk).withheld_at


def test_a_second_person_withholds_what_the_first_asked_for(past, publisher, colleague):
    asked(past, publisher)
    assert state_of(past) is None
    withholding.withhold(edition=past, by=colleague, at=LATER + HOUR)
    assert state_of(past) == LATER + HOUR
    steps = WithholdingStep.objects.values_list("name", "by", "at", "reason")
    assert list(steps) == [
        ("ask-to-withhold", publisher.pk, LATER, REASON),
        ("withhold", colleague.pk, LATER + HOUR, ""),
    ]


def test_the_person_who_asked_does_not_agree(past, publisher, settings):
    settings.AUTHORS_MAY_APPROVE = False
    asked(past, publisher)
    with pytest.raises(PublishingError, match="a second person must agree"):
        withholding.withhold(edition=past, by=publisher, at=LATER)
    assert state_of(past) is None


def test_the_person_who_asked_may_take_it_back(past, publisher):
    asked(past, publisher)
    withholding.decline_withholding(edition=past, by=publisher, at=LATER)
    assert state_of(past) is None
    asked(past, publisher)


def test_showing_it_again_takes_two_people_too(past, publisher, colleague, settings):
    settings.AUTHORS_MAY_APPROVE = False
    withheld(past, publisher, colleague)
    withholding.ask_to_show(edition=past, reason="Public anyway.", by=publisher, at=LATER + HOUR)
    assert state_of(past) == LATER
    with pytest.raises(PublishingError, match="a second person must agree"):
        withholding.show_again(edition=past, by=publisher, at=LATER + HOUR)
    withholding.show_again(edition=past, by=colleague, at=LATER + 2 * HOUR)
    assert state_of(past) is None
    withheld(past, colleague, publisher, LATER + 3 * HOUR)
    assert state_of(past) == LATER + 3 * HOUR


def test_a_request_to_show_it_again_may_be_declined(past, publisher, colleague):
    withheld(past, publisher, colleague)
    withholding.ask_to_show(edition=past, reason="Public anyway.", by=publisher, at=LATER)
    withholding.keep_withheld(edition=past, by=colleague, at=LATER)
    assert state_of(past) == LATER


@pytest.mark.parametrize("name", withholding_states.TRANSITIONS)
def test_a_step_from_another_state_is_refused_and_writes_nothing(past, publisher, colleague, name):
    ways = {
        withholding_states.SHOWN: (),
        withholding_states.ASKED_TO_WITHHOLD: ("ask_to_withhold",),
        withholding_states.WITHHELD: ("ask_to_withhold", "withhold"),
        withholding_states.ASKED_TO_SHOW: ("ask_to_withhold", "withhold", "ask_to_show"),
    }
    assert set(ways) == set(withholding_states.WORDS)
    action = getattr(withholding, name.replace("-", "_"))
    for state, way in ways.items():
        if state == withholding_states.TRANSITIONS[name].origin:
            continue
        with transaction.atomic():
            for step in way:
                person = colleague if step == "withhold" else publisher
                getattr(withholding, step)(edition=past, reason=REASON, by=person, at=LATER)
            before = WithholdingStep.objects.count()
            with pytest.raises(PublishingError, match="someone else took another step"):
                action(edition=past, reason=REASON, by=colleague, at=LATER)
            assert WithholdingStep.objects.count() == before
            transaction.set_rollback(True)


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_request_without_a_reason_is_refused(past, publisher, reason):
    with pytest.raises(PublishingError, match="Say why") as refusal:
        withholding.ask_to_withhold(edition=past, reason=reason, by=publisher, at=LATER)
    assert refusal.value.field == "reason"


def test_what_is_in_force_is_corrected_first(past, publisher):
    in_force = past.unit.editions.get(number=2)
    with pytest.raises(PublishingError, match="Publish a correction first"):
        asked(in_force, publisher)


def test_what_is_in_force_until_a_scheduled_correction_is_not_past_yet(past, publisher):
    published(changed(past.unit, name="Third"), at=LATER, effective_from=LATER + DAY)
    in_force = past.unit.editions.get(number=2)
    with pytest.raises(PublishingError, match="Publish a correction first"):
        asked(in_force, publisher)
    asked(in_force, publisher, at=LATER + DAY)


def test_what_is_scheduled_or_withdrawn_is_not_withheld(past, publisher):
    published(changed(past.unit, name="Third"), at=LATER, effective_from=LATER + DAY)
    scheduled = past.unit.editions.get(number=3)
    with pytest.raises(PublishingError, match="Withdraw it instead"):
        asked(scheduled, publisher)
    publishing.withdraw(editions=[scheduled], by=None, at=LATER)
    with pytest.raises(PublishingError, match="never public"):
        asked(scheduled, publisher, at=LATER + 2 * DAY)


def test_an_editor_and_a_reviewer_may_not_ask_and_not_agree(past, publisher):
    for role in ("Editor", "Reviewer", "Administrator"):
        person = make_user(role=role)
        with pytest.raises(NotAllowedError):
            asked(past, person)
    asked(past, publisher)
    with pytest.raises(NotAllowedError):
        withholding.withhold(edition=past, by=make_user(role="Editor"), at=LATER)


def test_a_unit_outside_the_assigned_ones_is_refused(past):
    elsewhere = published(make_directorate())
    person = make_user(permissions=["publish_unit"], units=[elsewhere])
    with pytest.raises(NotAllowedError, match="does not work on"):
        asked(past, person)
    asked(past, make_user(permissions=["publish_unit"], units=[past.unit]))


def test_every_step_is_in_the_audit_trail_of_the_record(past, publisher, colleague):
    withheld(past, publisher, colleague)
    newest, before = AuditEntry.objects.all()[:2]
    assert (newest.action, newest.by, newest.done) == (
        "withhold",
        colleague,
        "Withheld from the public",
    )
    assert (before.action, before.comment, before.record_pk) == (
        "ask-to-withhold",
        REASON,
        str(past.unit_id),
    )
    assert before.changes[0]["after"] == "1"


def test_withholding_and_showing_again_renew_every_cached_page_and_requests_renew_none(
    past, publisher, colleague
):
    counts = [Generation.objects.current()]
    for action, person in (
        (withholding.ask_to_withhold, publisher),
        (withholding.withhold, colleague),
        (withholding.ask_to_show, publisher),
        (withholding.show_again, colleague),
    ):
        action(edition=past, reason=REASON, by=person, at=LATER)
        counts.append(Generation.objects.current())
    assert [after - before for before, after in itertools.pairwise(counts)] == [
        0,
        1,
        0,
        1,
    ]


def test_a_past_figure_is_withheld_too(agency, publisher, colleague):
    figure = published(make_figure(unit=agency, value=7))
    published(changed(figure, value=8), at=NOON + HOUR)
    edition = figure.editions.get(number=1)
    withheld(edition, publisher, colleague)
    assert figure.editions.get(number=1).withheld_at == LATER


def test_the_content_stays_for_staff(past, publisher, colleague):
    withheld(past, publisher, colleague)
    record = publishing.restore(edition=past.unit.editions.get(number=1), by=None, at=LATER)
    assert record.name == "A name by mistake"


@pytest.mark.parametrize("which", ["in force", "scheduled", "before its end"])
def test_the_database_withholds_only_the_past(past, which):
    published(changed(past.unit, name="Third"), at=LATER, effective_from=LATER + DAY)
    number, at = {"in force": (2, LATER), "scheduled": (3, LATER), "before its end": (1, NOON)}[
        which
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        past.unit.editions.filter(number=number).update(withheld_at=at)


def test_the_steps_are_never_changed(past, publisher):
    asked(past, publisher)
    with pytest.raises(IntegrityError), transaction.atomic():
        WithholdingStep.objects.update(reason="Another reason")
    with pytest.raises(TypeError):
        WithholdingStep.objects.get().delete()
