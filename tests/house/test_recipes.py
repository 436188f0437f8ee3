"""The recipes of docs/development.md for a field, a page, a governed record and a rule, followed in a copy of
the repository."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/development.md").read_text(encoding="utf-8")

#: By recipe: a file, the line after the insertion, and the inserted text. A new file has no such line.
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
        "directorates/admin/units/unit_fieldsets.py",
        '    ("Texts", {"fields": ["overview", "body"]}),',
        '    ("Motto", {"fields": ["motto"]}),\n',
    ),
    ("directorates/queries/pages/unit_page.py", "    overview: SafeString", "    motto: str\n"),
    (
        "directorates/queries/pages/unit_page.py",
        "        overview=overview,",
        "        motto=content.motto,\n",
    ),
    (
        "templates/directorates/unit_page.html",
        '        {% include "directorates/_key_facts.html"',
        "        {% if page.motto %}<p>{{ page.motto }}</p>{% endif %}\n",
    ),
]
PAGE_OF_NAMES = [
    (
        "directorates/queries/pages/register.py",
        "",
        """\
\"\"\"The register of names at an instant.\"\"\"

from dataclasses import dataclass

from directorates.queries import visibility


@dataclass(frozen=True)
class Register:
    names: tuple[str, ...]


def get(*, at):
    units = visibility.open_units(at).order_by("sort_key")
    return Register(tuple(units.values_list("name", flat=True)))
""",
    ),
    (
        "directorates/views/register.py",
        "",
        """\
from django.urls import reverse
from django.views.decorators.http import require_safe

from directorates.queries.pages import register
from directorates.views.pages import shown_instant, render_page


@require_safe
def register_page(request):
    at = shown_instant(request)
    return render_page(
        request,
        "directorates/register.html",
        {"page": register.get(at=at)},
        at=at,
        title="Register of names",
        path=reverse("directorates:register"),
    )
""",
    ),
    (
        "templates/directorates/register.html",
        "",
        """\
{% extends "base.html" %}
{% block main %}<h1>Register of names</h1>{% for name in page.names %}<p>{{ name }}</p>{% endfor %}{% endblock %}
""",
    ),
    (
        "directorates/views/public_pages.py",
        '    PublicPage("survey", ',
        """\
    PublicPage(
        "register", "register/", register.register_page, shows=AnyRecord(), menu=Menu("Register")
    ),
""",
    ),
    (
        "directorates/views/public_pages.py",
        "from directorates.views.pages import DAY, cached_page",
        "from directorates.views import register\n",
    ),
]
RECORD = [
    (
        "directorates/models/records/notice.py",
        "",
        """\
from django.db import models

from directorates.models.fields import LineField, SortKeyField
from directorates.models.records.content import Content
from directorates.models.records.edition import Edition
from directorates.models.records.governed import register
from directorates.models.records.unit import Unit
from directorates.models.records.working_record import WorkingRecord


class NoticeContent(Content):
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="%(class)s_set")
    title = LineField(max_length=100)

    class Meta:
        abstract = True


NoticeContent.content_class = NoticeContent


class Notice(WorkingRecord, NoticeContent):
    sort_key = SortKeyField("identifier")

    class Meta:
        ordering = ["sort_key"]
        permissions = [("publish_notice", "Can publish and withdraw notices")]

    def __str__(self):
        return self.identifier


class NoticeEdition(Edition, NoticeContent):
    record_field = "notice"
    notice = models.ForeignKey(Notice, models.PROTECT, related_name="editions")

    class Meta:
        constraints = Edition.Meta.constraints


register(Notice, NoticeEdition, place="unit", search_fields=["title"])
""",
    ),
    (
        "directorates/models/__init__.py",
        "from directorates.models.records.responsibility import Responsibility",
        "from directorates.models.records.notice import Notice, NoticeContent, NoticeEdition\n",
    ),
    (
        "directorates/admin/notice.py",
        "",
        """\
from django.contrib import admin

from directorates.admin.records.governed import GovernedAdmin
from directorates.models import Notice


@admin.register(Notice)
class NoticeAdmin(GovernedAdmin):
    fieldsets = [("The notice", {"fields": ["identifier", "unit", "title"]})]
""",
    ),
    (
        "directorates/admin/__init__.py",
        "from directorates.admin.accounts import account",
        "from directorates.admin import notice  # noqa: F401\n",
    ),
    ("directorates/admin/site.py", '    "ChangeSet",\n', '    "Notice",\n'),
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
        "        *_find_agency_violations(spans),",
        "        *_find_names_in_use_twice(spans),\n",
    ),
]

#: Runs in the copy, after the recipe's command. Prints the pages of a visitor and an editor.
FOLLOW = """
import importlib, json
from pathlib import Path
import django
django.setup()
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from directorates.actions.publishing import drafting, publishing
from directorates.models import Notice, Unit

call_command("makemigrations", "directorates", "--name=recipes", verbosity=0)
importlib.invalidate_caches()
call_command("migrate", verbosity=0)
call_command("load_agency", "agency.toml", verbosity=0)
first, second = Unit.objects.filter(kind="directorate")[:2]
second.name = first.name
drafting.save(record=second, relations={}, by=None, at=timezone.now())
notice = Notice(identifier="closed", unit=first, title="Closed on Monday")
drafting.save(record=notice, relations={}, by=None, at=timezone.now())
publishing.publish(records=[notice], by=None, at=timezone.now())
notice.title = "Closed on Tuesday"
drafting.save(record=notice, relations={}, by=None, at=timezone.now())
staff = Client(headers={"host": "localhost"})
staff.force_login(get_user_model().objects.create_superuser("staff"))
form = f"/admin/directorates/directorate/{second.pk}/"
call_command("dump_agency", "dump.toml", verbosity=0)
addresses = {
    "page": "/about/",
    "register": "/register/",
    "sitemap": "/sitemap.xml",
    "form": f"{form}change/",
    "publish": f"{form}publish/",
    "dashboard": "/admin/",
    "notice": f"/admin/directorates/notice/{notice.pk}/publish/",
}
seen = {name: staff.get(address).content.decode() for name, address in addresses.items()}
Path("seen.json").write_text(json.dumps(seen | {"dump": Path("dump.toml").read_text()}))
"""


def files_of(recipe):
    """Return the files that a recipe of the page lists."""
    section = re.search(rf"^### {recipe}\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL)[1]
    steps = re.findall(r"^\d+\. (.*)", section, re.MULTILINE)
    return {
        name
        for step in steps
        for name in re.findall(r"`([\w./]+[./][\w./]*)`", step.partition(":")[0])
    }


def places_of(*recipes):
    """Return the files that recipes change, and the folders of those that they add."""
    return {
        name if before else f"{Path(name).parent}/"
        for recipe in recipes
        for name, before, _ in recipe
    }


def follow(changes, folder):
    for name, before, new in changes:
        path = folder / name
        if not before:
            path.write_text(new, encoding="utf-8")
            continue
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == 1, f"{name}: {before}"
        path.write_text(text.replace(before, new + before), encoding="utf-8")


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """Follow all recipes in one copy; return its pages."""
    copy = tmp_path_factory.mktemp("copy")
    for name in ("agency_site", "directorates", "templates"):
        shutil.copytree(ROOT / name, copy / name)
    (copy / "static").symlink_to(ROOT / "static")
    follow(FIELD + PAGE_OF_NAMES + RECORD + RULE, copy)
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
    assert files_of("A field of a unit") == places_of(FIELD) | {"tests/queries/test_unit_page.py"}
    assert "<p>We follow recipes.</p>" in seen["page"]
    assert 'name="motto"' in seen["form"]
    assert 'motto = "We follow recipes."' in seen["dump"]


def test_the_recipe_for_a_page_gives_it_a_place_in_menu_and_sitemap(seen):
    assert files_of("A public page") == places_of(PAGE_OF_NAMES) | {"tests/views/"}
    assert "<p>Office of the Chief Financial Officer</p>" in seen["register"]
    assert 'href="/register/"' in seen["page"]
    assert "/register/</loc>" in seen["sitemap"]


def test_the_recipe_for_a_governed_record_has_it_drafted_published_and_compared(seen):
    without_file = {
        "directorates/queries/visibility.py",
        "directorates/actions/importing/",
        "directorates/exchange/",
        "tests/factories.py",
        "tests/actions/",
    }
    assert files_of("A governed record") == places_of(RECORD) | without_file
    assert "Notices" in seen["dashboard"]
    assert re.search("<del>.*Monday.*</del>", seen["notice"])
    assert re.search("<ins>.*Tuesday.*</ins>", seen["notice"])


def test_the_recipe_for_a_rule_stops_a_publication_in_words(seen):
    assert files_of("A rule of the structure") == places_of(RULE) | {
        "tests/rules/test_structure_rules.py"
    }
    assert "the name is in use." in seen["publish"]
