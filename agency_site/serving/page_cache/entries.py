"""A cached page: its body in every encoding, with the headers for each."""

import gzip
import hashlib
import zlib
from dataclasses import dataclass, field, replace
from functools import lru_cache

import brotli

from directorates.views.pages import CACHE_POLICY

#: Rough weight of an entry in addition to its bodies, in bytes. Entries share most headers.
OVERHEAD = 1500


def compress(body, *, quality=11):
    """Return {encoding: body}, compressed fully, or with brotli at another quality."""
    return {
        "br": brotli.compress(body, mode=brotli.MODE_TEXT, quality=quality),
        "gzip": gzip.compress(body, 9, mtime=0),
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
    """A page made in one state of the public record. `answers` holds the finished encodings."""

    status: str
    #: Headers of every answer, without length, encoding and cache policy.
    common: list
    #: The uncompressed body. None after full compression, because few clients need it.
    plain: bytes | None
    made_at: float
    state: object
    etag: str = ""
    compressed: dict = field(default_factory=dict)
    answers: dict = field(default_factory=dict)
    not_modified: list = field(default_factory=list)

    def __post_init__(self):
        self.etag = self.etag or hashlib.sha256(self.plain).hexdigest()[:20]
        self._prepare()

    def _prepare(self):
        vary = header("Vary", "Accept-Encoding")
        etag = ("ETag", f'W/"{self.etag}"')
        policy = header("Cache-Control", CACHE_POLICY)
        self.not_modified = [*self.common, vary, etag, policy]
        self.answers = {
            encoding: self._answer(body, ("Content-Encoding", encoding))
            for encoding, body in self.compressed.items()
        }

    def _answer(self, body, *more):
        return CachedAnswer([*self.not_modified, ("Content-Length", str(len(body))), *more], [body])

    def plain_answer(self):
        """Return the uncompressed answer."""
        plain = self.plain
        return self._answer(gzip.decompress(self.compressed["gzip"]) if plain is None else plain)

    @property
    def weight(self):
        """Rough size of the entry in memory, in bytes."""
        bodies = (self.plain or b"", *self.compressed.values())
        return OVERHEAD + sum(map(len, bodies))

    def is_same_page(self, other):
        return (self.etag, self.status, self.common) == (other.etag, other.status, other.common)

    def compress_quickly(self):
        """Make one compressed body quickly, for the first visitors."""
        self.compressed = {"gzip": gzip.compress(self.plain, 1, mtime=0)}
        self._prepare()

    def compress_fully(self):
        """Make all compressed bodies at full strength. Takes some 30 ms."""
        self.compressed = compress(self.plain)
        self._prepare()
        self.plain = None

    @property
    def is_fully_compressed(self):
        return "br" in self.compressed

    def made_again(self, *, state, at):
        """Return the same page for another state of the record, without a second compression."""
        return replace(self, state=state, made_at=at)

    def packed(self):
        """Return the entry as plain data for a shared cache."""
        page = (self.status, self.common, self.plain, self.made_at, self.etag, self.compressed)
        return (*page, _check_sum(self.plain, self.compressed))

    @classmethod
    def unpacked(cls, data, *, state):
        """Return the entry from the data of `packed`. Raises ValueError or TypeError for other data."""
        status, common, plain, made_at, etag, compressed, total = data
        if not _is_page(status, common, plain, made_at, etag, compressed):
            raise ValueError("its parts are of other kinds")
        if total != _check_sum(plain, compressed):
            raise ValueError("its bodies are damaged")
        common = [header(*pair) for pair in common]
        return cls(status, common, plain, made_at, state, etag, compressed)


def _check_sum(plain, compressed):
    """Return a checksum that detects damage. Takes 5 µs for a page."""
    return zlib.crc32(b"".join((plain or b"", *compressed.values())))


def _is_page(status, common, plain, made_at, etag, compressed):
    """Whether each part has the right type. Other programs may write to the shared cache."""
    return (
        all(isinstance(word, str) and word for word in (status, etag))
        and all(isinstance(word, str) for pair in common for word in pair)
        and all(len(pair) == 2 for pair in common)
        and isinstance(made_at, float)
        and isinstance(compressed, dict)
        and set(compressed) <= {"br", "gzip"}
        and all(isinstance(body, bytes) for body in compressed.values())
        and (isinstance(plain, bytes) or (plain is None and "gzip" in compressed))
    )
