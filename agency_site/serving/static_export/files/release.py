"""Writes the files of a release: new ones in every encoding, unchanged ones as hard links."""

import gzip
import os
import shutil
from dataclasses import replace
from pathlib import Path

import brotli

from agency_site.serving.static_export.files import layout
from agency_site.serving.static_export.files.manifest import File, digest

_COMPRESSED = ("text/", "application/xml", "application/json", "image/svg+xml")
#: In bytes. Compression does not make smaller files smaller.
_LEAST_BYTES = 256
#: Brotli's last step, 11, takes three times as long for 3 percent. Step 9 makes files a tenth larger.
_BROTLI_QUALITY = 10

#: How a file came into a release. A repaired one was damaged in the release before.
MADE, LINKED, REPAIRED = "made", "linked", "repaired"


class ReleaseWriter:
    """Writes into the folder `path`. `before` is the folder of the previous release, or None.

    `before_files` is {path: File} of the previous release.
    """

    def __init__(self, path, *, before=None, before_files=None):
        self.path = path
        self._before = before
        self._before_files = before_files or {}

    def add(self, path, body, **about):
        """Write a file; return its File, and how it came into the release.

        `about` has its media type, status and address, if known.
        """
        Path(self.path, path).parent.mkdir(parents=True, exist_ok=True)
        file = File(path, digest(body), len(body), **about)
        known = self._before_files.get(path)
        is_same = known is not None and known.sha256 == file.sha256
        if is_same and self._is_intact(known):
            for name in _names(known):
                self._link(name)
            return replace(file, compressed=known.compressed), LINKED
        return self._store(file, body), REPAIRED if is_same else MADE

    def _store(self, file, body):
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
        except OSError:
            # Some file systems have no hard links, and all limit their number.
            shutil.copy2(source, target)


def _names(file):
    return [file.path, *(file.path + layout.ENCODINGS[name] for name in file.compressed)]


def _compress(body, media_type):
    """Return {encoding: body}, empty if compression would not make the file smaller."""
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
