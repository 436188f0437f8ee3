"""A file that all workers of a host look at on every request: it says when the public record changed last.

It holds one number, and the workers have it mapped into memory: a look is no call of the system and costs
0.1 µs, so that a change is seen by the very next request of every worker. Nothing here raises an error: what
the file cannot say, the workers' own look at the database finds within a second.
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
#: To open what is no file, such as a pipe, must not wait for anybody.
_AT_ONCE = os.O_NONBLOCK

#: The file that is mapped, and its number.
_file = None
_mapped = _NEVER
#: What was logged last: the same failure, once a second, is one line.
_failure = ""


def touch():
    """Say that the public record has changed."""
    # A clock before 1970 has no number of its own.
    number = _NUMBER.pack(max(1, time.time_ns()))
    _change(lambda file: os.pwrite(file, number, 0))


def make():
    """Give the file its size, without which it cannot be mapped. What it says stays."""
    _change(lambda file: os.truncate(file, _NUMBER.size))


def _change(change):
    global _failure
    path = settings.GENERATION_STAMP
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Never emptied: a worker that looks beyond a mapped file's end is ended by the system.
        file = os.open(path, os.O_CREAT | os.O_WRONLY | _AT_ONCE, 0o644)
        try:
            change(file)
        finally:
            os.close(file)
        _failure = ""
    except (OSError, ValueError) as error:
        if repr(error) != _failure:
            logger.exception("The generation stamp %s cannot be written", path)
        _failure = repr(error)


def read():
    """Return when the public record changed last on this host, in nanoseconds; 0 if it never did."""
    if _file is None:
        _map()
    return _mapped[0]


def reread():
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
        file = os.open(settings.GENERATION_STAMP, os.O_RDONLY | _AT_ONCE)
        try:
            view = memoryview(mmap.mmap(file, _NUMBER.size, access=mmap.ACCESS_READ))
            _mapped, _file = view.cast("Q"), _identity(file)
        finally:
            os.close(file)
    except (OSError, ValueError):
        # It is not there, is no file, or is empty because a disk was full.
        return


def forget():
    """Look for the file anew at the next look."""
    global _file, _mapped
    _file, _mapped = None, _NEVER


def _identity(file):
    try:
        found = os.stat(file)
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino, found.st_size
