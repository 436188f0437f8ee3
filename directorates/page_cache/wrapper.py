"""The WSGI application around Django's: it answers visitors from finished pages.

Only what a view declares with `stored_page` is kept, only for whoever has no session, and only by what
the page may depend on: scheme, host, path and the parameters that the view names. All else in a request
is withheld from the view when a page is made for keeping, so that nothing else can get into it.
"""

import time
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.urls import Resolver404, resolve

from directorates import generation_stamp
from directorates.page_cache import shared
from directorates.page_cache.answers import (
    bounded_headers,
    choose_answer,
    kept_headers,
    may_keep,
    stale_headers,
)
from directorates.page_cache.background import Compressor, Locks
from directorates.page_cache.entries import REACH_OF_POLICY, Entry
from directorates.page_cache.freshness import Freshness
from directorates.page_cache.memory import Memory
from directorates.page_cache.seats import Seats

#: What a view may know of the request for a page that is kept.
PASSED_ON = {
    "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL",
    "HTTP_HOST",
    # For the log alone: a page never says how it was asked for.
    "HTTP_X_REQUEST_ID",
}  # fmt: skip
#: What monitoring asks. It looks for itself, and waits for nothing that the pages wait for.
PROBES = {"/healthz", "/readyz", "/metrics"}
#: Longer than any page's, whose slug has 50 letters at most.
LONGEST_PATH = 200
#: Says to Django that the database cannot be asked now, or that nobody has an answer from it in time.
DATABASE_IS_AWAY = "directorates.database_is_away"


class PageCache:
    """WSGI application; `application` is Django's. `threads` is how many ask it at the same time."""

    def __init__(self, application, *, most_bytes, threads=4, freshness=None):
        self.application = application
        self.memory = Memory(most_bytes)
        self.freshness = freshness or Freshness()
        self.compressor = Compressor(self.memory)
        self._session_cookie = f"{settings.SESSION_COOKIE_NAME}="
        self._scheme_header, self._secure_value = settings.SECURE_PROXY_SSL_HEADER or ("", "")
        self._passed_on = PASSED_ON | {self._scheme_header}
        self._locks = Locks()
        self._seats = Seats(threads)
        # Counted without a lock: a number lost in a million is no matter, time on every answer is.
        self.hits = self.shared_hits = self.misses = self.stale_answers = 0

    def answer_at_once(self, environ, start_response):
        """Answer from a finished page in memory; return None if somebody would have to wait for more."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return None
        if self._session_cookie in environ.get("HTTP_COOKIE", ""):
            return None
        now = time.time()
        state = self.freshness.known(now)
        entry = self.memory.get(self._key(environ)) if state is not None else None
        if entry is None or entry.state != state:
            return None
        self.hits += 1
        return self._answer(entry, environ, start_response, now)

    def _key(self, environ):
        path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING")
        return (
            self._scheme(environ),
            environ.get("HTTP_HOST", "").lower(),
            path,
            _known_query(path, query) if query else "",
        )

    def __call__(self, environ, start_response):
        method = environ["REQUEST_METHOD"]
        if method != "GET" and method != "HEAD":
            return self._pass(environ, start_response)
        cookies = environ.get("HTTP_COOKIE")
        if cookies and self._session_cookie in cookies:
            return self._pass(environ, start_response)
        key = self._key(environ)
        entry = self.memory.get(key)
        if entry is None and key[2] in PROBES:
            return self.application(environ, start_response)
        now = time.time()
        state = self.freshness.current(now)
        if (
            entry is not None
            and state is not None
            and (entry.state is state or entry.state == state)
        ):
            self.hits += 1
            return self._answer(entry, environ, start_response, now)
        return self._answer_otherwise(key, entry, state, environ, start_response)

    def _scheme(self, environ):
        if not self._scheme_header:
            return environ.get("wsgi.url_scheme", "http")
        value = environ.get(self._scheme_header, "")
        if value == self._secure_value or value.partition(",")[0].strip() == self._secure_value:
            return "https"
        return "http"

    def _pass(self, environ, start_response):
        with self._seats.taking() as is_seated:
            if self.freshness.is_blind or not is_seated:
                environ[DATABASE_IS_AWAY] = True
            return self.application(environ, start_response)

    # Answering from an entry

    def _answer(self, entry, environ, start_response, now, *, is_stale=False):
        wanted = environ.get("HTTP_IF_NONE_MATCH")
        if wanted and (entry.etag in wanted or wanted == "*"):
            status, headers, body = "304 Not Modified", entry.not_modified, []
        else:
            answer = choose_answer(environ.get("HTTP_ACCEPT_ENCODING", ""), entry)
            status, headers = entry.status, answer.headers
            body = [] if environ["REQUEST_METHOD"] == "HEAD" else answer.body
        if is_stale or self.freshness.is_blind:
            headers = stale_headers(headers, age=now - entry.made_at)
        elif entry.state.ends - now < REACH_OF_POLICY:
            headers = bounded_headers(headers, seconds=entry.state.ends - now)
        start_response(status, headers)
        return body

    # Making an entry

    def _answer_otherwise(self, key, last_good, state, environ, start_response):
        """Answer what no entry in memory answers: from the shared tier, from Django, or from the last
        good page if Django cannot make it."""
        if last_good is not None and last_good.made_at > time.time():
            # The clock was set back, and what was public then may not be so now.
            last_good = None
        if _query_names(key[2]) is None or not _has_own_port(environ):
            return self._pass(environ, start_response)
        if state is None or self.freshness.is_blind:
            if last_good is None:
                return self._pass(environ, start_response)
            return self._answer_stale(last_good, environ, start_response)
        with self._seats.taking() as is_seated:
            if is_seated:
                return self._find_or_make(key, last_good, state, environ, start_response)
        if last_good is not None:
            return self._answer_stale(last_good, environ, start_response)
        environ[DATABASE_IS_AWAY] = True
        return self.application(environ, start_response)

    def _find_or_make(self, key, last_good, state, environ, start_response):
        with self._locks.holding(key):
            entry = self.memory.get(key)
            if entry is None or entry.state != state:
                entry = shared.get(key, state)
                if entry is None:
                    return self._make(key, last_good, state, environ, start_response)
                self.shared_hits += 1
                self.memory.put(key, entry)
        return self._answer(entry, environ, start_response, time.time())

    def _answer_stale(self, last_good, environ, start_response):
        self.stale_answers += 1
        return self._answer(last_good, environ, start_response, time.time(), is_stale=True)

    def _make(self, key, last_good, state, environ, start_response):
        self.misses += 1
        said = []
        response = self.application(
            self._reduced(environ, key),
            lambda status, headers, _=None: said.append((status, headers)),
        )
        [(status, headers)] = said
        if status >= "500" and last_good is not None:
            response.close()
            return self._answer_stale(last_good, environ, start_response)
        if not may_keep(response, headers):
            start_response(status, headers)
            return response
        body = b"".join(response)
        response.close()
        entry = Entry(status, kept_headers(headers, response), body, time.time(), state)
        if last_good is not None and entry.is_same_page(last_good):
            entry = last_good.made_again(state=state, at=entry.made_at)
        if not entry.compressed:
            entry.compress_quickly()
        if self.freshness.current(time.time()) == state:
            self.memory.put(key, entry)
            self.compressor.add(key, entry)
        # Else the record changed meanwhile, and the page may show what another state has: it is for
        # this request alone, lest a host whose clock is behind found it among what is not public there.
        return self._answer(entry, environ, start_response, time.time())

    def _reduced(self, environ, key):
        """Return what a view may know of a request when its page is kept for everybody."""
        reduced = {
            name: value
            for name, value in environ.items()
            if name in self._passed_on or name.startswith("wsgi.")
        }
        _, host, _, query = key
        return reduced | {"REQUEST_METHOD": "GET", "HTTP_HOST": host, "QUERY_STRING": query}

    def numbers(self):
        """Return what monitoring may know: {series: value}."""
        stamp = generation_stamp.read()
        numbers = {
            "page_cache_hits_total": self.hits,
            "page_cache_shared_hits_total": self.shared_hits,
            "page_cache_misses_total": self.misses,
            "page_cache_stale_total": self.stale_answers,
            "page_cache_evictions_total": self.memory.evictions,
            "page_cache_entries": len(self.memory),
            "page_cache_bytes": self.memory.bytes,
        } | self.freshness.numbers()
        if stamp:
            numbers["last_publication_age_seconds"] = max(0.0, time.time() - stamp / 1e9)
        return {f"agency_site_{name}": value for name, value in numbers.items()}


def _query_names(path):
    """Return the parameters that a page may depend on, or None if it is none that is kept."""
    # No page has an address so long, and thousands of them would not be bounded.
    return _resolved_query_names(path) if len(path) <= LONGEST_PATH else None


@lru_cache(maxsize=8192)
def _resolved_query_names(path):
    try:
        return getattr(resolve(path).func, "stored_query", None)
    except Resolver404:
        return None


def _known_query(path, query):
    """Return those parameters that the page depends on, in one order, so that no others make it anew."""
    names = _query_names(path)
    if not names:
        return ""
    given = dict(parse_qsl(query, keep_blank_values=True, max_num_fields=None))
    return urlencode([(name, given[name]) for name in names if name in given])


def _has_own_port(environ):
    """Whether the host is named without a port, or with the server's own: any other would make every
    page anew, and could not be bounded."""
    _, colon, port = environ.get("HTTP_HOST", "").rpartition(":")
    return not colon or port == environ.get("SERVER_PORT")
