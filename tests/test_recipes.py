"""The recipes of docs/development.md for a field and a rule, followed in a copy of the repository."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs/development.md").read_text(encoding="utf-8")

#: By recipe: a file, the line before which something is written, and what.
FIELD = [
    (
        "directorates/models/records/unit_content.py",
        "    is_on_overview = models.BooleanField(",
        """\
    motto = LineField(
        max_length=80, blank=True, default="", db_default="", help_text="Appears on the unit's page."
    )
""",
    ),
    (
        "directorates/admin/units/unit.py",
        '        ("Responsibilities", {"fields": ["responsibilities"]}),',
        '        ("Motto", {"fields": ["motto"]}),\n',
    ),
    ("directorates/queries/pages/unit_page.py", "    overview: SafeString", "    motto: str\n"),
    (
        "directorates/queries/pages/unit_page.py",
        "        overview=mark_safe(text.sanitize(content.overview)),",
        "        motto=content.motto,\n",
    ),
    (
        "templates/directorates/unit_page.html",
        '        {% include "directorates/_key_facts.html"',
        "        {% if page.motto %}<p>{{ page.motto }}</p>{% endif %}\n",
    ),
]
RULE = [
    (
        "directorates/rules/structure_rules.py",
        "def _day(instant):",
        """\
def _find_names_in_use_twice(spans):
    for first, second in _overlapping(spans):
        if first.name == second.name:
            yield Violation(
                second.unit_id, "name", second.begins, f"{second.name}: the name is in use."
            )


""",
    ),
    (
        "directorates/rules/structure_rules.py",
        "        *_find_agency_faults(spans),",
        "        *_find_names_in_use_twice(spans),\n",
    ),
]

#: Runs in the copy; the command of the recipe comes first. Prints what a visitor and an editor see.
FOLLOW = """
import importlib, json
from pathlib import Path
import django
django.setup()
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from directorates.actions.publishing import drafting
from directorates.models import Unit

call_command("makemigrations", "directorates", "--name=unit_motto", verbosity=0)
importlib.invalidate_caches()
call_command("migrate", verbosity=0)
call_command("load_agency", "agency.toml", verbosity=0)
first, second = Unit.objects.filter(kind="directorate")[:2]
second.name = first.name
drafting.save(record=second, relations={}, by=None, at=timezone.now())
staff = Client(headers={"host": "localhost"})
staff.force_login(get_user_model().objects.create_superuser("staff"))
form = f"/admin/directorates/directorate/{second.pk}/"
call_command("dump_agency", "dump.toml", verbosity=0)
Path("seen.json").write_text(json.dumps({
    "page": staff.get("/about/").content.decode(),
    "form": staff.get(f"{form}change/").content.decode(),
    "publish": staff.get(f"{form}publish/").content.decode(),
    "dump": Path("dump.toml").read_text(),
}))
"""


def files_of(recipe):
    """Return the files that a recipe of the page lists."""
    section = re.search(rf"^### {recipe}\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL)[1]
    return set(re.findall(r"^\d+\. `([\w/.]+)`", section, re.MULTILINE))


def follow(changes, folder):
    for name, before, new in changes:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == 1, f"{name}: {before}"
        path.write_text(text.replace(before, new + before), encoding="utf-8")


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """Follow both recipes in a copy; return what is seen there."""
    copy = tmp_path_factory.mktemp("copy")
    for name in ("agency_site", "directorates", "templates"):
        shutil.copytree(ROOT / name, copy / name)
    (copy / "static").symlink_to(ROOT / "static")
    follow(FIELD + RULE, copy)
    sample = (ROOT / "directorates/sample/ice.toml").read_text(encoding="utf-8")
    agency = 'kind = "agency"\n'
    assert sample.count(agency) == 1
    motto = 'motto = "We follow recipes."\n'
    (copy / "agency.toml").write_text(sample.replace(agency, agency + motto), encoding="utf-8")
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "AGENCY_SITE_LOCAL": "true",
        "DJANGO_SETTINGS_MODULE": "agency_site.settings",
    }
    command = [sys.executable, "-c", FOLLOW]
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads((copy / "seen.json").read_text())


def test_the_recipe_for_a_field_gives_form_page_and_file_that_field(seen):
    listed = {name for name, _, _ in FIELD} | {"tests/test_unit_page.py"}
    assert files_of("A field of a unit") == listed
    assert "<p>We follow recipes.</p>" in seen["page"]
    assert 'name="motto"' in seen["form"]
    assert 'motto = "We follow recipes."' in seen["dump"]


def test_the_recipe_for_a_rule_stops_a_publication_in_words(seen):
    listed = {name for name, _, _ in RULE} | {"tests/test_structure_rules.py"}
    assert files_of("A rule of the structure") == listed
    assert "the name is in use." in seen["publish"]
