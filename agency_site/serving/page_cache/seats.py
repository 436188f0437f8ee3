"""How many threads of a worker may be at work in Django, so that one is left for finished pages."""

import time
from collections import deque
from contextlib import contextmanager
from threading import Lock

#: If nobody has come or gone for so many seconds, all who are inside are stuck: nobody waits for them.
SECONDS_UNTIL_STUCK = 1.0


class Seats:
    """A seat for each thread but one; one seat at least.

    A seat is left once Django has returned its answer; a body that is sent piece by piece has none.
    """

    def __init__(self, threads):
        self._free = max(1, threads - 1)
        self._moved_at = time.monotonic()
        self._lock = Lock()
        #: A held lock for each who waits, the oldest first; to release it is to hand a seat over.
        self._waiting = deque()

    @contextmanager
    def taking(self):
        """Yield whether there is a seat, now or as soon as one of those who come and go has left."""
        is_mine = self._take()
        try:
            yield is_mine
        finally:
            if is_mine:
                self._leave()

    def _take(self):
        with self._lock:
            if self._free:
                self._free -= 1
                self._moved_at = time.monotonic()
                return True
            gate = Lock()
            gate.acquire()
            self._waiting.append(gate)
        while not gate.acquire(timeout=self._patience()):
            with self._lock:
                if self._patience():
                    # Somebody came or went meanwhile.
                    continue
                if gate not in self._waiting:
                    # A seat was handed over at the last moment.
                    return True
                self._waiting.remove(gate)
                return False
        return True

    def _patience(self):
        """Return how many seconds are left until those inside count as stuck."""
        return max(0.0, self._moved_at + SECONDS_UNTIL_STUCK - time.monotonic())

    def _leave(self):
        with self._lock:
            self._moved_at = time.monotonic()
            # Handed over and not thrown open: whoever has just left would take it again at once.
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
