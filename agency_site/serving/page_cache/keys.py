"""Makes the key of a page: the scheme, the host, the path, and the parameters that its view names."""

from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

from django.urls import Resolver404, resolve

#: Longer than the path of any page, because a slug has 100 characters at most.
LONGEST_PATH = 200


def query_names(path):
    """Return the parameters on which a page depends, or None if the page is never kept."""
    # No page has a longer path, and thousands of long paths would take unbounded memory.
    return _resolved_query_names(path) if len(path) <= LONGEST_PATH else None


@lru_cache(maxsize=8192)
def _resolved_query_names(path):
    try:
        return getattr(resolve(path).func, "cached_query", None)
    except Resolver404:
        return None


def known_query(path, query):
    """Return the query of the parameters on which the page depends, in one order. Others make no second copy."""
    names = query_names(path)
    if not names:
        return ""
    given = dict(parse_qsl(query, keep_blank_values=True, max_num_fields=None))
    given = {name.lower(): value for name, value in given.items()} | given
    return urlencode([(name, given[name]) for name in names if name in given])


def has_own_port(environ):
    """Whether the host has no port, or the server's own. Other ports would make unbounded copies of every page."""
    _, colon, port = environ.get("HTTP_HOST", "").rpartition(":")
    own = environ.get("HTTP_X_FORWARDED_PORT") or environ.get("SERVER_PORT")
    return not colon or port == own
