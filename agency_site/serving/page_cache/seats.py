"""Limits the threads of a worker that work in Django, so one thread is left for finished pages."""

import time
from collections import deque
from contextlib import contextmanager
from threading import Lock

#: After this many seconds without movement all seated requests count as stuck, and no request waits for them.
SECONDS_UNTIL_STUCK = 1.0


class Seats:
    """A seat for each thread except one; at least one seat.

    A request leaves its seat when Django has returned the answer. A body sent in pieces holds no seat.
    """

    def __init__(self, threads):
        self._free = max(1, threads - 1)
        self._moved_at = time.monotonic()
        self._lock = Lock()
        #: A held lock for each waiting request, the oldest first. Releasing the lock passes a seat on.
        self._waiting = deque()

    @contextmanager
    def taking(self):
        """Yield whether the request has a seat. Waits while other requests come and go."""
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
                    # Another request came or went meanwhile.
                    continue
                if gate not in self._waiting:
                    # The seat was passed on at the last moment.
                    return True
                self._waiting.remove(gate)
                return False
        return True

    def _patience(self):
        """Return the seconds until the seated requests count as stuck."""
        return max(0.0, self._moved_at + SECONDS_UNTIL_STUCK - time.monotonic())

    def _leave(self):
        with self._lock:
            self._moved_at = time.monotonic()
            # Pass the seat to the next waiter; otherwise the leaving thread would win it again.
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
