"""How long somebody waits for the database, where the database itself cannot be asked to keep to it.

A server that is frozen, or whose disk hangs, takes a question and never answers; its own
`statement_timeout` is then worth nothing. `connection` is what keeps to this.
"""

import threading
from contextlib import contextmanager

#: While the database is known to be away, whoever waits for it gives up after so many seconds.
SECONDS_WHILE_UNAVAILABLE = 1.0

_own = threading.local()
_is_unavailable = False


def note(*, is_unavailable):
    """Say to all threads of this process whether the database is known to be away."""
    global _is_unavailable
    _is_unavailable = is_unavailable


@contextmanager
def limited(seconds):
    """Within the block, this thread waits so many seconds for an answer and no longer."""
    before = getattr(_own, "seconds", None)
    _own.seconds = seconds
    try:
        yield
    finally:
        _own.seconds = before


def is_over(waited, *, most):
    """Whether this thread has waited long enough for an answer; `most` holds unless it has a limit."""
    own = getattr(_own, "seconds", None)
    limit = most if own is None else min(most, own)
    return waited >= (min(limit, SECONDS_WHILE_UNAVAILABLE) if _is_unavailable else limit)
