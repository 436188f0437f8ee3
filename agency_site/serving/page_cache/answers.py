"""Makes the headers of answers: those kept from Django's, the mark of a stale page, and the time for nginx."""

import re
from functools import lru_cache

from agency_site.serving.page_cache.entries import header

KEPT_STATUSES = {200, 301}
#: Browsers send some 30 characters. The rest of a longer header is ignored.
LONGEST_PREFERENCES = 200
#: Headers that each answer gets again.
_OWN = {"content-length", "content-encoding", "vary", "etag", "cache-control", "date"}
_REFUSED = re.compile(r"(?:^|,)\s*(br|gzip|\*)\s*;\s*q=0(?:\.0*)?\s*(?=,|$)")
_NAMED = re.compile(r"(?:^|,)\s*(br|gzip|\*)\s*(?=[,;]|$)")


def may_keep(response, headers):
    """Whether the view declares that its page may be kept, and the page is the same for everybody."""
    if not hasattr(response, "cached_under") or response.status_code not in KEPT_STATUSES:
        return False
    by_name = {name.lower(): value for name, value in headers}
    vary, policy = (
        {word.strip().lower() for word in by_name.get(name, "").split(",")}
        for name in ("vary", "cache-control")
    )
    is_for_one = "set-cookie" in by_name or policy & {"private", "no-store"}
    return not is_for_one and vary <= {"", "accept-encoding"}


def kept_headers(headers, response):
    kept = [header(name, value) for name, value in headers if name.lower() not in _OWN]
    return [*kept, ("Surrogate-Key", response.cached_under)]


def stale_headers(headers, *, age):
    """Return the headers of an answer that could not be checked (RFC 7234, 5.5.2). Shared caches keep it for seconds.

    `age` is the number of seconds since the last check. It is the same for every page, because the time of
    rendering would reveal the time of approval.
    """
    return [
        *(one for one in headers if one[0] != "Cache-Control"),
        ("Cache-Control", "public, max-age=0, s-maxage=5"),
        ("Age", str(max(0, int(age)))),
        ("Warning", '111 - "Revalidation Failed"'),
    ]


def nginx_headers(time, *, seconds=float("inf")):
    """Return the header that tells nginx until when it may keep an answer. nginx does not pass the header on.

    `time` is nginx's own time, in seconds since 1970, as text. The answer changes after `seconds`. nginx counts
    whole seconds and keeps an answer through the second that the header names: the present one, but never the
    one in which the answer changes.
    """
    try:
        return [("X-Accel-Expires", f"@{int(float(time) + min(0, seconds - 1))}")]
    except (ValueError, OverflowError):
        return []


def choose_encoding(accepted):
    """Return the best encoding that a client accepts: "br", "gzip" or "" (not compressed)."""
    # The header comes from visitors, so the length of a cached key is bounded.
    return _best_encoding(accepted[:LONGEST_PREFERENCES])


@lru_cache(maxsize=512)
def _best_encoding(accepted):
    accepted = accepted.lower()
    refused = set(_REFUSED.findall(accepted))
    named = set(_NAMED.findall(accepted)) - refused
    every = "*" in named
    return next((e for e in ("br", "gzip") if e in named or (every and e not in refused)), "")
