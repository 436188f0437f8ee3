"""A file whose time is the time of the last change to the public record. All workers of a host read it.

Each answer from the page cache reads the file's time, so the next request of every worker sees a change.
Nothing here raises an error: without the file, workers find a change in the database within a second.
"""

import logging
import os
import time

from django.conf import settings

logger = logging.getLogger(__name__)

#: The failure that was logged last, so a failure that repeats is logged once.
_failure = ""


def touch():
    """Set the file's time to now, and make the file if it is missing. The time always changes."""
    global _failure
    path = settings.GENERATION_STAMP
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        now = max(time.time_ns(), read() + 1)
        path.touch()
        os.utime(path, ns=(now, now))
        _failure = ""
    except (OSError, ValueError) as error:
        if repr(error) != _failure:
            logger.exception("The generation stamp %s cannot be written", path)
        _failure = repr(error)


def read():
    """Return the time of the last public change on this host, in nanoseconds since 1970; 0 without the file."""
    try:
        return os.stat(settings.GENERATION_STAMP).st_mtime_ns
    except (OSError, ValueError):
        return 0
