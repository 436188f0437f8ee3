"""The rules as an exclusion constraint and as triggers that call three functions.

The check compares each guard with the catalog, including the functions' bodies and disabled triggers.
"""

from directorates.models.database.guards.rules import (
    REFUSALS,
    ContentNeverChanged,
    Expected,
    NeverChanged,
    NeverOverlaps,
)

# With this code, Django raises the same error as on SQLite.
_RAISE = "RAISE EXCEPTION '{refusal}' USING ERRCODE = 'integrity_constraint_violation';"
_BODIES = {
    "directorates_guard_rows": "BEGIN {raise_} END",
    "directorates_guard_edition": "BEGIN {raise_} END",
    "directorates_guard_content": (
        "BEGIN IF to_jsonb(NEW) - {written_later} IS DISTINCT FROM to_jsonb(OLD) - {written_later}"
        " OR OLD.withdrawn_at IS NOT NULL AND NEW IS DISTINCT FROM OLD"
        " THEN {raise_} END IF; RETURN NEW; END"
    ),
}
_ROW, _BEFORE, _DELETE, _UPDATE, _TRUNCATE = 1, 2, 8, 16, 32
_ENABLED = "O"

_CONSTRAINT = (
    "EXCLUDE USING gist (int8range({record}, {record}, '[]'::text) WITH &&,"
    " tstzrange(effective_from, effective_until) WITH &&)"
)


def _body(function):
    refusal = REFUSALS["rows" if function == "directorates_guard_rows" else "content"]
    columns = ", ".join(f"'{column}'" for column in ContentNeverChanged("").written_later)
    return _BODIES[function].format(
        raise_=_RAISE.format(refusal=refusal), written_later=f"ARRAY[{columns}]"
    )


def find_expected(cursor, rules):
    """Return {(table, name): Expected} for the existing tables."""
    tables = _find_tables(cursor)
    return {
        (rule.table, name): expected
        for rule in rules
        if rule.table in tables
        for name, expected in _guards_of(rule)
    }


def find_present(cursor, tables):
    """Return {(table, name): description in the catalog} of triggers and exclusion constraints."""
    cursor.execute(
        "SELECT tgrelid::regclass::text, tgname, tgtype, tgenabled, tgqual IS NULL, proname, prosrc"
        " FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
        " WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY(%s)",
        [list(tables)],
    )
    present = {(table, name): tuple(rest) for table, name, *rest in cursor.fetchall()}
    cursor.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'x' AND conrelid::regclass::text = ANY(%s)",
        [list(tables)],
    )
    return present | {(table, name): definition for table, name, definition in cursor.fetchall()}


def find_in_the_way(rules):
    """Return []: the functions compare whole rows and name no column that a migration may drop."""
    return []


def prepare(cursor):
    """Make the functions that the triggers call. They must exist before the triggers."""
    for function in _BODIES:
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql"
            f" AS $${_body(function)}$$"
        )


def settle(cursor):
    """Run deferred checks now: no trigger of a table with pending checks can be made or dropped."""
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def drop(cursor, table, name):
    cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
    cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")


def _find_tables(cursor):
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND pg_table_is_visible(oid)"
    )
    return {name for (name,) in cursor.fetchall()}


def _guards_of(rule):
    """Yield (name, Expected) of each guard of a rule."""
    match rule:
        case NeverOverlaps(table, record):
            definition = _CONSTRAINT.format(record=record)
            name = f"{table}_never_overlaps"
            statement = f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"
            yield name, Expected(statement, definition, is_liftable=False)
        case NeverChanged(table):
            rows = "directorates_guard_rows"
            yield _trigger(table, "change", _UPDATE | _DELETE | _ROW, rows)
            yield _trigger(table, "truncate", _TRUNCATE, rows)
        case ContentNeverChanged(table):
            edition = "directorates_guard_edition"
            yield _trigger(table, "change", _UPDATE | _ROW, "directorates_guard_content")
            yield _trigger(table, "delete", _DELETE | _ROW, edition)
            yield _trigger(table, "truncate", _TRUNCATE, edition)


def _trigger(table, refused, kind, function):
    """Return (name, Expected).

    Triggers on UPDATE and DELETE fire for each row. A DELETE of no row must pass: Django sends one when it deletes
    a record that others may link to.
    """
    name = f"{table}_refuses_{refused}"
    words = {_UPDATE: "UPDATE", _DELETE: "DELETE", _TRUNCATE: "TRUNCATE"}
    events = " OR ".join(word for bit, word in words.items() if kind & bit)
    each = "ROW" if kind & _ROW else "STATEMENT"
    statement = (
        f"CREATE TRIGGER {name} BEFORE {events} ON {table}"
        f" FOR EACH {each} EXECUTE FUNCTION {function}()"
    )
    description = (kind | _BEFORE, _ENABLED, True, function, _body(function))
    return name, Expected(statement, description)
