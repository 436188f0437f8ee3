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
        #: The stamp that was read, and the State found then; one tuple, so that no half of it is seen.
        self._known = (-1, None)
        self._lock = Lock()
        self._poller = None

    def known(self, now):
        """Return the State now if it is known without asking anybody, else None. Waits for nothing."""
        known, state = self._known
        if generation_stamp.read() == known and state is not None and state.holds_at(now):
            return state
        return None

    def current(self, now):
        """Return the State now, or None if it is not known. Looks at a file; `now` is the clock's time."""
        stamp = generation_stamp.read()
        known, state = self._known
        # `holds_at` written out: each answer goes through here.
        if stamp == known and state is not None and state.found_at <= now < state.ends:
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
            known, state = self._known
            if stamp == known and state is not None and state.holds_at(time.time()):
                return state
            if self.is_blind:
                return None
            self._refresh(stamp)
            return self._known[1]
        finally:
            self._lock.release()

    def _refresh(self, stamp):
        """Ask the database. What is found belongs to the stamp that was read before."""
        try:
            with patience.limited(ANSWER_SECONDS):
                self._known = (stamp, self._ask())
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
            if self._known[0] != stamp:
                self._known = (-1, None)
            connections.close_all()

    def _ask(self):
        """Return the State now: the one that is known, unless it has passed."""
        now = time.time()
        generation = Generation.objects.current()
        _, state = self._known
        if state is not None and state.generation == generation and state.holds_at(now):
            return state
        change = visibility.next_public_change(datetime.fromtimestamp(now, UTC))
        return State(generation, change.timestamp() if change else float("inf"), found_at=now)

    def numbers(self):
        """Return what monitoring may know, as it was when somebody last looked."""
        numbers = {"database_is_away": int(self.is_blind)}
        if state := self._known[1]:
            numbers["generation"] = state.generation
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
