"""Limits the wait for the database, even if the database keeps to no limit.

A server that is frozen, or whose disk hangs, accepts a question and never answers. Its own `statement_timeout`
then does not work. `connection` applies the limits of this module.
"""

import threading
from contextlib import contextmanager

#: Seconds until a wait ends while the database is known to be unavailable.
SECONDS_WHILE_UNAVAILABLE = 1.0

_own = threading.local()
_is_unavailable = False


def note(*, is_unavailable):
    """Tell all threads of this process whether the database is known to be unavailable."""
    global _is_unavailable
    _is_unavailable = is_unavailable


@contextmanager
def limited(seconds):
    """Limit this thread's wait for an answer to this many seconds within the block."""
    before = getattr(_own, "seconds", None)
    _own.seconds = seconds
    try:
        yield
    finally:
        _own.seconds = before


def is_over(waited, *, most):
    """Whether this thread's wait for an answer is over. `most` applies if the thread has no limit."""
    own = getattr(_own, "seconds", None)
    limit = most if own is None else min(most, own)
    return waited >= (min(limit, SECONDS_WHILE_UNAVAILABLE) if _is_unavailable else limit)
