"""What a page may depend on: the scheme, the host, the path, and the parameters that its view names."""

from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

from django.urls import Resolver404, resolve

#: Longer than any page's, whose slug has 100 letters at most.
LONGEST_PATH = 200


def query_names(path):
    """Return the parameters that a page may depend on, or None if it is none that is kept."""
    # No page has an address so long, and thousands of them would not be bounded.
    return _resolved_query_names(path) if len(path) <= LONGEST_PATH else None


@lru_cache(maxsize=8192)
def _resolved_query_names(path):
    try:
        return getattr(resolve(path).func, "cached_query", None)
    except Resolver404:
        return None


def known_query(path, query):
    """Return those parameters that the page depends on, in one order, so that no others make it anew."""
    names = query_names(path)
    if not names:
        return ""
    given = dict(parse_qsl(query, keep_blank_values=True, max_num_fields=None))
    given = {name.lower(): value for name, value in given.items()} | given
    return urlencode([(name, given[name]) for name in names if name in given])


def has_own_port(environ):
    """Whether the host is named without a port, or with the server's own: any other would make every
    page anew, and could not be bounded."""
    _, colon, port = environ.get("HTTP_HOST", "").rpartition(":")
    return not colon or port == environ.get("SERVER_PORT")
