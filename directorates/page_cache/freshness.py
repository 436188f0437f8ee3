"""In which state the public record is: how many changes so far, and until when nothing begins or ends."""

import logging
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock, Thread

from django.db import DatabaseError, InterfaceError, connections

from directorates import generation_stamp, metrics, patience, visibility
from directorates.models import Generation

logger = logging.getLogger(__name__)

#: How often a worker asks the database for changes made on other hosts, in seconds.
POLL_SECONDS = 1.0
#: A database that leaves this small question unanswered for so many seconds is taken to be away.
ANSWER_SECONDS = 4.0


@dataclass(frozen=True)
class State:
    """What the public sees is the same from one state's beginning to its end."""

    generation: int
    #: Seconds since 1970; infinite if nothing is scheduled.
    ends: float
    #: When somebody looked. Of the time before, to which a clock may be set back, it says nothing.
    found_at: float = field(default=0.0, compare=False)

    @property
    def name(self):
        """The same for the same state in every worker."""
        return f"{self.generation}.{self.ends}"

    def holds_at(self, now):
        return self.found_at <= now < self.ends


class Freshness:
    """The state now. `is_blind` says that the database could not be asked, so that it may have passed."""

    def __init__(self):
        self.is_blind = False
        self._state = None
        self._stamp = -1
        self._lock = Lock()
        self._poller = None

    def current(self, now=None):
        """Return the State now, or None if it is not known. Looks at a file and at the clock; `now` is what
        the clock said a moment ago."""
        stamp = generation_stamp.read()
        state = self._state
        if state is not None and stamp == self._stamp and state.holds_at(now or time.time()):
            return state
        return self._look(stamp)

    def _look(self, stamp):
        if self._poller is None:
            self._start_polling()
        if self.is_blind:
            # The poller asks once a second; no request waits for a database that is away.
            return None
        if not self._lock.acquire(timeout=ANSWER_SECONDS):
            return None
        try:
            state = self._state
            if state is not None and stamp == self._stamp and state.holds_at(time.time()):
                return state
            if self.is_blind:
                return None
            self._refresh(stamp)
            return self._state
        finally:
            self._lock.release()

    def _refresh(self, stamp):
        """Ask the database. What is found belongs to the stamp that was read before."""
        try:
            with patience.limited(ANSWER_SECONDS):
                self._ask()
            self._stamp = stamp
            if self.is_blind:
                logger.warning("The database answers again")
            self.is_blind = False
            patience.note(is_away=False)
        except (DatabaseError, InterfaceError) as error:
            metrics.count("agency_site_database_errors_total")
            if not self.is_blind:
                logger.error("The database does not answer: %s", error)
            self.is_blind = True
            patience.note(is_away=True)
            self._state = None if self._stamp != stamp else self._state
            connections.close_all()

    def _ask(self):
        now = time.time()
        generation = Generation.objects.current()
        known = self._state
        if known is None or known.generation != generation or not known.holds_at(now):
            change = visibility.next_public_change(datetime.fromtimestamp(now, UTC))
            ends = change.timestamp() if change else float("inf")
            self._state = State(generation, ends, found_at=now)

    def numbers(self):
        """Return what monitoring may know, as it was when somebody last looked."""
        numbers = {"database_is_away": int(self.is_blind)}
        if self._state is not None:
            numbers["generation"] = self._state.generation
        return numbers

    def _start_polling(self):
        with self._lock:
            if self._poller is None:
                self._poller = Thread(target=self._poll, name="generation-poll", daemon=True)
                self._poller.start()

    def _poll(self):
        generation_stamp.make()
        while True:
            time.sleep(POLL_SECONDS)
            with self._lock:
                self._refresh(generation_stamp.read_anew())
