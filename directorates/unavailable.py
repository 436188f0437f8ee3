"""The answer while the database is away. It needs neither the database nor collected files."""

from django.db import DatabaseError, InterfaceError
from django.shortcuts import render

from directorates import metrics
from directorates.sign_in import STAFF_PATHS

#: How soon it is worth to ask again.
RETRY_AFTER_SECONDS = 30


def is_unavailability(error):
    """Whether an error means that the database cannot be reached or does not answer in time."""
    return isinstance(error, DatabaseError | InterfaceError)


def respond(request):
    """Say it in words; to staff too, whose text stays in their forms meanwhile."""
    metrics.count("agency_site_unavailable_total")
    context = {"is_staff_page": request.path_info.startswith(STAFF_PATHS)}
    response = render(None, "503.html", context, status=503)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response
