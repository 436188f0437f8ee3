"""Makes each page once at a time, and compresses pages in the background."""

from contextlib import contextmanager, suppress
from queue import Full, Queue
from threading import Lock

from agency_site.serving.background_loop import BackgroundLoop
from agency_site.serving.page_cache import shared

#: Most pages that wait for compression. Further pages are compressed when they are next made.
MOST_WAITING = 1000
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


class Compressor:
    """A thread that compresses new pages fully and hands them to the other workers."""

    def __init__(self, memory):
        self._memory = memory
        self._waiting = Queue(MOST_WAITING)
        self._loop = BackgroundLoop("page-compressor", self._do_next)

    def add(self, key, entry):
        self._loop.ensure()
        with suppress(Full):
            self._waiting.put_nowait((key, entry))

    def wait(self):
        """Return when all added pages are compressed."""
        self._waiting.join()

    def _do_next(self):
        key, entry = self._waiting.get()
        try:
            if not entry.is_fully_compressed:
                entry.compress_fully()
                self._memory.weigh_again(key, entry)
            shared.put(key, entry)
        finally:
            self._waiting.task_done()
