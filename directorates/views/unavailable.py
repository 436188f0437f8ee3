"""The answer while the database is unavailable or a disk is full. It needs neither the database nor collected files."""

import time

from django.shortcuts import render

from directorates.queries.staff.sign_in import STAFF_PATHS
from directorates.rules.database_errors import is_disk_full
from directorates.signals import site_unavailable

#: How soon it is worth to ask again.
RETRY_AFTER_SECONDS = 30
#: For so long a write that found a disk full is told to monitoring.
REMEMBERED_SECONDS = 60

_full_until = 0.0


def respond(request, error=None):
    """Say it in words; to staff too, whose text stays in their forms meanwhile."""
    global _full_until
    is_full = is_disk_full(error)
    if is_full:
        _full_until = time.monotonic() + REMEMBERED_SECONDS
    site_unavailable.send(None, is_disk_full=is_full)
    is_staff_page = request.path_info.startswith(STAFF_PATHS)
    context = {"is_staff_page": is_staff_page, "is_disk_full": is_full}
    response = render(None, "503.html", context, status=503)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response


def found_a_full_disk():
    """Whether this process could not write for want of room a short while ago."""
    return time.monotonic() < _full_until
