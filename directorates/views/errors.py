"""Error pages that look like the site. The last one needs neither database nor template tags."""

import sys

from django.db import DatabaseError
from django.shortcuts import render

from directorates import unavailable
from directorates.views.pages import instant_of, render_page

_PAGES = {
    400: ("Bad request", "Your browser sent a request that this site cannot read."),
    403: ("Permission denied", "Your account may not see this page."),
    404: ("Page not found", "There is no page at this address, or it has moved."),
}


def _error_page(request, status):
    heading, sentence = _PAGES[status]
    try:
        return render_page(
            request,
            "directorates/error.html",
            {"heading": heading, "sentence": sentence, "status": status},
            at=instant_of(request),
            title=heading,
            path="",
            status=status,
            is_indexed=False,
        )
    except DatabaseError:
        return server_error(request)


def bad_request(request, exception=None):
    return render(request, "400.html", status=400)


def permission_denied(request, exception=None):
    return _error_page(request, 403)


def page_not_found(request, exception=None):
    return _error_page(request, 404)


def server_error(request):
    if unavailable.is_unavailability(sys.exception()):
        return unavailable.respond(request)
    return render(request, "500.html", status=500)
