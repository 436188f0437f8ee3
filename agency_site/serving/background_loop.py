"""Runs work in background threads. Work that fails is done again, counted and logged."""

import logging
import sys
import time
from threading import Lock, Thread

from agency_site.serving import metrics

logger = logging.getLogger(__name__)

#: Seconds between a failure and the next attempt.
SECONDS_AFTER_FAILURE = 1.0


class BackgroundLoop:
    """Runs `work`, a function without arguments, in its own thread without end."""

    def __init__(self, name, work):
        self._name = name
        self._work = work
        self._lock = Lock()
        self._thread = None
        #: The failure that was logged last, so a failure each second is one line.
        self._failure = ""

    def ensure(self):
        """Start the thread once. Raises nothing, because the caller has to answer readers."""
        with self._lock:
            if self._thread is not None:
                return
            try:
                thread = Thread(target=self._run, name=self._name, daemon=True)
                thread.start()
                self._thread = thread
            except RuntimeError as error:  # The system allows no more threads.
                self._note(repr(error))

    def _run(self):
        while True:
            try:
                self._work()
                self._failure = ""
            except Exception as error:
                self._note(repr(error))
                time.sleep(SECONDS_AFTER_FAILURE)

    def _note(self, failure):
        metrics.count("agency_site_thread_restarts_total", thread=self._name)
        if failure != self._failure:
            words = "The thread %s failed and is started again: %s"
            logger.error(words, self._name, failure, exc_info=sys.exception())
        self._failure = failure
