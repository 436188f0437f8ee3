"""A file with the time of the last change to the public record. All workers of a host read it on every request.

The workers map the file into memory, so a read is no system call and costs 0.1 µs. The next request of every
worker sees a change. Nothing here raises an error: without the file, workers find a change in the database
within a second.
"""

import logging
import mmap
import os
import struct
import time

from django.conf import settings

logger = logging.getLogger(__name__)

#: Nanoseconds since 1970, in the format that `memoryview` reads.
_NUMBER = struct.Struct("@Q")
_NEVER = (0,)
#: If the path is not a file but a pipe, for example, opening it must not block.
_AT_ONCE = os.O_NONBLOCK

#: The identity of the mapped file, and its number.
_file = None
_mapped = _NEVER
#: The failure that was logged last. A failure that repeats every second is logged once.
_failure = ""


def touch():
    """Write the time of a change to the public record: now."""
    # 0 means that the record never changed. A clock before 1970 would give a negative number.
    number = _NUMBER.pack(max(1, time.time_ns()))
    _change(lambda file: os.pwrite(file, number, 0))


def make():
    """Give the file its size, which mapping requires. Its content stays."""
    _change(lambda file: os.truncate(file, _NUMBER.size))


def _change(change):
    global _failure
    path = settings.GENERATION_STAMP
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Never empty the file: the system kills a worker that reads beyond the end of a mapped file.
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
    """Return the time of the last public change on this host, in nanoseconds since 1970; 0: none."""
    if _file is None:
        _map()
    return _mapped[0]


def reread():
    """Return the time from the present file, even if the mapped file was removed or replaced."""
    if _file is not None and _identity(settings.GENERATION_STAMP) != _file:
        forget()
    if _file is None:
        make()
    return read()


def _map():
    """Map the file. While it is missing, each read tries again."""
    global _file, _mapped
    try:
        file = os.open(settings.GENERATION_STAMP, os.O_RDONLY | _AT_ONCE)
        try:
            view = memoryview(mmap.mmap(file, _NUMBER.size, access=mmap.ACCESS_READ))
            _mapped, _file = view.cast("Q"), _identity(file)
        finally:
            os.close(file)
    except (OSError, ValueError):
        # The file is missing, is not a regular file, or is empty because a disk was full.
        return


def forget():
    """Let the next read map the file again."""
    global _file, _mapped
    _file, _mapped = None, _NEVER


def _identity(file):
    try:
        found = os.stat(file)
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino, found.st_size
