"""The guards of the database, and their loss."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from directorates.actions import checking, sharing, upkeep, withholding
from directorates.actions.publishing import publishing
from directorates.actions.reviewing import reviewing
from directorates.checks import check_guards
from directorates.models import FigureEdition, UnitEdition
from directorates.models.database import guards
from directorates.models.database.guards.rules import all_rules
from directorates.models.records.governed import GOVERNED
from directorates.rules.checking.findings import Finding, Kind, TextPlace
from tests.append_only import GUARDED
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_agency,
    make_figure,
    make_responsibility,
    make_unit,
    make_user,
    published,
    published_agency,
)

pytestmark = pytest.mark.django_db

WRITTEN_LATER = {"effective_until", "withdrawn_at", "withdrawn_by", "withheld_at"}
NEVER = "never changed and never deleted"


@pytest.fixture
def edition():
    agency = published(make_agency(responsibilities=[make_responsibility()]))
    successor = published(make_unit())
    published(make_unit(successors=[successor]))
    return agency.editions.get()


def refused(statement, match=NEVER):
    with (
        pytest.raises(IntegrityError, match=match),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def other_value(field, value):
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.DateField):
        return (value or NOON) + DAY
    if isinstance(field, models.CharField | models.TextField):
        return f"{value}x"
    if isinstance(field, models.BinaryField):
        return bytes(value) + b"x"
    return (value or 0) + 1


def content_of_editions():
    return [
        pytest.param(model, field, id=f"{model.__name__}.{field.name}")
        for model in (governed.edition_model for governed in GOVERNED)
        for field in model._meta.concrete_fields
        if field.name not in WRITTEN_LATER
    ]


# Editions


@pytest.mark.parametrize(("model", "field"), content_of_editions())
def test_no_column_of_an_edition_is_changed(model, field):
    agency = published_agency()
    published(make_figure(unit=agency))
    row = model.objects.get()
    value = other_value(field, getattr(row, field.attname))
    with pytest.raises(IntegrityError, match=NEVER), transaction.atomic():
        model.objects.update(**{field.attname: value})


def test_an_edition_ends_and_is_withdrawn_once(edition):
    later = published(
        changed(edition.unit, name="Later"), effective_from=NOON + 9 * DAY
    ).editions.latest("number")
    person = make_user(is_superuser=True)
    publishing.withdraw(editions=[later], by=person, at=NOON + DAY)
    later.refresh_from_db()
    assert later.withdrawn_by == person
    for change in (
        {"withdrawn_at": None, "effective_until": None},
        {"withdrawn_at": NOON + 2 * DAY},
        {"withdrawn_by": None},
    ):
        with pytest.raises(IntegrityError, match=NEVER), transaction.atomic():
            UnitEdition.objects.filter(pk=later.pk).update(**change)


def test_writing_what_is_there_is_no_change(edition):
    assert UnitEdition.objects.filter(pk=edition.pk).update(name=edition.name) == 1


def test_what_an_edition_is_related_to_is_not_taken_away(edition):
    with pytest.raises(IntegrityError, match=NEVER), transaction.atomic():
        edition.responsibilities.clear()
    assert edition.responsibilities.exists()


# Every table without deletions


@pytest.mark.parametrize("table", GUARDED)
def test_no_row_is_deleted(edition, table):
    _fill(edition)
    refused(f"DELETE FROM {table}")
    if connection.vendor == "postgresql":
        connection.check_constraints()
        refused(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("table", GUARDED)
def test_a_deletion_of_no_row_is_none(table):
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")


@pytest.mark.parametrize("table", GUARDED)
def test_no_row_gets_another_number(edition, table):
    _fill(edition)
    refused(f"UPDATE {table} SET id = id + 1000")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite replaces rows as it inserts")
@pytest.mark.parametrize("table", GUARDED)
def test_no_row_is_replaced(edition, table):
    _fill(edition)
    refused(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


def _fill(edition):
    """Put a row into each empty guarded table."""
    published(make_figure(unit=edition.unit))
    change_set = reviewing.create(title="A set", records=[make_unit()], by=None, at=NOON)
    link, _ = sharing.share(change_set=change_set, for_whom="X", days=1, by=None, at=NOON)
    sharing.note_use(link=link, path="/", network="", at=NOON)
    published(changed(edition.unit, name="Another"), at=NOON + DAY)
    upkeep.confirm(edition=edition.unit.editions.latest("number"), by=None, at=NOON + 2 * DAY)
    withholding.ask_to_withhold(edition=edition, reason="A name.", by=None, at=NOON + 2 * DAY)
    place = TextPlace(("directorates.unit", edition.unit_id), "name", "name", "X")
    finding = Finding(Kind.OLD_NAME, place, "words", "", "")
    checking.waive(finding=finding, words="words", reason="A quotation.", by=None, at=NOON)


def test_a_model_that_refuses_to_be_deleted_is_guarded_by_the_database_too():
    refusing = {
        model._meta.db_table
        for model in apps.get_app_config("directorates").get_models()
        if any("delete" in vars(base) for base in model.__mro__ if base is not models.Model)
        and not model._meta.proxy
    }
    assert refusing <= set(GUARDED)


def test_relations_of_editions_are_guarded():
    assert {f"directorates_unitedition_{name}" for name in ("responsibilities", "successors")} <= (
        set(GUARDED)
    )


# Lost, altered and disabled guards


def expected_guards():
    with connection.cursor() as cursor:
        return sorted(guards._ENGINES[connection.vendor].find_expected(cursor, all_rules()))


def drop(table, name):
    with connection.cursor() as cursor:
        guards._ENGINES[connection.vendor].drop(cursor, table, name)


def test_every_guard_stands_in_a_new_database():
    assert guards.find_broken(connection) == {}
    assert {table for table, _ in expected_guards()} == {rule.table for rule in all_rules()}


def test_each_lost_guard_is_named_and_made_again():
    for guard in expected_guards():
        drop(*guard)
        assert guards.find_broken(connection) == {guard: "missing"}
        guards.make(connection)
        assert guards.find_broken(connection) == {}


def test_a_guard_of_the_same_name_that_guards_nothing_is_found():
    table = UnitEdition._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            name = f"{table}_refuses_delete"
            cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute(f"CREATE TRIGGER {name} BEFORE DELETE ON {table} BEGIN SELECT 1; END")
        else:
            name = f"{table}_refuses_delete"
            cursor.execute(
                "CREATE OR REPLACE FUNCTION directorates_guard_edition() RETURNS trigger"
                " LANGUAGE plpgsql AS $$BEGIN RETURN OLD; END$$"
            )
    assert guards.find_broken(connection)[table, name] == "altered"
    guards.make(connection)
    assert guards.find_broken(connection) == {}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's triggers have no switch")
def test_a_guard_that_is_switched_off_is_found():
    table = FigureEdition._meta.db_table
    name = f"{table}_refuses_change"
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
    assert guards.find_broken(connection) == {(table, name): "altered"}
    guards.make(connection)
    assert guards.find_broken(connection) == {}


def test_nothing_is_written_where_every_guard_stands():
    with CaptureQueriesContext(connection) as queries:
        guards.make(connection)
    assert len(queries) <= 3
    assert all(query["sql"].startswith("SELECT") for query in queries)


def test_a_user_without_the_right_to_make_them_is_told_what_to_do():
    table, name = expected_guards()[0]
    drop(table, name)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA query_only = ON")
        else:
            cursor.execute("CREATE ROLE reader_of_guards")
            cursor.execute("SET ROLE reader_of_guards")
    try:
        with pytest.raises(guards.GuardsError, match=r"as the database user who owns the tables"):
            guards.make(connection)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "PRAGMA query_only = OFF" if connection.vendor == "sqlite" else "RESET ROLE"
            )


def test_operators_are_warned_of_a_lost_guard(client):
    assert check_guards(None, databases=["default"]) == []
    table, name = expected_guards()[0]
    drop(table, name)
    [warning] = check_guards(None, databases=["default"])
    assert f"{name} on {table} (missing)" in warning.msg and "migrate" in warning.msg
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["reason"] == f"guards: {name} on {table} (missing)"


# Lifting them


def test_lifted_guards_stand_again_after_the_block(edition):
    with guards.lifted(connection):
        UnitEdition.objects.filter(pk=edition.pk).update(name="Mended")
        assert guards.find_broken(connection)
    assert guards.find_broken(connection) == {}
    assert UnitEdition.objects.get(pk=edition.pk).name == "Mended"


def test_editions_never_overlap_even_while_guards_are_lifted(edition):
    published(changed(edition.unit, name="Later"), effective_from=NOON + DAY)
    with pytest.raises(DatabaseError), guards.lifted(connection):
        UnitEdition.objects.filter(pk=edition.pk).update(
            effective_until=NOON + DAY + timedelta(seconds=1)
        )


@pytest.mark.django_db(transaction=True)
def test_migrate_makes_a_lost_guard_again():
    guard = expected_guards()[0]
    drop(*guard)
    call_command("migrate", verbosity=0)
    assert guards.find_broken(connection) == {}
