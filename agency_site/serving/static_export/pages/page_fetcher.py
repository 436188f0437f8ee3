"""Asks Django's own handler for pages at an instant, as a visitor's browser does."""

import io
import logging
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.core.signals import request_finished
from django.db import close_old_connections

from agency_site.serving.page_cache.wrapper import DATABASE_UNAVAILABLE
from agency_site.serving.static_export import ExportError


@dataclass(frozen=True)
class FetchedPage:
    status: int
    headers: dict
    body: bytes

    @property
    def media_type(self):
        return self.headers.get("Content-Type", "")


class PageFetcher:
    """`origin` is the site's scheme and host, such as https://www.agency.gov."""

    def __init__(self, *, origin, at):
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/"):
            raise ExportError(f"“{origin}” is no origin. Write it as https://www.agency.gov")
        self.origin = f"{parts.scheme}://{parts.netloc.lower()}"
        self.at = at
        self._parts = urlsplit(self.origin)
        self._handler = BaseHandler()
        self._handler.load_middleware()

    def get(self, address, *, is_database_unavailable=False):
        """Return the FetchedPage of an address such as `/offices/?page=2`."""
        path, _, query = address.partition("?")
        request = WSGIRequest(self._environ(path, query))
        request.shown_at = self.at
        if is_database_unavailable:
            request.environ[DATABASE_UNAVAILABLE] = True
        # This is no visitor's request, so the log has no line for it.
        with _silence("directorates.request"):
            response = self._handler.get_response(request)
        body = b"".join(response)
        _close(response)
        return FetchedPage(response.status_code, dict(response.headers), body)

    def get_page(self, address):
        """Return the FetchedPage of an address that must exist. Raises ExportError for any status but 200."""
        answer = self.get(address)
        if answer.status == 400:
            raise ExportError(
                f"The site refuses {self._parts.netloc}. Add it to ALLOWED_HOSTS, or name another"
                " one: --origin https://www.agency.gov"
            )
        if answer.status == 301 and answer.headers.get("Location", "").startswith("https:"):
            raise ExportError(
                f"The site sends {self.origin} on to https. Name that: --origin https…"
            )
        if answer.status != 200:
            raise ExportError(
                f"{self.origin}{address} answered {answer.status}, where 200 was due."
            )
        return answer

    def get_error(self, address, *, is_database_unavailable=False):
        """Return the FetchedPage of an intended error, without a line in the log."""
        with _silence("django.request"):
            return self.get(address, is_database_unavailable=is_database_unavailable)

    def _environ(self, path, query):
        scheme, host = self._parts.scheme, self._parts.hostname
        environ = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": host,
            "SERVER_PORT": str(self._parts.port or (443 if scheme == "https" else 80)),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": self._parts.netloc,
            "wsgi.url_scheme": scheme,
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
        }
        if settings.SECURE_PROXY_SSL_HEADER:
            environ[settings.SECURE_PROXY_SSL_HEADER[0]] = scheme
        return environ


def _close(response):
    """Close the files of an answer. Keep the database connection open for the next page."""
    request_finished.disconnect(close_old_connections)
    try:
        response.close()
    finally:
        request_finished.connect(close_old_connections)


@contextmanager
def _silence(name):
    logger = logging.getLogger(name)
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before
