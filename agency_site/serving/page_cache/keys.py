"""Makes the key of a page: the scheme, the host, the path, and the parameters that its view names."""

from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

from django.urls import Resolver404, resolve

from directorates.views.pages import DAY

#: Longer than the path of any page, because a slug has 100 characters at most.
LONGEST_PATH = 200
_OF_A_DAY = f"{DAY}="


def query_names(path):
    """Return the parameters on which a page depends, or None if the page is never kept."""
    # No page has a longer path, and thousands of long paths would take unbounded memory.
    return getattr(view_of(path), "cached_query", None) if len(path) <= LONGEST_PATH else None


@lru_cache(maxsize=8192)
def view_of(path):
    """Return the view of a path, or None."""
    try:
        return resolve(path).func
    except Resolver404:
        return None


def is_one_of_many(path, query):
    """Whether a page is one of a number without a bound: a past day of a page, or two versions compared.

    `query` is the page's `known_query`, in which the day comes first.
    """
    return query.startswith(_OF_A_DAY) or (
        query != "" and getattr(view_of(path), "is_one_of_many", False)
    )


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
