"""Work that a thread of this process does again and again. A thread that dies is started again and counted."""

import logging
import sys
import time
from threading import Lock, Thread

from agency_site.serving.metrics.counting import count

logger = logging.getLogger(__name__)

#: After a failure the work begins again so many seconds later.
SECONDS_AFTER_FAILURE = 1.0

_started = []


class BackgroundLoop:
    """Runs `work` in a thread of its own, without an end. `work` is a function without arguments."""

    def __init__(self, name, work):
        self._name = name
        self._work = work
        self._lock = Lock()
        self._thread = None
        #: What was logged last: the same failure, once a second, is one line.
        self._failure = ""

    def ensure(self):
        """Start the thread if none is alive. Raises nothing: the caller has readers to answer."""
        if self._is_alive() or not self._lock.acquire(blocking=False):
            return
        try:
            if self._is_alive():
                return
            if self._thread is not None:
                self._note("the thread was gone")
            thread = Thread(target=self._run, name=self._name, daemon=True)
            thread.start()
            self._thread = thread
            if self not in _started:
                _started.append(self)
        except RuntimeError as error:  # The system has no room for one more thread.
            self._note(repr(error))
        finally:
            self._lock.release()

    def _is_alive(self):
        return self._thread is not None and self._thread.is_alive()

    def _run(self):
        while True:
            try:
                self._work()
                self._failure = ""
            except Exception as error:
                self._note(repr(error))
                time.sleep(SECONDS_AFTER_FAILURE)

    def _note(self, failure):
        count(f'agency_site_thread_restarts_total{{thread="{self._name}"}}')
        if failure != self._failure:
            words = "The thread %s failed and is started again: %s"
            logger.error(words, self._name, failure, exc_info=sys.exception())
        self._failure = failure


def ensure_all():
    """Start every thread again that has died."""
    for loop in list(_started):
        loop.ensure()
