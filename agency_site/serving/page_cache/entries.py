"""A cached page: its body in every encoding that a client asked for, with the headers for each."""

import gzip
import hashlib
from dataclasses import dataclass, field, replace
from functools import lru_cache

import brotli

from directorates.views.pages import CACHE_POLICY

#: Rough weight of an entry in addition to its bodies, in bytes. Entries share most headers.
OVERHEAD = 1500
#: A page is compressed while a reader waits, in half a millisecond. A larger window takes twenty times as long.
COMPRESS = {
    "br": lambda body: brotli.compress(body, mode=brotli.MODE_TEXT, quality=9, lgwin=16),
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
    "": bytes,
}


@lru_cache(maxsize=1024)
def header(name, value):
    """Return the header as one object that all entries share."""
    return name, value


@dataclass(frozen=True)
class CachedAnswer:
    """An encoded body, and its headers with the common cache policy."""

    headers: list
    body: list


@dataclass
class CachedPage:
    """A page made in one state of the public record."""

    status: str
    #: Headers of every answer, without length, encoding and cache policy.
    common: list
    plain: bytes
    made_at: float
    state: object
    etag: str = ""
    #: {encoding: CachedAnswer} of the encodings that somebody asked for.
    answers: dict = field(default_factory=dict)

    def __post_init__(self):
        if not self.etag:
            # Of the headers too, because nginx keeps its headers if the page has not changed.
            facts = repr((self.status, self.common)).encode()
            self.etag = hashlib.sha256(facts + self.plain).hexdigest()[:20]
        policy = header("Cache-Control", CACHE_POLICY)
        vary = header("Vary", "Accept-Encoding")
        self.not_modified = [*self.common, vary, ("ETag", f'W/"{self.etag}"'), policy]

    def answer(self, encoding):
        """Return the CachedAnswer in "br", "gzip" or "" (not compressed). The first takes some milliseconds."""
        found = self.answers.get(encoding)
        if found is None:
            body = COMPRESS[encoding](self.plain)
            headers = [*self.not_modified, ("Content-Length", str(len(body)))]
            if encoding:
                headers.append(header("Content-Encoding", encoding))
            found = self.answers[encoding] = CachedAnswer(headers, [body])
        return found

    @property
    def weight(self):
        """Rough size of the entry in memory, in bytes, with all the encodings it may get."""
        return OVERHEAD + len(self.plain) * 3 // 2

    def is_same_page(self, other):
        return self.etag == other.etag

    def made_again(self, *, state, at):
        """Return the same page for another state of the record, without a second compression."""
        return replace(self, state=state, made_at=at)
