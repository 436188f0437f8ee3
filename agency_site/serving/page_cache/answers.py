"""Headers of answers: what is kept of Django's, and what is said of a page that is old."""

import re
from functools import lru_cache

from agency_site.serving.page_cache.entries import header

KEPT_STATUSES = {200, 301}
#: Browsers send some 30 letters. What stands beyond this counts for nothing.
LONGEST_PREFERENCES = 200
#: What is made anew for each answer.
_OWN = {"content-length", "content-encoding", "vary", "etag", "cache-control", "date"}
_REFUSED = re.compile(r"(?:^|,)\s*(br|gzip|\*)\s*;\s*q=0(?:\.0*)?\s*(?=,|$)")
_NAMED = re.compile(r"(?:^|,)\s*(br|gzip|\*)\s*(?=[,;]|$)")


def may_keep(response, headers):
    """Whether an answer is a page that its view declared, and that is the same for everybody."""
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
    """Mark an answer that could not be checked (RFC 7234, 5.5.2): shared caches keep it for seconds.

    `age` is for how many seconds nothing could be checked, the same for every page: when a page was made
    would tell when something was approved.
    """
    return [
        *_without(headers, "Cache-Control"),
        ("Cache-Control", "public, max-age=0, s-maxage=5"),
        ("Age", str(max(0, int(age)))),
        ("Warning", '111 - "Revalidation Failed"'),
    ]


def _without(headers, name):
    return [one for one in headers if one[0] != name]


def choose_answer(accepted, entry):
    """Return an entry's answer in the best encoding that the client takes."""
    answers = entry.answers
    # What is remembered comes from visitors, so that its length is bounded too.
    for encoding in _preferences(accepted[:LONGEST_PREFERENCES]):
        if encoding in answers:
            return answers[encoding]
    return entry.plain_answer()


@lru_cache(maxsize=512)
def _preferences(accepted):
    accepted = accepted.lower()
    refused = set(_REFUSED.findall(accepted))
    named = set(_NAMED.findall(accepted)) - refused
    every = "*" in named
    return tuple(e for e in ("br", "gzip") if e in named or (every and e not in refused))
