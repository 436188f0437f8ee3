"""A file that all workers of a host look at on every request: it says when the public record changed last.

It holds one number, and the workers have it mapped into memory: a look is no call of the system and costs
0.1 µs, so that a change is seen by the very next request of every worker.
"""

import logging
import mmap
import os
import struct
import time

from django.conf import settings

logger = logging.getLogger(__name__)

#: Nanoseconds since 1970, as `memoryview` reads them.
_NUMBER = struct.Struct("@Q")
_NEVER = (0,)

#: The file that is mapped, and its number.
_file = None
_mapped = _NEVER


def touch():
    """Say that the public record has changed. If the file cannot be written, the workers' own look at
    the database, once a second, finds the change."""
    _change(lambda file: os.pwrite(file, _NUMBER.pack(time.time_ns()), 0))


def make():
    """Give the file its size, without which it cannot be mapped. What it says stays."""
    _change(lambda file: os.truncate(file, _NUMBER.size))


def _change(change):
    path = settings.GENERATION_STAMP
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Never emptied: a worker that looks beyond a mapped file's end is ended by the system.
        file = os.open(path, os.O_CREAT | os.O_WRONLY, 0o644)
        try:
            change(file)
        finally:
            os.close(file)
    except OSError:
        logger.exception("The generation stamp %s cannot be written", path)


def read():
    """Return when the public record changed last on this host, in nanoseconds; 0 if it never did."""
    if _file is None:
        _map()
    return _mapped[0]


def read_anew():
    """Read the file that is there now: somebody may have removed the one that was mapped."""
    if _file is not None and _identity(settings.GENERATION_STAMP) != _file:
        forget()
    if _file is None:
        make()
    return read()


def _map():
    """Map the file. As long as there is none, each look tries again."""
    global _file, _mapped
    try:
        with open(settings.GENERATION_STAMP, "rb") as file:
            view = memoryview(mmap.mmap(file.fileno(), _NUMBER.size, access=mmap.ACCESS_READ))
            _mapped, _file = view.cast("Q"), _identity(file.fileno())
    except (OSError, ValueError):
        # It is not there, or empty because a disk was full.
        return


def forget():
    """Look for the file anew at the next look."""
    global _file, _mapped
    _file, _mapped = None, _NEVER


def _identity(file):
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size
