"""Describes a database, so that a restore can be checked: rows, state, and sums of the pages."""

import hashlib
import re

from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.cache.backends.db import BaseDatabaseCache
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest
from django.urls import resolve

from directorates.models import Generation, StaffSession, UnitEdition
from directorates.views import public_pages

#: Units whose pages are compared, in addition to the overview and the lists.
UNIT_PAGES = 25


def left_out_tables():
    """Return the tables whose rows a backup leaves out: sessions and caches."""
    return [
        StaffSession._meta.db_table,
        # Django's own table of sessions, which stays empty.
        Session._meta.db_table,
        *([caches["default"]._table] if isinstance(caches["default"], BaseDatabaseCache) else []),
    ]


def gather(*, at):
    """Return the facts of the connected database, with the pages at the instant `at`."""
    return {
        "engine": connection.vendor,
        "made_at": at.isoformat(),
        "generation": Generation.objects.current(),
        "migrations": applied_migrations(),
        "rows": count_rows(),
        "pages": sum_pages(at=at),
    }


def applied_migrations():
    return sorted(".".join(key) for key in MigrationRecorder(connection).applied_migrations())


def count_rows():
    """Return {table: number of rows} of all tables in a backup."""
    left_out = set(left_out_tables())
    with connection.cursor() as cursor:
        counts = {}
        for name in sorted(set(connection.introspection.table_names(cursor)) - left_out):
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(name)}")
            counts[name] = cursor.fetchone()[0]
    return counts


def sum_pages(*, at):
    """Return {path: SHA-256 of the page's main part} for a sample of the public pages."""
    pages = public_pages.exported()
    of_site = (page for page in pages if page.has_one_address and not page.is_of_units)
    lists = [page.address for page in of_site if not page.is_picture]
    editions = UnitEdition.objects.in_force(at).order_by("unit_id")[:UNIT_PAGES]
    paths = dict.fromkeys([*lists, *(edition.get_absolute_url() for edition in editions)])
    return {path: _sum_page(path, at) for path in paths}


def _sum_page(path, at):
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", path, path
    request.META = {"SERVER_NAME": "localhost", "SERVER_PORT": "80"}
    # The page is not sent to anybody, so its host need not be allowed.
    request.get_host = lambda: "localhost"
    request.user, request.shown_at = AnonymousUser(), at
    match = resolve(path)
    response = match.func(request, *match.args, **match.kwargs)
    main = re.search(rb"<main.*</main>", response.content, re.DOTALL)
    body = main[0] if main else response.content
    return hashlib.sha256(b"%d\n" % response.status_code + body).hexdigest()
