"""Writes one log line for each request that reaches Django, and counts the request.

Answers of the page cache are counted and not logged. No line has the visitor's address. No line has the query,
because a person may have typed it.
"""

import logging
import re
import secrets
import time

from django.conf import settings
from django.utils.encoding import escape_uri_path

from agency_site.serving import metrics
from agency_site.serving.log_lines import current_request
from agency_site.serving.page_cache.wrapper import PROBES

logger = logging.getLogger("directorates.request")

#: The addresses of a shared preview and of an invitation are secrets.
_SECRET = re.compile(r"^(/shared/|/accounts/invitation/)[^/]+")
_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")


def request_log(get_response):
    """Give each request an id, which every log line of the request has."""

    def middleware(request):
        request_id = _find_id(request)
        path = _SECRET.sub(r"\1…", escape_uri_path(request.path))
        facts = {"request_id": request_id, "method": request.method, "path": path}
        token = current_request.set(facts)
        began = time.perf_counter()
        try:
            response = get_response(request)
            seconds = time.perf_counter() - began
            _write(request, response, path, seconds)
        finally:
            current_request.reset(token)
        if not hasattr(response, "cached_under"):
            # A kept page is the same for everybody, so it has no request id.
            response.headers["X-Request-ID"] = request_id
        return response

    return middleware


def _find_id(request):
    """Return the id from our own proxy, or a new id."""
    given = request.META.get("HTTP_X_REQUEST_ID", "")
    if settings.TRUSTED_PROXY_COUNT and _WELL_FORMED.fullmatch(given):
        return given
    return secrets.token_hex(16)


def _write(request, response, path, seconds):
    match = request.resolver_match
    metrics.count_request(
        view=match.view_name if match else "none",
        method=request.method,
        status=response.status_code,
        seconds=seconds,
    )
    if request.path_info in PROBES and response.status_code < 400:
        return
    extra = {"status": response.status_code, "duration_ms": round(seconds * 1000, 1)}
    # Django sets the attribute at first use. `request.user` would read the session.
    user = getattr(request, "_cached_user", None)
    if user is not None and user.is_staff:
        extra["user_id"] = user.pk
    level = logging.ERROR if response.status_code >= 500 else logging.INFO
    words = "%s %s %s in %s ms"
    values = (request.method, path, response.status_code, extra["duration_ms"])
    logger.log(level, words, *values, extra=extra)
