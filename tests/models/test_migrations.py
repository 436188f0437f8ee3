"""Migrations run while the previous release serves, so they only add, and remove one release later.

These tests find changes that break the previous release or keep its readers waiting. Intended changes are
listed with the reason.
"""

import ast
from pathlib import Path

import pytest
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

APP = "directorates"
APP_FOLDER = Path(__file__).resolve().parents[2] / APP
#: The last migration of the last release. Change it with each release.
BASELINE = "0002_roles"
#: {(migration, hazard): why it does no harm}
MEANT = {}

#: Tables that grow with visitors. A new index on one keeps its writers waiting.
LARGE = {"surveyresponse"}

TAKES_AWAY = (
    migrations.RemoveField,
    migrations.DeleteModel,
    migrations.RenameField,
    migrations.RenameModel,
    migrations.AlterModelTable,
)


def find_hazards(migration, state):
    """Return a phrase for each operation of a migration that the previous release cannot bear.

    `state` is the state before the migration, and is changed to the state after it.
    """
    hazards, made_here = [], set()
    for operation in migration.operations:
        for step in _steps(operation):
            hazards += _hazards_of(step, state, made_here)
            if isinstance(step, migrations.CreateModel):
                made_here.add(step.name_lower)
        operation.state_forwards(APP, state)
    return hazards


def _steps(operation):
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        return [step for part in operation.database_operations for step in _steps(part)]
    return [operation]


def _hazards_of(step, state, made_here):
    what = f"{type(step).__name__} {_target(step)}"
    if not step.reversible:
        return [f"{what}: cannot be taken back"]
    if isinstance(step, TAKES_AWAY):
        return [f"{what}: the old release still asks for it"]
    model = getattr(step, "model_name_lower", getattr(step, "model_name", "").lower())
    if model in made_here:
        return []
    if isinstance(step, migrations.AddField) and not _may_be_left_out(step.field):
        return [f"{what}: the old release inserts rows without it; give it a db_default"]
    if isinstance(step, migrations.AlterField):
        before = state.models[APP, model].fields[step.name]
        return _hazards_of_alteration(what, before, step.field)
    if isinstance(step, migrations.AddIndex | migrations.AddConstraint) and model in LARGE:
        return [f"{what}: writers wait while it is built; build it concurrently on PostgreSQL"]
    return []


def _target(step):
    names = [getattr(step, name, "") for name in ("model_name", "name", "old_name")]
    return ".".join(name.lower() for name in names if name)


def _may_be_left_out(field):
    return field.null or field.many_to_many or field.has_db_default()


def _hazards_of_alteration(what, before, after):
    if before.null and not after.null and not after.has_db_default():
        return [f"{what}: the old release still writes NULL; give it a db_default"]
    if before.db_type(connection) != after.db_type(connection) and not _is_longer(before, after):
        return [f"{what}: the table is written anew, or the old release's values no longer fit"]
    return []


def _is_longer(before, after):
    lengths = before.max_length, after.max_length
    return type(before) is type(after) and None not in lengths and lengths[0] <= lengths[1]


def test_no_migration_since_the_last_release_disturbs_the_one_that_serves():
    loader = MigrationLoader(None)
    state = loader.project_state((APP, BASELINE))
    names = sorted(name for app, name in loader.disk_migrations if app == APP and name > BASELINE)
    found = {
        (name, hazard)
        for name in names
        for hazard in find_hazards(loader.get_migration(APP, name), state)
    }
    assert found - set(MEANT) == set()
    assert set(MEANT) - found == set(), "listed, and no longer there"


def hazards(*operations):
    state = ProjectState()
    fields = [("id", models.AutoField(primary_key=True)), ("a", models.CharField(max_length=9))]
    fields += [("b", models.IntegerField(null=True))]
    for name in ("Unit", "SurveyResponse"):
        state.add_model(ModelState(APP, name, fields))
    migration = migrations.Migration("made_up", APP)
    migration.operations = operations
    return find_hazards(migration, state)


@pytest.mark.parametrize(
    "operation",
    [
        migrations.RemoveField("unit", "a"),
        migrations.DeleteModel("Unit"),
        migrations.RenameField("unit", "a", "c"),
        migrations.RenameModel("Unit", "Other"),
        migrations.AddField("unit", "c", models.IntegerField(default=0)),
        migrations.AlterField("unit", "b", models.IntegerField()),
        migrations.AlterField("unit", "a", models.CharField(max_length=3)),
        migrations.AlterField("unit", "a", models.IntegerField()),
        migrations.AddIndex("surveyresponse", models.Index(fields=["a"], name="x")),
        migrations.RunSQL("UPDATE unit SET a = ''"),
        migrations.SeparateDatabaseAndState([migrations.RemoveField("unit", "a")]),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_a_hazard_is_found(operation):
    assert len(hazards(operation)) == 1


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("unit", "c", models.IntegerField(null=True)),
        migrations.AddField("unit", "c", models.IntegerField(db_default=0)),
        migrations.AddField("unit", "c", models.ManyToManyField(f"{APP}.unit")),
        migrations.AlterField("unit", "a", models.CharField(max_length=99)),
        migrations.AlterField("unit", "b", models.IntegerField(null=True, help_text="x")),
        migrations.AddIndex("unit", models.Index(fields=["a"], name="x")),
        migrations.RunSQL("UPDATE unit SET a = ''", migrations.RunSQL.noop),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_what_only_adds_is_none(operation):
    assert hazards(operation) == []


def test_what_is_done_to_a_table_made_in_the_same_migration_is_none():
    made = migrations.CreateModel("New", [("id", models.AutoField(primary_key=True))])
    field = models.IntegerField(default=0)
    assert hazards(made, migrations.AddField("new", "n", field)) == []


# Imports

#: Reads only the database's catalog, and no model.
ALLOWED = {"directorates.models.database.migration_operations"}


def imports_of(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


@pytest.mark.parametrize(
    "path", sorted((APP_FOLDER / "migrations").glob("0*.py")), ids=lambda path: path.stem
)
def test_a_migration_imports_no_live_code_of_the_app(path):
    """A migration must do the same in every later release, so copy the needed code into it."""
    own = {
        name
        for name in imports_of(path.read_text(encoding="utf-8"))
        if name.startswith(("directorates", "agency_site", "."))
    }
    assert own <= ALLOWED


def test_what_migrations_may_import_imports_nothing_of_the_app():
    source = (APP_FOLDER / "models" / "database" / "migration_operations.py").read_text(
        encoding="utf-8"
    )
    assert not [name for name in imports_of(source) if name.startswith(("directorates", "."))]
