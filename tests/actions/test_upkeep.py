"""Reviews of published records: the act, and the plan of who reviews how often."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError

from directorates.actions import upkeep
from directorates.actions.accounts import accounts
from directorates.actions.publishing import drafting
from directorates.actions.refusals import NotAllowedError, NotAssignedError, PublishingError
from directorates.models import AuditEntry, Figure, Generation, RecordReview, Unit
from directorates.queries.pages import key_facts, unit_page
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

pytestmark = pytest.mark.django_db

LATER = NOON + 30 * DAY


@pytest.fixture
def agency():
    return published_agency()


@pytest.fixture
def person():
    return make_user()


def confirm(record, *, by=None, at=LATER, note=""):
    return upkeep.confirm(edition=record.editions.in_force(at).get(), by=by, at=at, note=note)


def page_of(unit, *, at):
    return unit_page.get(unit.editions.in_force(at).get(), at=at)


def test_a_review_says_who_when_and_which_version(agency, person):
    review = confirm(agency, by=person, note="  Compared with the statute. ")
    assert (review.by, review.at, review.edition) == (person, LATER, 1)
    assert review.note == "Compared with the statute."
    entry = AuditEntry.objects.latest("pk")
    assert (entry.done, entry.comment) == ("Reviewed, still right", "Compared with the statute.")
    assert (entry.record_label, entry.by) == (str(agency), person)


def test_a_review_changes_reviewed_and_not_updated(agency):
    before = page_of(agency, at=LATER)
    confirm(agency)
    after = page_of(agency, at=LATER)
    assert (before.reviewed_at, after.reviewed_at) == (None, LATER)
    assert after.updated_at == before.updated_at == NOON


def test_saving_and_publishing_are_no_reviews(agency):
    confirm(agency)
    changed(agency, at=LATER + DAY, summary="A new summary, which is a little longer than fifty.")
    published(agency, at=LATER + 2 * DAY)
    page = page_of(agency, at=LATER + 3 * DAY)
    assert (page.reviewed_at, page.updated_at) == (LATER, LATER + 2 * DAY)
    assert RecordReview.objects.count() == 1


def test_a_figure_is_reviewed_by_itself(agency):
    figure = published(make_figure(unit=agency))
    confirm(figure)
    (fact,) = key_facts.of_unit(agency.pk, at=LATER)
    assert (fact.reviewed_at, fact.updated_at) == (LATER, NOON)
    assert page_of(agency, at=LATER).reviewed_at is None


def test_the_day_before_knows_nothing_of_a_review(agency):
    confirm(agency)
    assert page_of(agency, at=LATER - timedelta(seconds=1)).reviewed_at is None
    confirm(agency, at=LATER + 9 * DAY)
    assert page_of(agency, at=LATER + DAY).reviewed_at == LATER


def test_a_review_renews_every_page(agency, django_capture_on_commit_callbacks, monkeypatch):
    renewed = []
    monkeypatch.setattr(
        "directorates.models.generation.generation_stamp.touch", lambda: renewed.append(1)
    )
    before = Generation.objects.current()
    with django_capture_on_commit_callbacks(execute=True):
        confirm(agency)
    assert Generation.objects.current() == before + 1
    assert renewed == [1]


def test_what_is_not_public_is_not_reviewed(agency):
    edition = agency.editions.get()
    unit = published(make_unit(), effective_from=LATER + DAY)
    with pytest.raises(PublishingError, match="so there is nothing to review"):
        upkeep.confirm(edition=unit.editions.get(), by=None, at=LATER)
    assert confirm(agency).edition == edition.number


def test_a_newer_version_is_looked_at_first(agency):
    seen = agency.editions.get()
    published(changed(agency, name="Renamed"), at=NOON + DAY)
    with pytest.raises(PublishingError, match="now reads version 2, and you looked at version 1"):
        upkeep.confirm(edition=seen, by=None, at=LATER)
    assert not RecordReview.objects.exists()


def test_a_review_needs_a_permission_and_the_unit(agency):
    north, south = (published(make_directorate(name=name)) for name in ("North", "South"))
    for role in ("Editor", "Reviewer"):
        member = make_user(role=role, units=[north])
        assert confirm(north, by=member).by == member
        with pytest.raises(NotAssignedError):
            confirm(south, by=member)
    with pytest.raises(NotAllowedError):
        confirm(north, by=make_user(role="Administrator"))


# The plan


def plan(record, *, by=None, **values):
    return upkeep.plan(record=record, values=values, by=by, at=LATER)


def test_a_plan_is_kept_apart_from_the_content(agency, person):
    version = agency.version
    stale = Unit.objects.get(pk=agency.pk)
    before = Generation.objects.current()
    plan(agency, by=person, upkeep_risk="high", upkeep_months=3, upkeep_owner=person)
    agency.refresh_from_db()
    assert (agency.upkeep_risk, agency.upkeep_months, agency.upkeep_owner) == ("high", 3, person)
    assert (agency.version, agency.has_unpublished_changes) == (version, False)
    assert Generation.objects.current() == before
    stale.summary = "Typed into a form that was opened before the plan."
    drafting.save(record=stale, relations={}, by=None, at=LATER)
    agency.refresh_from_db()
    assert agency.upkeep_months == 3


def test_a_plan_is_in_the_audit_trail_once(agency, person):
    plan(agency, by=person, upkeep_role=Group.objects.get(name="Editor"), upkeep_months=3)
    entry = AuditEntry.objects.latest("pk")
    assert entry.done == "Owner or interval of reviews changed"
    assert {change["label"]: change["after"] for change in entry.changes} == {
        "Role that looks after it": "Editor",
        "Interval": "Every 3 months",
    }
    plan(agency, by=person, upkeep_months=3)
    assert AuditEntry.objects.latest("pk") == entry


def test_an_owner_must_be_able_to_review(agency):
    figure = published(make_figure(unit=agency))
    other = published(make_directorate())
    with pytest.raises(PublishingError, match="cannot look after"):
        plan(figure, upkeep_owner=make_user(role="Editor", units=[other]))
    assert Figure.objects.get().upkeep_owner is None


def test_a_record_has_a_role_or_a_person(agency, person):
    with pytest.raises(ValidationError, match="a role or a person, not both"):
        plan(agency, upkeep_owner=person, upkeep_role=Group.objects.get(name="Editor"))


def test_a_reviewer_reviews_but_does_not_plan(agency):
    with pytest.raises(NotAllowedError):
        plan(agency, by=make_user(role="Reviewer"), upkeep_months=3)


def test_an_account_that_only_looks_after_a_record_can_be_deleted(agency):
    owner = make_user(role="Editor", units=[agency])
    plan(agency, upkeep_owner=owner)
    accounts.delete(account=owner, by=make_user(is_superuser=True), at=LATER)
    role = Group.objects.create(name="Watchers")
    plan(agency, upkeep_owner=None, upkeep_role=role)
    accounts.delete(account=role, by=make_user(is_superuser=True), at=LATER)
    agency.refresh_from_db()
    assert (agency.upkeep_owner, agency.upkeep_role) == (None, None)


def test_a_review_that_the_person_did_not_see_is_named(agency, person):
    seen = confirm(agency).pk
    edition = agency.editions.get()
    again = {"edition": edition, "at": LATER + DAY, "last_review": seen}
    upkeep.confirm(by=person, **again)
    with pytest.raises(upkeep.ReviewedMeanwhileError, match=f"meanwhile by {person}"):
        upkeep.confirm(by=None, **again)
    assert RecordReview.objects.count() == 2
