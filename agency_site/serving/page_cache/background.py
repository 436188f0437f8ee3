"""What happens beside the answers: one maker a page, and compression at full strength."""

from contextlib import contextmanager, suppress
from queue import Full, Queue
from threading import Lock

from agency_site.serving.metrics.background_loop import BackgroundLoop
from agency_site.serving.page_cache import shared

#: Pages that wait for their compression; more are compressed when they are made the next time.
MOST_WAITING = 1000
#: How many seconds a request waits for another one that makes the same page.
MOST_SECONDS_OF_WAITING = 10


class Locks:
    """A lock for each key that somebody is at work on."""

    def __init__(self):
        self._held = {}
        self._lock = Lock()

    @contextmanager
    def holding(self, key):
        """Wait for whoever makes the page of this key, but not for ever."""
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
        """Return once everything that was added is done."""
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
