"""The database itself refuses two editions of one record in force at one instant.

PostgreSQL holds the rule as an exclusion constraint, written with ranges so that no extension is
needed. SQLite holds it in triggers. Django rebuilds a SQLite table on some changes of its schema, and
a rebuilt table has lost its triggers: `models.guards` makes them again after every `migrate`.
"""

from django.db import migrations

TABLES = {"directorates_unitedition": "unit_id", "directorates_figureedition": "figure_id"}

# The open end is written out as a whole day: a bare year would be compared as a number.
_TRIGGER = """
CREATE TRIGGER {table}_never_overlaps_on_{event}
BEFORE {event} ON {table}
WHEN NEW.effective_from < COALESCE(NEW.effective_until, '9999-12-31')
BEGIN
    SELECT RAISE(ABORT, 'two editions of one record would be in force at one instant')
    FROM {table} AS other
    WHERE other.{record} = NEW.{record}
      AND other.id IS NOT NEW.id
      AND other.effective_from < COALESCE(other.effective_until, '9999-12-31')
      AND other.effective_from < COALESCE(NEW.effective_until, '9999-12-31')
      AND NEW.effective_from < COALESCE(other.effective_until, '9999-12-31');
END
"""

_CONSTRAINT = """
ALTER TABLE {table} ADD CONSTRAINT {table}_never_overlaps EXCLUDE USING gist (
    int8range({record}, {record}, '[]') WITH &&,
    tstzrange(effective_from, effective_until) WITH &&
)
"""


def create_guards(apps, schema_editor):
    remove_guards(apps, schema_editor)
    for table, record in TABLES.items():
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(_CONSTRAINT.format(table=table, record=record))
        else:
            for event in ("insert", "update"):
                schema_editor.execute(_TRIGGER.format(table=table, record=record, event=event))


def remove_guards(apps, schema_editor):
    for table in TABLES:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {table}_never_overlaps"
            )
        else:
            for event in ("insert", "update"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_never_overlaps_on_{event}")


class Migration(migrations.Migration):
    dependencies = [("directorates", "0001_initial")]

    operations = [migrations.RunPython(create_guards, remove_guards)]
