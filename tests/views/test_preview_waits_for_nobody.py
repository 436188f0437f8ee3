"""While a preview renders, other people save and publish. The preview reads its first state."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from directorates.actions.reviewing import dry_run, reviewing
from directorates.models import Generation, UnitEdition
from directorates.queries.overlay import reading
from tests.factories import DAY, changed, make_agency, make_unit, published

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office():
    at = timezone.now() - DAY
    agency, office = make_agency(), make_unit(name="Records", slug="records")
    published(agency, office, at=at)
    return office


@pytest.fixture
def change_set(office):
    draft = changed(office, name="Archives")
    return reviewing.create(title="A new name", records=[draft], by=None, at=timezone.now())


def elsewhere(function):
    """Run a function over another connection. Raises the function's error, or an error after ten seconds."""
    raised = [TimeoutError("it waits for the preview")]

    def run():
        try:
            if connection.vendor == "sqlite":
                with connection.cursor() as cursor:
                    cursor.execute("PRAGMA busy_timeout = 2000")
            function()
            raised.clear()
        except Exception as error:
            raised[:] = [error]
        finally:
            connection.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(timeout=20)
    if raised:
        raise raised[0]


@pytest.mark.parametrize("look", [dry_run.with_change_set, dry_run.for_outsiders])
def test_others_publish_while_a_preview_is_shown(change_set, look):
    outcome = look(change_set, at=timezone.now())
    with outcome.shown():
        names = list(UnitEdition.objects.in_force(outcome.instant).values_list("name", flat=True))
        assert "Archives" in names
        elsewhere(lambda: published(make_unit(name="Published meanwhile"), at=timezone.now()))
        again = list(UnitEdition.objects.in_force(outcome.instant).values_list("name", flat=True))
        assert again == names
    assert UnitEdition.objects.filter(name="Published meanwhile").exists()
    assert not UnitEdition.objects.filter(name="Archives").exists()


def test_both_sides_of_a_comparison_are_read_from_one_snapshot(change_set):
    without = dry_run.without(change_set, at=timezone.now())
    with_it = dry_run.with_change_set(change_set, at=timezone.now())
    with reading():
        with without.shown():
            before = UnitEdition.objects.count()
        elsewhere(lambda: published(make_unit(name="Published meanwhile"), at=timezone.now()))
        with with_it.shown():
            assert UnitEdition.objects.count() == before + 1


def test_a_preview_commits_nothing_and_counts_no_change(change_set):
    generation, editions = Generation.objects.current(), UnitEdition.objects.count()
    outcome = dry_run.with_change_set(change_set, at=timezone.now())
    with outcome.shown():
        assert UnitEdition.objects.count() == editions + 1
    assert (Generation.objects.current(), UnitEdition.objects.count()) == (generation, editions)


def test_the_next_transaction_of_a_connection_writes_as_ever(change_set):
    outcome = dry_run.with_change_set(change_set, at=timezone.now())
    with pytest.raises(ZeroDivisionError), outcome.shown():
        _ = 1 / 0
    if connection.vendor == "sqlite":
        assert connection.transaction_mode == "IMMEDIATE"
    made = published(make_unit(name="Afterwards"), at=timezone.now())
    assert made.editions.count() == 1
