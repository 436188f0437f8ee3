"""Answers monitoring: is the process alive, and does every part that it needs work?"""

import logging
import os
import tempfile
import time
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agency_site.serving.page_cache import freshness
from directorates.models.database import guards
from directorates.queries.pages import overview
from directorates.rules.database_errors import is_unavailability
from directorates.views import unavailable
from directorates.views.overview import render_overview

logger = logging.getLogger(__name__)

#: A save needs this much room for an upload and for the database's own writes.
LEAST_ROOM_BYTES = 8 * 1024 * 1024


@require_safe
@never_cache
def healthz(request):
    """Answer 200 without asking the database or the caches."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request):
    """Answer 200 if every part works, else 503 with the reason. Both answers list the state of each part."""
    parts = _ask_database() | {"disk": _ask_disk()}
    if parts["database"] == "ok":
        parts["cache"] = _ask_cache()
        parts["pages"] = _make_page(request)
    errors = [f"{part}: {state}" for part, state in parts.items() if state != "ok"]
    if errors:
        answer = {"status": "unavailable", "reason": "; ".join(errors), "parts": parts}
        return JsonResponse(answer, status=503)
    return JsonResponse({"status": "ok", "parts": parts})


def _ask_database():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        pending = _known_migrations() - set(MigrationRecorder(connection).applied_migrations())
        broken = guards.find_broken(connection)
    except Exception as error:
        if not is_unavailability(error):
            logger.exception("The database cannot be asked for its state")
            return {"database": f"an error of this program ({type(error).__name__})"}
        return {"database": "not reached"}
    names = ", ".join(f"{app}.{name}" for app, name in sorted(pending))
    return {
        "database": "ok",
        "migrations": f"not applied: {names}" if pending else "ok",
        "guards": guards.described(broken) if broken else "ok",
    }


def _ask_disk():
    """Check the room where this server writes. Only a failed write shows that another host's disk is full."""
    for folder in _folders():
        try:
            room = os.statvfs(folder)
        except OSError:
            # The folder is made at first use.
            continue
        if room.f_bavail * room.f_frsize < LEAST_ROOM_BYTES:
            return f"full: {folder} has room for less than {LEAST_ROOM_BYTES // 1024**2} MiB"
    if unavailable.found_a_full_disk():
        return "full: nothing could be written within the last minute"
    return "ok"


def _folders():
    """Return the folders to which requests write."""
    folders = [settings.MEDIA_ROOT, settings.GENERATION_STAMP.parent, Path(tempfile.gettempdir())]
    if connection.vendor == "sqlite":
        folders.insert(0, Path(connection.settings_dict["NAME"]).parent)
    return folders


@lru_cache(maxsize=1)
def _known_migrations():
    """Return the migrations of this release, which do not change while the process runs."""
    return frozenset(MigrationLoader(None).graph.nodes)


def _ask_cache():
    try:
        cache.get("readyz")
    except Exception as error:  # Each kind of cache has errors of its own.
        return f"not reached ({type(error).__name__})"
    return "ok"


def _make_page(request):
    """Make the overview and ask the page cache's question: nine queries, some 6 ms."""
    try:
        now = timezone.now()
        render_overview(request, overview.get(at=now), at=now)
    except Exception as error:  # Any error means that no page can be made.
        return f"cannot be made ({type(error).__name__})"
    try:
        freshness.ask(time.time())
    except Exception as error:
        return f"are made at each request, since none can be kept ({type(error).__name__})"
    return "ok"
