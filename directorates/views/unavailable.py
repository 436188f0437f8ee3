"""The answer while the database is unavailable or a disk is full. It needs no database and no collected files."""

import time

from django.shortcuts import render

from directorates.queries.staff.sign_in import STAFF_PATHS
from directorates.rules.database_errors import is_disk_full
from directorates.signals import site_unavailable

#: After how many seconds a new request may succeed.
RETRY_AFTER_SECONDS = 30
#: How long monitoring reports a write that failed on a full disk.
REMEMBERED_SECONDS = 60

_full_until = 0.0


def respond(request, error=None):
    """Return the page for visitors, or for staff, whose text stays in their forms."""
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
    """Whether a write of this process failed on a full disk in the last REMEMBERED_SECONDS."""
    return time.monotonic() < _full_until
