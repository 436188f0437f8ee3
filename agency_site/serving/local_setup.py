"""Finds what a developer's copy of the site lacks. `runserver` shows it in the terminal and on pages."""

import re
from dataclasses import dataclass
from functools import lru_cache

from django.contrib.auth import get_user_model
from django.contrib.staticfiles import finders
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.shortcuts import render
from django.template.loader import render_to_string

from directorates.models import Unit


@dataclass(frozen=True)
class Gap:
    """A missing part, and the command that adds it."""

    sentence: str
    command: str


GAPS = {
    "styles": Gap("The stylesheet is not built.", "python manage.py build_styles"),
    "tables": Gap("The database lacks tables or columns.", "python manage.py migrate"),
    "agency": Gap(
        "The database has no agency.", "python manage.py load_agency directorates/sample/ice.toml"
    ),
    "account": Gap("There is no staff account.", "python manage.py createsuperuser"),
}
_BODY = re.compile(rb"<body\b[^>]*>")


def find_gaps():
    """Return the gaps in the order of repair. Raises DatabaseError."""
    names = [] if finders.find("site.css") else ["styles"]
    if _lacks_migrations(_applied_migrations()):
        names.append("tables")
    else:
        names += _missing_records()
    return [GAPS[name] for name in names]


def has_tables():
    """Whether `migrate` has ever run. Raises DatabaseError."""
    return any(app == Unit._meta.app_label for app, _ in _applied_migrations())


def notice(get_response):
    """Show the gaps at the top of every page. Without tables, answer with a page of the gaps alone."""

    def middleware(request):
        if _ask(has_tables) is False:
            return render(None, "503_no_tables.html", {"gaps": find_gaps()}, status=503)
        response = get_response(request)
        return _with_gaps(response, _ask(find_gaps)) if _is_page(response) else response

    return middleware


def _ask(question):
    """Return the answer, or None while the database is unavailable; the site then answers with its own page."""
    try:
        return question()
    except DatabaseError:
        return None


def _applied_migrations():
    return frozenset(MigrationRecorder(connection).applied_migrations())


@lru_cache(maxsize=4)
def _lacks_migrations(applied):
    """Whether migrations are unapplied. Takes 60 ms, so each state is computed once."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _missing_records():
    if not Unit.objects.exists():
        yield "agency"
    if not get_user_model().objects.filter(is_staff=True, is_active=True).exists():
        yield "account"


def _is_page(response):
    return not response.streaming and response.headers.get("Content-Type", "").startswith(
        "text/html"
    )


def _with_gaps(response, gaps):
    if gaps:
        words = render_to_string("_local_setup.html", {"gaps": gaps}).encode()
        response.content = _BODY.sub(lambda tag: tag[0] + words, response.content, count=1)
        if "Content-Length" in response.headers:
            response.headers["Content-Length"] = str(len(response.content))
    return response
