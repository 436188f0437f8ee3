"""One stored page: its body in every encoding, with the headers that go with each."""

import gzip
import hashlib
import zlib
from dataclasses import dataclass, field, replace
from functools import lru_cache

import brotli

from directorates.views.pages import CACHE_POLICY

#: What an entry weighs beside its bodies, roughly; most of its headers are those of all others.
OVERHEAD = 1500


def compress(body, *, quality=11):
    """Return {encoding: body} at full strength, or with brotli at another quality."""
    return {
        "br": brotli.compress(body, mode=brotli.MODE_TEXT, quality=quality),
        "gzip": gzip.compress(body, 9, mtime=0),
    }


@lru_cache(maxsize=1024)
def header(name, value):
    """Return the header, the same object for all entries that have it."""
    return name, value


@dataclass(frozen=True)
class CachedAnswer:
    """A body as it goes over the wire, and its headers with the common policy."""

    headers: list
    body: list


@dataclass
class CachedPage:
    """A page made in one state of the public record. `answers` has the encodings that are ready."""

    status: str
    #: Headers of every answer, without length, encoding and policy.
    common: list
    #: The body without compression; None once it is fully compressed, for the few who want it otherwise.
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
        """Return the answer for a client that takes no compression."""
        plain = self.plain
        return self._answer(gzip.decompress(self.compressed["gzip"]) if plain is None else plain)

    @property
    def weight(self):
        """Bytes that the entry takes in memory, roughly."""
        bodies = (self.plain or b"", *self.compressed.values())
        return OVERHEAD + sum(map(len, bodies))

    def is_same_page(self, other):
        return (self.etag, self.status, self.common) == (other.etag, other.status, other.common)

    def compress_quickly(self):
        """Make one compressed body at little cost, for the first visitors."""
        self.compressed = {"gzip": gzip.compress(self.plain, 1, mtime=0)}
        self._prepare()

    def compress_fully(self):
        """Make all compressed bodies at full strength, which takes some 30 ms."""
        self.compressed = compress(self.plain)
        self._prepare()
        self.plain = None

    @property
    def is_fully_compressed(self):
        return "br" in self.compressed

    def made_again(self, *, state, at):
        """Return the same page for another state of the record, without compressing it again."""
        return replace(self, state=state, made_at=at)

    def packed(self):
        """Return the entry as plain data for a shared cache."""
        page = (self.status, self.common, self.plain, self.made_at, self.etag, self.compressed)
        return (*page, _check_sum(self.plain, self.compressed))

    @classmethod
    def unpacked(cls, data, *, state):
        """Return the entry that `packed` gave. Raises ValueError or TypeError if `data` is none."""
        status, common, plain, made_at, etag, compressed, total = data
        if not _is_page(status, common, plain, made_at, etag, compressed):
            raise ValueError("its parts are of other kinds")
        if total != _check_sum(plain, compressed):
            raise ValueError("its bodies are damaged")
        common = [header(*pair) for pair in common]
        return cls(status, common, plain, made_at, state, etag, compressed)


def _check_sum(plain, compressed):
    """Return a number that tells damage: 5 µs for a page."""
    return zlib.crc32(b"".join((plain or b"", *compressed.values())))


def _is_page(status, common, plain, made_at, etag, compressed):
    """Whether each part is of its kind: what several programs share may hold anything."""
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
