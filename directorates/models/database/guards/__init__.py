"""Guards: rules that the database itself enforces. `rules` lists them; the modules beside it write their SQL.

The guards are made after every `migrate`. Django rebuilds a SQLite table on most schema changes, and a rebuilt
table has no triggers. A check and the readiness probe name missing and altered guards.
"""

from contextlib import contextmanager

from django.db import DatabaseError, transaction

from directorates.models.database.guards import postgresql, sqlite
from directorates.models.database.guards.rules import all_rules

_ENGINES = {"sqlite": sqlite, "postgresql": postgresql}


class GuardsError(Exception):
    """The database refused to make the guards. The message says what to do."""


def find_broken(connection):
    """Return {(table, name): "missing" or "altered"} for the guards of all existing tables."""
    with connection.cursor() as cursor:
        broken, _ = _find_broken(connection, cursor)
    return broken


def make(connection):
    """Make the missing and altered guards. If there are none, nothing is written."""
    engine = _ENGINES[connection.vendor]
    with connection.cursor() as cursor:
        broken, expected = _find_broken(connection, cursor)
    if not broken:
        return
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            engine.prepare(cursor)
            for guard in broken:
                engine.drop(cursor, *guard)
                cursor.execute(expected[guard].statement)
    except DatabaseError as error:
        raise GuardsError(
            f"The database does not enforce these rules, and adding them failed: {described(broken)}."
            f" It said: {str(error).strip()}. Run “manage.py migrate” as the database user who owns the"
            " tables, when no other process holds them."
        ) from error


def make_way_for_migrations(connection):
    """Drop the guards that would stop a migration from removing a column. `make` makes them again."""
    with connection.cursor() as cursor:
        for guard in _ENGINES[connection.vendor].find_in_the_way(all_rules()):
            _ENGINES[connection.vendor].drop(cursor, *guard)


@contextmanager
def lifted(connection):
    """Allow rows to be changed and deleted within the block. Editions still never overlap.

    Only tests and drills use this. A migration uses `migration_operations.WithGuardsLifted`.
    """
    engine = _ENGINES[connection.vendor]
    with transaction.atomic(using=connection.alias):
        with connection.cursor() as cursor:
            engine.settle(cursor)
            for guard, expected in engine.find_expected(cursor, all_rules()).items():
                if expected.is_liftable:
                    engine.drop(cursor, *guard)
        yield
        with connection.cursor() as cursor:
            engine.settle(cursor)
        make(connection)


def described(broken):
    return ", ".join(f"{name} on {table} ({state})" for (table, name), state in broken.items())


def _find_broken(connection, cursor):
    engine = _ENGINES[connection.vendor]
    expected = engine.find_expected(cursor, all_rules())
    present = engine.find_present(cursor, {table for table, _ in expected})
    broken = {
        guard: "altered" if guard in present else "missing"
        for guard, expectation in expected.items()
        if present.get(guard) != expectation.description
    }
    return broken, expected
