"""Guards survive the migrations of this release and of a later one, on a separate database."""

import json

import pytest

BEFORE = "0001_initial"

#: A new field, for which SQLite rebuilds the table, and a change of old editions.
LATER = """
from django.db import migrations, models
from directorates.models.database.migration_operations import WithGuardsLifted

def paint(apps, schema_editor):
    apps.get_model("directorates", "UnitEdition").objects.update(color="blue")

class Migration(migrations.Migration):
    dependencies = [("directorates", {last!r})]
    operations = [
        migrations.AddField("unitedition", "color", models.CharField(default="", max_length=9)),
        WithGuardsLifted([
            migrations.RunPython(paint, migrations.RunPython.noop),
            migrations.AddField("auditentry", "color", models.CharField(default="", max_length=9)),
        ]),
        migrations.AddField("changesetstep", "color", models.CharField(default="", max_length=9)),
    ]
"""

SCRIPT = """
import json, sys
from pathlib import Path
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from directorates.models import UnitEdition
from directorates.models.database import guards
from tests.factories import make_agency, published, published_agency

folder, later, before = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
results = {}

def look(name):
    results[name] = guards.described(guards.find_broken(connection))

def is_refused(statement):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except IntegrityError as error:
        return "never changed" in str(error) or "two editions" in str(error)
    return False

call_command("migrate", "directorates", before, verbosity=0)
look("from zero")
call_command("migrate", verbosity=0)
look("from the first")
edition = published_agency().editions.get()

package = folder / "later_release"
package.mkdir()
real = Path("directorates/migrations").resolve()
(package / "__init__.py").write_text(f"__path__ = [{str(real)!r}, {str(package)!r}]")
[(_, last)] = MigrationLoader(None).graph.leaf_nodes("directorates")
(package / "9999_later.py").write_text(later.replace("{last!r}", repr(last)))
sys.path.insert(0, str(folder))
settings.MIGRATION_MODULES = {"directorates": "later_release"}
call_command("migrate", verbosity=0)
look("after a later release")

table = "directorates_unitedition"
with connection.cursor() as cursor:
    cursor.execute(f"SELECT color FROM {table}")
    results["painted"] = cursor.fetchall()
results["refused"] = [
    is_refused(statement)
    for statement in (
        f"UPDATE {table} SET color = 'red'",
        f"UPDATE {table} SET name = 'Another'",
        f"DELETE FROM {table}",
        "UPDATE directorates_auditentry SET color = 'red'",
        "DELETE FROM directorates_auditentry",
    )
]
call_command("migrate", "directorates", last, verbosity=0)
look("and back")
call_command("migrate", "directorates", before, verbosity=0)
look("and back to the first")
print(json.dumps(results))
"""


@pytest.mark.django_db(transaction=True)
def test_guards_stand_after_the_migrations_of_this_release_and_of_a_later_one(other_site, tmp_path):
    ended = other_site("-c", SCRIPT, str(tmp_path), LATER, BEFORE)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout.splitlines()[-1]) == {
        "from zero": "",
        "from the first": "",
        "after a later release": "",
        "painted": [["blue"]],
        "refused": [True] * 5,
        "and back": "",
        "and back to the first": "",
    }
