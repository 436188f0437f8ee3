"""The answer while the database is away or a disk is full. It needs neither the database nor collected files."""

import time

from django.shortcuts import render

from directorates import metrics
from directorates.database_faults import is_disk_full, is_outage
from directorates.sign_in import STAFF_PATHS

#: How soon it is worth to ask again.
RETRY_AFTER_SECONDS = 30
#: For so long a write that found a disk full is told to monitoring.
REMEMBERED_SECONDS = 60

_full_until = 0.0


def is_unavailability(error):
    """Whether an error means that the database cannot be reached or asked, or that a disk is full."""
    return is_outage(error) or is_disk_full(error)


def respond(request, error=None):
    """Say it in words; to staff too, whose text stays in their forms meanwhile."""
    global _full_until
    is_full = is_disk_full(error)
    if is_full:
        metrics.count("agency_site_disk_full_total")
        _full_until = time.monotonic() + REMEMBERED_SECONDS
    metrics.count("agency_site_unavailable_total")
    is_staff_page = request.path_info.startswith(STAFF_PATHS)
    context = {"is_staff_page": is_staff_page, "is_disk_full": is_full}
    response = render(None, "503.html", context, status=503)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response


def found_a_full_disk():
    """Whether this process could not write for want of room a short while ago."""
    return time.monotonic() < _full_until
