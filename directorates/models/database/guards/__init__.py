"""What the database itself refuses, whoever asks: the rules are in `rules`, their SQL beside it.

The guards are made after every `migrate`, because Django rebuilds a SQLite table on most changes of its
schema, and a rebuilt table has no triggers. A check and the readiness probe name guards that are missing or
altered.
"""

from contextlib import contextmanager

from django.db import DatabaseError, transaction

from directorates.models.database.guards import postgresql, sqlite
from directorates.models.database.guards.rules import all_rules

_ENGINES = {"sqlite": sqlite, "postgresql": postgresql}


class GuardsError(Exception):
    """The database did not let the guards be made. The message says what to do."""


def find_faults(connection):
    """Return {(table, name): "missing" or "altered"} of the guards of all tables that exist."""
    with connection.cursor() as cursor:
        faults, _ = _find_faults(connection, cursor)
    return faults


def make(connection):
    """Make every guard that is missing or altered. Nothing is written where all are right."""
    engine = _ENGINES[connection.vendor]
    with connection.cursor() as cursor:
        faults, expected = _find_faults(connection, cursor)
    if not faults:
        return
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            engine.prepare(cursor)
            for guard in faults:
                engine.drop(cursor, *guard)
                cursor.execute(expected[guard].statement)
    except DatabaseError as error:
        raise GuardsError(
            f"The database keeps these rules no more, and they could not be made: {described(faults)}."
            f" It said: {str(error).strip()}. Run “manage.py migrate” as the database user who owns the"
            " tables, when no other process holds them."
        ) from error


def make_way_for_migrations(connection):
    """Drop the guards that would keep a migration from removing a column. `make` brings them back."""
    with connection.cursor() as cursor:
        for guard in _ENGINES[connection.vendor].find_in_the_way(all_rules()):
            _ENGINES[connection.vendor].drop(cursor, *guard)


@contextmanager
def lifted(connection):
    """Within the block, rows may be changed and deleted. Editions still never overlap.

    The site itself never does this. A migration uses `migration_operations.WithGuardsLifted`.
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


def described(faults):
    return ", ".join(f"{name} on {table} ({fault})" for (table, name), fault in faults.items())


def _find_faults(connection, cursor):
    engine = _ENGINES[connection.vendor]
    expected = engine.find_expected(cursor, all_rules())
    standing = engine.find_standing(cursor, {table for table, _ in expected})
    faults = {
        guard: "altered" if guard in standing else "missing"
        for guard, expectation in expected.items()
        if standing.get(guard) != expectation.standing
    }
    return faults, expected
