"""The rules as triggers. The check compares the text of each trigger, which the database keeps."""

from directorates.models.database.guards.rules import (
    REFUSALS,
    ContentNeverChanged,
    Expected,
    NeverChanged,
    NeverOverlaps,
)

_REFUSES = """
CREATE TRIGGER {table}_refuses_{event} BEFORE {event} ON {table} {condition}
BEGIN
    SELECT RAISE(ABORT, '{refusal}');
END
"""

# The open end is a whole day: SQLite would compare a bare year as a number.
_NEVER_OVERLAPS = """
CREATE TRIGGER {table}_never_overlaps_on_{event}
BEFORE {event} ON {table}
WHEN NEW.effective_from < COALESCE(NEW.effective_until, '9999-12-31')
BEGIN
    SELECT RAISE(ABORT, '{refusal}')
    FROM {table} AS other
    WHERE other.{record} = NEW.{record}
      AND other.id IS NOT NEW.id
      AND other.effective_from < COALESCE(other.effective_until, '9999-12-31')
      AND other.effective_from < COALESCE(NEW.effective_until, '9999-12-31')
      AND NEW.effective_from < COALESCE(other.effective_until, '9999-12-31');
END
"""


def find_expected(cursor, rules):
    """Return {(table, name): Expected} for the existing tables with their present columns."""
    columns = _find_columns(cursor)
    expected = {}
    for rule in rules:
        if rule.table not in columns:
            continue
        for statement in _statements(rule, columns[rule.table]):
            text = _one_line(statement)
            name = text.split()[2]
            expected[rule.table, name] = Expected(
                text, text, is_liftable=not isinstance(rule, NeverOverlaps)
            )
    return expected


def find_present(cursor, tables):
    cursor.execute("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'")
    return {(table, name): _one_line(sql) for table, name, sql in cursor.fetchall()}


def find_in_the_way(rules):
    """Return [(table, name)] of triggers that name all columns: SQLite cannot drop a column that a trigger names."""
    return [
        (rule.table, f"{rule.table}_refuses_update")
        for rule in rules
        if isinstance(rule, ContentNeverChanged)
    ]


def prepare(cursor):
    """Do nothing: SQLite triggers share no functions."""


def settle(cursor):
    """Do nothing: SQLite has no deferred checks that block a change of triggers."""


def drop(cursor, table, name):
    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def _find_columns(cursor):
    cursor.execute(
        "SELECT tables.name, columns.name FROM sqlite_master AS tables"
        " JOIN pragma_table_info(tables.name) AS columns"
        " WHERE tables.type = 'table' ORDER BY tables.name, columns.cid"
    )
    found = {}
    for table, column in cursor.fetchall():
        found.setdefault(table, []).append(column)
    return found


def _statements(rule, columns):
    match rule:
        case NeverOverlaps(table, record):
            return [
                _NEVER_OVERLAPS.format(
                    table=table, record=record, event=event, refusal=REFUSALS["overlap"]
                )
                for event in ("insert", "update")
            ]
        case NeverChanged(table):
            return _refusals(table, REFUSALS["rows"], on_update="")
        case ContentNeverChanged(table, written_later):
            content = [column for column in columns if column not in written_later]
            changes = f"{_differ(content)} OR OLD.withdrawn_at IS NOT NULL AND ({_differ(columns)})"
            return _refusals(table, REFUSALS["content"], on_update=f"WHEN {changes}")


def _refusals(table, refusal, *, on_update):
    """Return the statements of the triggers. An INSERT may replace a row without firing a DELETE trigger."""
    replaces = f"WHEN EXISTS (SELECT 1 FROM {table} AS other WHERE other.id = NEW.id)"
    conditions = {"update": on_update, "delete": "", "insert": replaces}
    return [
        _REFUSES.format(table=table, event=event, condition=condition, refusal=refusal)
        for event, condition in conditions.items()
    ]


def _differ(columns):
    return " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in columns)


def _one_line(statement):
    return " ".join(statement.split())
