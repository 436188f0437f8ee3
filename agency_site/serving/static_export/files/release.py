"""Writes one release: new files in every encoding, unchanged ones as further names of those there are."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from agency_site.serving.page_cache.entries import compress
from agency_site.serving.static_export import ExportError
from agency_site.serving.static_export.files import layout
from agency_site.serving.static_export.files.manifest import File, digest

_COMPRESSED = ("text/", "application/xml", "application/json", "image/svg+xml")
#: Smaller files gain nothing.
_LEAST_BYTES = 256
#: The last step of brotli takes three times as long for three bytes in a hundred; the one before this one
#: takes as long for a tenth more.
_BROTLI_QUALITY = 10


class ReleaseWriter:
    """Used as a context. `before` is the folder of the release to share files with, or None.

    Files are compressed and written beside the caller, by as many threads as there are processors;
    what went wrong there is raised by `files`.
    """

    def __init__(self, path, *, before=None, before_files=None):
        self.path = Path(path)
        self._before = before
        self._before_files = before_files or {}
        self._folders = set()
        self._coming = []
        self._linked = []
        self._pool = ThreadPoolExecutor(os.cpu_count())

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._pool.shutdown(cancel_futures=any(error))

    def add(self, path, body, **about):
        """Write a file; `about` has its media type, status and address, where it has them."""
        self._make_folder(path)
        file = File(path, digest(body), len(body), **about)
        self._coming.append(self._pool.submit(self._write, file, body))

    def link(self, file):
        """Take a file over from the release before, unread."""
        self._make_folder(file.path)
        for path in _names(file):
            self._link(path)
        self._linked.append(file)

    def files(self):
        """Return a File for everything, once all of it is written."""
        return [*self._linked, *(one.result() for one in self._coming)]

    @property
    def counts(self):
        """How many files were given with their content, and how many taken over unread."""
        return len(self._coming), len(self._linked)

    def _make_folder(self, path):
        folder = path.rpartition("/")[0]
        if folder not in self._folders:
            os.makedirs(f"{self.path}/{folder}", exist_ok=True)
            self._folders.add(folder)

    def _write(self, file, body):
        known = self._before_files.get(file.path)
        if known and known.sha256 == file.sha256 and self._is_intact(known):
            for path in _names(known):
                self._link(path)
            return replace(file, compressed=known.compressed)
        compressed = _compress(body, file.media_type)
        _store(self.path / file.path, body)
        for encoding, content in compressed.items():
            _store(self.path / (file.path + layout.ENCODINGS[encoding]), content)
        sums = {name: (digest(content), len(content)) for name, content in compressed.items()}
        return replace(file, compressed=sums)

    def _is_intact(self, file):
        """Whether the files of the release before still hold what its manifest says."""
        sums = [file.sha256, *(sha256 for sha256, _ in file.compressed.values())]
        try:
            found = [digest((self._before / path).read_bytes()) for path in _names(file)]
        except OSError:
            return False
        return found == sums

    def _link(self, path):
        # Not by pathlib, which takes longer than the link itself.
        source, target = f"{self._before}/{path}", f"{self.path}/{path}"
        try:
            os.link(source, target)
        except FileNotFoundError as error:
            raise ExportError(
                f"{source} is missing. Make all files anew: export_site --full"
            ) from error
        except OSError:
            # Not every file system gives a file a second name, and none gives it any number.
            shutil.copy2(source, target)


def _names(file):
    return [file.path, *(file.path + layout.ENCODINGS[name] for name in file.compressed)]


def _compress(body, media_type):
    if len(body) < _LEAST_BYTES or not media_type.startswith(_COMPRESSED):
        return {}
    return compress(body, quality=_BROTLI_QUALITY)


def _store(path, content):
    """Write a file that nobody is to change: it may be part of many releases."""
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o444)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
