"""Empties the database between tests, although the guards refuse to delete rows.

A test that commits ends with `flush`, which the guards refuse. This module lifts them for this step, and
`guards.lifted` for tests that need impossible rows. The guards are made again after a flush, as after `migrate`.
"""

from django.core.management.commands import flush
from django.db import connection

from directorates.models.database.guards.rules import NeverOverlaps, all_rules

#: The tables without deletions.
GUARDED = sorted({rule.table for rule in all_rules() if not isinstance(rule, NeverOverlaps)})


def triggers_of(table):
    """Return {name: statement that makes it} of the triggers on a table."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
                [table],
            )
        else:
            cursor.execute(
                "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger"
                " WHERE tgrelid = %s::regclass AND NOT tgisinternal",
                [table],
            )
        return dict(cursor.fetchall())


def lift_guards_while_flushing(monkeypatch):
    def sql_flush(style, connection, **options):
        sql = sql_flush_of_django(style, connection, **options)
        on_table = connection.vendor != "sqlite"
        lift = [
            f"DROP TRIGGER {name}" + (f" ON {table}" if on_table else "")
            for table in GUARDED
            for name in triggers_of(table)
        ]
        return [*lift, *sql]

    sql_flush_of_django = flush.sql_flush
    monkeypatch.setattr(flush, "sql_flush", sql_flush)
