"""Lets a worker make each page once at a time."""

from contextlib import contextmanager
from threading import Lock

#: Seconds that a request waits for another request that makes the same page.
MOST_SECONDS_OF_WAITING = 10


class Locks:
    """A lock for the key of each page that is being made."""

    def __init__(self):
        self._held = {}
        self._lock = Lock()

    @contextmanager
    def holding(self, key):
        """Wait until no other request makes the page of this key, or until the time is over."""
        with self._lock:
            lock, count = self._held.get(key, (Lock(), 0))
            self._held[key] = (lock, count + 1)
        is_mine = lock.acquire(timeout=MOST_SECONDS_OF_WAITING)
        try:
            yield
        finally:
            if is_mine:
                lock.release()
            with self._lock:
                lock, count = self._held.pop(key)
                if count > 1:
                    self._held[key] = (lock, count - 1)
