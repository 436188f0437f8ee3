"""Writes one release: new files in every encoding, unchanged files as hard links."""

import gzip
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import brotli

from agency_site.serving.static_export import ExportError
from agency_site.serving.static_export.files import layout
from agency_site.serving.static_export.files.manifest import File, digest

_COMPRESSED = ("text/", "application/xml", "application/json", "image/svg+xml")
#: In bytes. Compression does not make smaller files smaller.
_LEAST_BYTES = 256
#: Brotli's last step, 11, takes three times as long for 3 percent. Step 9 takes as long as this one and makes
#: files a tenth larger.
_BROTLI_QUALITY = 10


class ReleaseWriter:
    """Writes a release; use it as a context. `before` is the folder of the previous release, or None.

    One thread for each processor compresses and writes files. `files` raises the errors of the threads.
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
        """Write a file. `about` has its media type, status and address, if known."""
        self._make_folder(path)
        file = File(path, digest(body), len(body), **about)
        self._coming.append(self._pool.submit(self._write, file, body))

    def link(self, file):
        """Link a file of the previous release without reading it."""
        self._make_folder(file.path)
        for path in _names(file):
            self._link(path)
        self._linked.append(file)

    def files(self):
        """Wait until all files are written, and return a File for each."""
        return [*self._linked, *(one.result() for one in self._coming)]

    @property
    def counts(self):
        """The numbers of new and of linked files."""
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
        """Whether the files of the previous release still match its manifest."""
        sums = [file.sha256, *(sha256 for sha256, _ in file.compressed.values())]
        try:
            found = [digest((self._before / path).read_bytes()) for path in _names(file)]
        except OSError:
            return False
        return found == sums

    def _link(self, path):
        # pathlib takes longer than the link itself.
        source, target = f"{self._before}/{path}", f"{self.path}/{path}"
        try:
            os.link(source, target)
        except FileNotFoundError as error:
            raise ExportError(
                f"{source} is missing. Make all files again: export_site --full"
            ) from error
        except OSError:
            # Some file systems have no hard links, and all limit their number.
            shutil.copy2(source, target)


def _names(file):
    return [file.path, *(file.path + layout.ENCODINGS[name] for name in file.compressed)]


def _compress(body, media_type):
    if len(body) < _LEAST_BYTES or not media_type.startswith(_COMPRESSED):
        return {}
    return {
        "br": brotli.compress(body, mode=brotli.MODE_TEXT, quality=_BROTLI_QUALITY),
        "gzip": gzip.compress(body, 9, mtime=0),
    }


def _store(path, content):
    """Write a read-only file, because it may become part of many releases."""
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o444)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
