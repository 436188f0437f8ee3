"""A file whose time is the time of the last change to the public record. All workers of a host read it.

Answers from the page cache read the file's time, so a request sees a change that was made a millisecond before.
Nothing here raises an error: without the file, workers find a change in the database within a second.
"""

import logging
import os
import time

from django.conf import settings

logger = logging.getLogger(__name__)

#: Seconds until the file is asked again. Under load, the system call would take a third of an answer's time.
REST = 0.001

#: The failure that was logged last, so a failure that repeats is logged once.
_failure = ""
#: When the file was last asked, by the monotonic clock, and its time.
_read = (float("-inf"), 0)


def touch():
    """Set the file's time to now, and make the file if it is missing. The time always changes."""
    global _failure, _read
    path = settings.GENERATION_STAMP
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        now = max(time.time_ns(), _ask() + 1)
        path.touch()
        os.utime(path, ns=(now, now))
        _read, _failure = (float("-inf"), 0), ""
    except (OSError, ValueError) as error:
        if repr(error) != _failure:
            logger.exception("The generation stamp %s cannot be written", path)
        _failure = repr(error)


def read():
    """Return the time of the last public change on this host, in nanoseconds since 1970; 0 without the file."""
    global _read
    now = time.monotonic()
    if now - _read[0] > REST:
        _read = (now, _ask())
    return _read[1]


def _ask():
    try:
        return os.stat(settings.GENERATION_STAMP).st_mtime_ns
    except (OSError, ValueError):
        return 0
