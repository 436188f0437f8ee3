"""What the migration that keeps who wrote what finds out about the time before it."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db.models import F

from directorates.actions.publishing import drafting
from directorates.actions.reviewing import reviewing
from directorates.models import ChangeSet, Contribution, Unit, UnitEdition
from tests.factories import DAY, NOON, changed, make_agency, make_user

pytestmark = pytest.mark.django_db

migration = import_module("directorates.migrations.0014_contributions")

HOUR = timedelta(hours=1)


@pytest.fixture
def people():
    return [make_user(is_superuser=True) for _ in range(3)]


def approved(people, writer, approver, *, at, effective_from=None):
    draft = changed(Unit.objects.get(), summary=f"Of {at}.", by=writer, at=at)
    made = reviewing.create(
        title="A set", records=[draft], by=people[0], at=at, effective_from=effective_from
    )
    reviewing.submit(change_set=made, by=people[0], at=at)
    reviewing.approve(change_set=made, by=approver, at=at + HOUR)
    return made


def rows():
    return list(
        Contribution.objects.order_by("pk").values_list(
            "record_model", "record_pk", "did", "by", "edition"
        )
    )


def test_the_rows_of_the_time_before_are_those_that_the_actions_would_have_kept(people):
    agency = make_agency()
    drafting.save(record=agency, relations={}, by=people[1], at=NOON)
    approved(people, people[1], people[2], at=NOON + DAY)
    changed(Unit.objects.get(), summary="Newest.", by=people[2], at=NOON + 2 * DAY)
    kept = rows()
    migration.keep_what_is_known(apps, None)
    # A save that changed nothing is in no audit trail.
    assert rows()[len(kept) :] == [kept[0], *kept[2:]]


def test_sets_whose_approver_wrote_or_filled_them_are_marked(people, settings):
    settings.AUTHORS_MAY_APPROVE = True
    make_agency()
    author, writer, other = people
    sets = [
        approved(people, writer, approver, at=NOON + number * DAY)
        for number, approver in enumerate((author, writer, other))
    ]
    ChangeSet.objects.update(is_self_approved=False)
    migration.mark_self_approved(apps, None)
    marked = set(ChangeSet.objects.filter(is_self_approved=True))
    assert marked == set(sets[:2])


def test_an_approved_set_of_which_nothing_is_left_is_withdrawn(people):
    make_agency()
    gone = approved(people, people[0], people[2], at=NOON, effective_from=NOON + 9 * DAY)
    left = approved(people, people[0], people[2], at=NOON + DAY, effective_from=NOON + 8 * DAY)
    UnitEdition.objects.filter(change_set=gone).update(
        withdrawn_at=NOON + 2 * DAY, withdrawn_by=people[1], effective_until=F("effective_from")
    )
    migration.withdraw_empty_sets(apps, None)
    assert {one.pk: one.state for one in ChangeSet.objects.all()} == {
        gone.pk: "withdrawn",
        left.pk: "approved",
    }
    step = gone.moves.last()
    assert (step.name, step.by, step.at) == ("withdraw", people[1], NOON + 2 * DAY)


def test_what_was_typed_into_an_unfinished_set_is_a_step(people):
    make_agency()
    made = reviewing.create(title="A set", by=people[0], at=NOON)
    made.title = "Another"
    reviewing.save(change_set=made, by=people[1], at=NOON)
    before = made.moves.count()
    migration.keep_what_was_typed(apps, None)
    assert made.moves.count() == before + 1
    step = made.moves.last()
    assert (step.name, step.by, step.comment) == ("change", people[1], "Changed title.")
