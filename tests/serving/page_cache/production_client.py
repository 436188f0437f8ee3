"""Django's test client with the page cache of `agency_site.wsgi`."""

from django.core.signals import request_finished
from django.db import close_old_connections
from django.http import HttpResponse
from django.test import Client
from django.test.client import ClientHandler

from agency_site.serving.page_cache.wrapper import PageCache
from tests.serving.page_cache.conftest import NoThread


class _Handler(ClientHandler):
    def __init__(self, *arguments, **keywords):
        super().__init__(*arguments, **keywords)
        self.cache = PageCache(self._django, most_bytes=4_000_000)
        self.cache.freshness._poller = NoThread()

    def _django(self, environ, start_response):
        response = super().__call__(environ)
        # The page cache closes the answer, and the test's transaction needs the connection.
        request_finished.disconnect(close_old_connections)
        cookies = [("Set-Cookie", cookie.OutputString()) for cookie in response.cookies.values()]
        start_response(f"{response.status_code} …", [*response.items(), *cookies])
        self.last = response
        return response

    def __call__(self, environ):
        started = []
        body = self.cache(
            environ, lambda status, headers, _=None: started.append((status, headers))
        )
        if isinstance(body, HttpResponse) or getattr(body, "streaming", False):
            return body
        [(status, headers)] = started
        response = HttpResponse(
            b"".join(body), status=int(status.split()[0]), headers=dict(headers)
        )
        response.wsgi_request = self.last.wsgi_request
        return response


class ProductionClient(Client):
    def __init__(self, **defaults):
        super().__init__(HTTP_HOST="testserver", **defaults)
        self.handler = _Handler(enforce_csrf_checks=False)

    @property
    def cache(self):
        return self.handler.cache

    def look_again(self):
        """Do one round of the poller."""
        with self.cache.freshness._lock:
            self.cache.freshness._refresh(-2)
