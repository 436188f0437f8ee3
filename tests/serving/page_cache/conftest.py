"""A page cache around Django's own handler, called as by a server."""

import io
from dataclasses import dataclass

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from agency_site.serving.page_cache.freshness import Freshness
from agency_site.serving.page_cache.wrapper import PageCache
from directorates.models.database import generation_stamp
from tests.sample import LATELY, load_sample


class NoThread:
    """Replaces the poller, because the tests ask for the state themselves."""

    def ensure(self):
        pass


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict
    body: bytes

    @property
    def text(self):
        return self.body.decode()


class Worker:
    """One worker's cache, with a count of the pages that Django made."""

    def __init__(self, most_bytes=4_000_000):
        self.made = []
        self.cache = PageCache(self._django(), most_bytes=most_bytes, freshness=Freshness())
        self.cache.freshness._poller = NoThread()

    def _django(self):
        handler = WSGIHandler()

        def application(environ, start_response):
            self.made.append(environ.get("PATH_INFO"))
            return handler(environ, start_response)

        return application

    def get(self, path="/", query="", *, method="GET", **headers):
        started = []
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "testserver",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(),
            "wsgi.url_scheme": "http",
        } | headers
        result = self.cache(
            environ, lambda status, headers, _=None: started.append((status, headers))
        )
        body = b"".join(result)
        if hasattr(result, "close"):
            result.close()
        [(status, sent)] = started
        return Answer(int(status.split()[0]), dict(sent), body)

    def look_again(self):
        """Do one round of the poller."""
        with self.cache.freshness._lock:
            self.cache.freshness._refresh(generation_stamp.read())


@pytest.fixture(autouse=True)
def _stamp(settings, tmp_path):
    settings.GENERATION_STAMP = tmp_path / "generation_stamp"


@pytest.fixture(autouse=True)
def _connection_stays():
    """The end of a request must not close the connection of the test's transaction."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def sample(db):
    load_sample(at=LATELY)


@pytest.fixture
def worker(sample):
    return Worker()
