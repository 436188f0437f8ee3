"""The WSGI application around Django's: answers visitors with finished pages.

Only pages that `cached_page` declares are kept, and only for requests without a session. The key is scheme,
host, path and the parameters of the page's row in `views/public_pages.py`. A view that makes a page for keeping
sees nothing else of the request, so no visitor's data can enter the page.

The site is correct without the page cache, only slower. If the page cache fails, Django answers. Staff pages
and sign-in bypass it.
"""

import logging
import time

from django.conf import settings

from agency_site.serving.page_cache.answers import (
    choose_encoding,
    kept_headers,
    may_keep,
    nginx_headers,
    stale_headers,
)
from agency_site.serving.page_cache.entries import CachedPage
from agency_site.serving.page_cache.freshness import Freshness
from agency_site.serving.page_cache.keys import (
    has_own_port,
    is_one_of_many,
    known_query,
    query_names,
)
from agency_site.serving.page_cache.memory import Memory
from directorates.models.database import generation_stamp
from directorates.queries.staff.sign_in import STAFF_PATHS

logger = logging.getLogger(__name__)

#: The parts of a request that a view sees when it makes a page for keeping.
PASSED_ON = {
    "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL",
    "HTTP_HOST",
    # Only for the log. No page shows these.
    "HTTP_X_REQUEST_ID",
}  # fmt: skip
#: The share of the memory for pages of past days and comparisons of versions. Readers can ask for any number of
#: them, and they must not take the place of today's pages.
SHARE_OF_MANY = 1 / 8
#: Addresses of the probes. They pass the page cache, so they wait for nothing.
PROBES = {"/healthz", "/readyz", "/metrics"}
#: nginx tells its time in this header, and keeps pages until the instant in X-Accel-Expires.
NGINX_TIME = "HTTP_X_ACCEL_TIME"
#: Number of different failures that are remembered, so each is logged once.
MOST_FAILURES = 100
#: Tells Django that the database is unavailable.
DATABASE_UNAVAILABLE = "directorates.database_unavailable"


class PageCache:
    """WSGI application around Django's `application`."""

    def __init__(self, application, *, most_bytes, freshness=None):
        self.application = application
        self.memory = Memory(int(most_bytes * (1 - SHARE_OF_MANY)))
        self.memory_of_many = Memory(int(most_bytes * SHARE_OF_MANY))
        self.freshness = freshness or Freshness()
        self._session_cookie = f"{settings.SESSION_COOKIE_NAME}="
        self._scheme_header, self._secure_value = settings.SECURE_PROXY_SSL_HEADER or ("", "")
        self._passed_on = PASSED_ON | {self._scheme_header}
        # Counted without a lock: one lost number in a million does not matter, time on every answer does.
        self.hits = self.misses = self.stale_answers = self.errors = 0
        #: The page cache's own failures that are already logged.
        self._failures = set()

    def answer_at_once(self, environ, start_response):
        """Answer with a finished page from memory; return None if the answer would have to wait."""
        if not self._may_be_kept(environ):
            return None
        try:
            return self._answer_from_memory(environ, start_response)
        except Exception as error:
            self._note(error)
            return None

    def _answer_from_memory(self, environ, start_response):
        now = time.time()
        key = self._key(environ)
        entry = self._memory_for(key).get(key)
        if entry is None:
            return None
        state = self.freshness.known(now)
        if state is not None and (entry.state is state or entry.state == state):
            self.hits += 1
            is_stale = self.freshness.is_database_unavailable
        elif self.freshness.is_unavailable_now() and entry.made_at <= now:
            self.stale_answers += 1
            is_stale = True
        else:
            return None
        return self._answer(key, entry, environ, start_response, is_stale=is_stale)

    def __call__(self, environ, start_response):
        body = self.answer_at_once(environ, start_response)
        if body is not None:
            return body
        try:
            key = self._key(environ) if self._is_page(environ) else None
            state = self.freshness.current(time.time()) if key else None
        except Exception as error:
            self._note(error)
            key = None
        if key is None:
            return self._pass(environ, start_response)
        if self.freshness.is_database_unavailable:
            # It may have become unavailable just now.
            body = self.answer_at_once(environ, start_response)
            return self._pass(environ, start_response) if body is None else body
        return self._make(key, state, environ, start_response)

    def _may_be_kept(self, environ):
        """Whether the answer can be the same for everybody: a read without a session."""
        method, cookies = environ["REQUEST_METHOD"], environ.get("HTTP_COOKIE")
        return (method == "GET" or method == "HEAD") and not (
            cookies and self._session_cookie in cookies
        )

    def _is_page(self, environ):
        """Whether the address is one of a page that may be kept."""
        is_known = query_names(environ.get("PATH_INFO", "")) is not None
        return self._may_be_kept(environ) and is_known and has_own_port(environ)

    def _key(self, environ):
        path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING")
        return (
            self._scheme(environ),
            environ.get("HTTP_HOST", "").lower(),
            path,
            known_query(path, query) if query else "",
        )

    def _memory_for(self, key):
        _, _, path, query = key
        return self.memory_of_many if is_one_of_many(path, query) else self.memory

    def _scheme(self, environ):
        if not self._scheme_header:
            return environ.get("wsgi.url_scheme", "http")
        value = environ.get(self._scheme_header, "")
        if value == self._secure_value or value.partition(",")[0].strip() == self._secure_value:
            return "https"
        return "http"

    def _pass(self, environ, start_response):
        """Let Django answer. Without a database, public pages are "not available" at once."""
        path = environ.get("PATH_INFO", "")
        is_public = not (path in PROBES or path.startswith(STAFF_PATHS))
        if is_public and self.freshness.is_database_unavailable:
            environ[DATABASE_UNAVAILABLE] = True
        return self.application(environ, start_response)

    def _note(self, error):
        """Count a failure of the page cache itself, and log a new failure."""
        self.errors += 1
        failure = repr(error)
        if failure in self._failures:
            return
        if len(self._failures) == MOST_FAILURES:
            self._failures.clear()
        self._failures.add(failure)
        logger.exception("The page cache failed, so Django answers: %s", failure)

    # Answering from an entry

    def _answer(self, key, entry, environ, start_response, *, is_stale=False):
        status, headers, body = self._prepare(key, entry, environ, is_stale=is_stale)
        start_response(status, headers)
        return body

    def _prepare(self, key, entry, environ, *, is_stale=False):
        """Return status, headers and body of the answer from an entry."""
        if self._has_it(entry, environ, is_stale=is_stale):
            status, headers, body = "304 Not Modified", entry.not_modified, []
        else:
            answer = entry.answer(choose_encoding(environ.get("HTTP_ACCEPT_ENCODING", "")))
            status, headers = entry.status, answer.headers
            body = [] if environ["REQUEST_METHOD"] == "HEAD" else answer.body
        if is_stale:
            headers = stale_headers(headers, age=time.time() - self.freshness.answered_at)
        elif NGINX_TIME in environ and entry.state and self._may_fill_nginx(key, environ):
            seconds = entry.state.ends - time.time()
            headers = [*headers, *nginx_headers(environ[NGINX_TIME], seconds=seconds)]
        return status, headers, body

    @staticmethod
    def _may_fill_nginx(key, environ):
        """Whether nginx may keep the page. Another query leads to it too, and would fill nginx with copies."""
        _, _, path, query = key
        return query == environ.get("QUERY_STRING", "") and not is_one_of_many(path, query)

    @staticmethod
    def _has_it(entry, environ, *, is_stale):
        """Whether the client has this page (RFC 9110, 13.2.1: only for status 2xx).

        nginx gets a stale page in full, because it would show its own copy without the mark.
        """
        wanted = environ.get("HTTP_IF_NONE_MATCH")
        is_same = wanted and (entry.etag in wanted or wanted == "*")
        is_for_nginx = is_stale and NGINX_TIME in environ
        return is_same and entry.status.startswith("2") and not is_for_nginx

    def _answer_stale(self, key, environ, start_response):
        """Answer with the last good page; return None without one."""
        last_good = self._last_good(key)
        if last_good is None:
            return None
        self.stale_answers += 1
        return self._answer(key, last_good, environ, start_response, is_stale=True)

    def _last_good(self, key):
        entry = self._memory_for(key).get(key)
        # If the clock was set back, a page from later may show what is not public now.
        return entry if entry is not None and entry.made_at <= time.time() else None

    # Making an entry

    def _make(self, key, state, environ, start_response):
        self.misses += 1
        started = []
        response = self.application(
            self._reduced(environ, key),
            lambda status, headers, _=None: started.append((status, headers)),
        )
        [(status, headers)] = started
        if status >= "500":
            stale = self._answer_stale(key, environ, start_response)
            if stale is not None:
                response.close()
                return stale
        if not may_keep(response, headers):
            # The last good page is not good any more.
            self._memory_for(key).drop(key)
            if NGINX_TIME in environ and "HTTP_IF_NONE_MATCH" in environ and status < "500":
                # nginx asks whether its copy is still right. This answer replaces the copy.
                headers = [*headers, *nginx_headers(environ[NGINX_TIME])]
            start_response(status, headers)
            return response
        body = b"".join(response)
        response.close()
        try:
            entry = CachedPage(status, kept_headers(headers, response), body, time.time(), state)
            entry = self._keep(key, entry)
            answer = self._prepare(key, entry, environ)
        except Exception as error:
            self._note(error)
            answer = status, headers, [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
        status, headers, body = answer
        start_response(status, headers)
        return body

    def _keep(self, key, entry):
        """Keep a new page if its state is still the present state; return the page to answer with."""
        state, before = entry.state, self._last_good(key)
        if before is not None and entry.is_same_page(before):
            entry = before.made_again(state=state, at=entry.made_at)
        if state is not None and self.freshness.current(time.time()) == state:
            self._memory_for(key).put(key, entry)
            return entry
        # The record changed meanwhile, and only this request gets the page.
        return entry.made_again(state=None, at=entry.made_at)

    def _reduced(self, environ, key):
        """Return the parts of a request that a view may see when its page is kept for everybody."""
        reduced = {
            name: value
            for name, value in environ.items()
            if name in self._passed_on or name.startswith("wsgi.")
        }
        _, host, _, query = key
        return reduced | {"REQUEST_METHOD": "GET", "HTTP_HOST": host, "QUERY_STRING": query}

    def numbers(self):
        """Return the numbers for monitoring, {series: value}."""
        stamp, memories = generation_stamp.read(), (self.memory, self.memory_of_many)
        numbers = {
            "page_cache_hits_total": self.hits,
            "page_cache_misses_total": self.misses,
            "page_cache_stale_total": self.stale_answers,
            "page_cache_errors_total": self.errors,
            "page_cache_evictions_total": sum(memory.evictions for memory in memories),
            "page_cache_entries": sum(map(len, memories)),
            "page_cache_bytes": sum(memory.bytes for memory in memories),
        } | self.freshness.numbers()
        if stamp:
            numbers["last_publication_age_seconds"] = max(0.0, time.time() - stamp / 1e9)
        return {f"agency_site_{name}": value for name, value in numbers.items()}
