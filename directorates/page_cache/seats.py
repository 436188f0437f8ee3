"""How many threads of a worker may be at work in Django, so that one is left for finished pages."""

import time
from contextlib import contextmanager
from threading import Condition

#: If nobody has come or gone for so many seconds, all who are inside are stuck: nobody waits for them.
SECONDS_UNTIL_STUCK = 1.0


class Seats:
    """A seat for each thread but one; one seat at least."""

    def __init__(self, threads):
        self._free = max(1, threads - 1)
        self._moved_at = time.monotonic()
        self._condition = Condition()

    @contextmanager
    def taking(self):
        """Yield whether there is a seat, now or as soon as one of those who come and go has left."""
        with self._condition:
            wait = self._moved_at + SECONDS_UNTIL_STUCK - time.monotonic()
            is_mine = self._condition.wait_for(lambda: self._free, timeout=wait)
            if is_mine:
                self._move(-1)
        try:
            yield bool(is_mine)
        finally:
            if is_mine:
                with self._condition:
                    self._move(1)
                    self._condition.notify()

    def _move(self, seats):
        self._free += seats
        self._moved_at = time.monotonic()
