"""The RSGI application: answers finished pages at once, and everything else in a thread of the worker.

The server speaks RSGI, because only RSGI shows header names and the pieces of a body unchanged. Django is
called by WSGI. A thread takes the request after its body is read, so slow clients hold no thread.
"""

import asyncio
import io
import logging
from concurrent.futures import ThreadPoolExecutor

from django.core.exceptions import BadRequest

from agency_site.serving import metrics
from agency_site.serving.gateway.bodies import Bodies, has_body
from agency_site.serving.gateway.environment import make_environ
from agency_site.serving.gateway.refusals import RefusedError, plain_answer

logger = logging.getLogger("agency_site.serving.gateway")

#: No page and no form of the site has a longer address.
LONGEST_TARGET = 8 * 1024
#: Requests that a worker handles or lets wait at the same time, a second's work. If the database hangs, these
#: hang too, and no more.
MOST_AT_ONCE = 200
#: Monitoring needs answers most when all threads hang. These pages ask no database, and have their own thread.
OF_MONITORING = {"/healthz", "/metrics"}
TOO_BUSY = "This site has more to do than it can. Please try again in a moment."
FAULT = "Something went wrong on this site. The people who run it can see what."


class Bridge:
    """RSGI application around a WSGI `application`; `at_once` answers requests that need no waiting.

    `at_once` is called like a WSGI application. It returns None if the request has to wait.
    """

    def __init__(self, application, *, threads, at_once=None):
        self.application = application
        self.at_once = at_once
        self.bodies = Bodies()
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self._monitoring = ThreadPoolExecutor(1, thread_name_prefix="monitoring")
        self._running = 0

    async def __rsgi__(self, scope, protocol):
        try:
            await self._answer(scope, protocol)
        except RefusedError as refusal:
            metrics.count("agency_site_refused_requests_total")
            # Otherwise the unread body would be read as the next request.
            headers, body = plain_answer(
                refusal.status, refusal, retry_after=refusal.retry_after, closes=True
            )
            protocol.response_bytes(refusal.status, headers, body)

    def __rsgi_del__(self, loop):
        self._threads.shutdown()
        self._monitoring.shutdown()

    async def _answer(self, scope, protocol):
        if len(scope.path) + len(scope.query_string) > LONGEST_TARGET:
            raise RefusedError(414, "The address is longer than any on this site.")
        environ = make_environ(scope)
        body = b""
        if has_body(scope.headers):
            body = await self.bodies.read(scope.headers, protocol)
            environ["CONTENT_LENGTH"] = str(len(body))
        elif self.at_once is not None and self._is_answered_at_once(environ, protocol):
            return
        environ["wsgi.input"] = io.BytesIO(body)
        try:
            await self._run(environ, protocol)
        finally:
            self.bodies.release(body)

    async def _run(self, environ, protocol):
        """Let a thread answer. Raises RefusedError if too many requests wait."""
        loop = asyncio.get_running_loop()
        if environ["PATH_INFO"] in OF_MONITORING:
            return await loop.run_in_executor(self._monitoring, self._work, environ, protocol)
        if self._running >= MOST_AT_ONCE:
            raise RefusedError(503, TOO_BUSY, retry_after=5)
        self._running += 1
        try:
            return await loop.run_in_executor(self._threads, self._work, environ, protocol)
        finally:
            self._running -= 1

    def _is_answered_at_once(self, environ, protocol):
        started = _Started()
        body = self.at_once(environ, started)
        if body is None:
            return False
        protocol.response_bytes(started.status, started.headers, b"".join(body))
        return True

    def _work(self, environ, protocol):
        """Call the application in a thread and send its answer."""
        started = _Started()
        try:
            response = self.application(environ, started)
            try:
                _send(protocol, started, response)
            finally:
                if hasattr(response, "close"):
                    response.close()
        except BadRequest as error:
            # Django cannot even make a request object, for example from an overlong Content-Type.
            protocol.response_bytes(400, *plain_answer(400, error))
        except Exception:
            logger.exception("%s %s", environ["REQUEST_METHOD"], environ["PATH_INFO"][:200])
            if not started.is_sent:
                protocol.response_bytes(500, *plain_answer(500, FAULT))


class _Started:
    """WSGI's `start_response`: keeps the status and the headers."""

    status, headers, is_sent = 0, (), False

    def __call__(self, status, headers, exc_info=None):
        self.status, self.headers = int(status[:3]), headers


def _send(protocol, started, response):
    """Send an answer at once, or piece by piece if the application makes pieces."""
    if isinstance(response, list) or not getattr(response, "streaming", False):
        body = b"".join(response)
        started.is_sent = True
        protocol.response_bytes(started.status, started.headers, body)
        return
    started.is_sent = True
    stream = protocol.response_stream(started.status, started.headers)
    for piece in response:
        stream.send_bytes(piece)
