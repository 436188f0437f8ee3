"""Operations for migrations, and the only module of the app that migrations import.

They read only the database's catalog, so an old migration runs the same in every later release.
"""

from django.db.migrations import SeparateDatabaseAndState

#: Part of the name of each trigger that refuses changes or deletions of rows.
_MARK = "_refuses_"


class WithGuardsLifted(SeparateDatabaseAndState):
    """Runs operations that change or delete guarded rows.

    A schema change keeps old editions. If it moves their content, its migration moves the content with this
    operation. The guards are made again in the same transaction. Editions still never overlap.
    """

    def __init__(self, operations):
        super().__init__(database_operations=operations, state_operations=operations)

    def deconstruct(self):
        return self.__class__.__qualname__, [self.database_operations], {}

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        lifted = _lift(schema_editor, app_label)
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        _make_again(schema_editor, lifted)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        lifted = _lift(schema_editor, app_label)
        super().database_backwards(app_label, schema_editor, from_state, to_state)
        _make_again(schema_editor, lifted)

    def describe(self):
        return "; ".join(operation.describe() for operation in self.database_operations)


def _lift(schema_editor, app_label):
    """Drop the triggers. Return {(table, name): the statement that makes it}."""
    _settle(schema_editor)
    found = _find_triggers(schema_editor, app_label)
    for table, name in found:
        on_table = f" ON {table}" if _is_postgresql(schema_editor) else ""
        schema_editor.execute(f"DROP TRIGGER {name}{on_table}")
    return found


def _make_again(schema_editor, lifted):
    _settle(schema_editor)
    with schema_editor.connection.cursor() as cursor:
        tables = set(schema_editor.connection.introspection.table_names(cursor))
    for (table, _), statement in lifted.items():
        if table in tables:
            # Without parameters, because a statement may hold a percent sign.
            schema_editor.execute(statement, params=None)


def _settle(schema_editor):
    """Run deferred checks now: PostgreSQL makes and drops no trigger of a table with pending checks."""
    if _is_postgresql(schema_editor):
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


def _find_triggers(schema_editor, app_label):
    with schema_editor.connection.cursor() as cursor:
        if _is_postgresql(schema_editor):
            cursor.execute(
                "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger"
                " WHERE NOT tgisinternal"
            )
        else:
            cursor.execute("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'")
        return {
            (table, name): statement
            for table, name, statement in cursor.fetchall()
            if table.startswith(f"{app_label}_") and _MARK in name
        }


def _is_postgresql(schema_editor):
    return schema_editor.connection.vendor == "postgresql"
