"""Finds the state of the public record: the number of changes, and the instant of the next scheduled change."""

import logging
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock

from django.db import connections

from agency_site.serving import metrics
from agency_site.serving.background_loop import BackgroundLoop
from directorates.models import Generation
from directorates.models.database import generation_stamp
from directorates.queries import visibility
from directorates.rules.database_errors import is_unavailability

logger = logging.getLogger(__name__)

#: Seconds between a worker's questions for changes from other hosts.
POLL_SECONDS = 1.0
#: After this many seconds without an answer to the small question, the database counts as unavailable.
ANSWER_SECONDS = 4.0
#: After this many seconds without a confirmation from the poller, the next request asks. The poller has died or
#: hangs.
SECONDS_OF_TRUST = 10.0


@dataclass(frozen=True)
class PublicState:
    """A state of the public record. The public sees the same from its beginning to its end."""

    generation: int
    #: Seconds since 1970; infinite if nothing is scheduled.
    ends: float
    #: When the database was asked. The state is unknown for earlier instants, to which a clock may be set back.
    found_at: float = field(default=0.0, compare=False)

    def holds_at(self, now):
        return self.found_at <= now < self.ends


def ask(now):
    """Return the PublicState at `now` from the database: five queries. Raises every error."""
    generation = Generation.objects.current()
    change = visibility.next_public_change(datetime.fromtimestamp(now, UTC))
    return PublicState(generation, change.timestamp() if change else float("inf"), found_at=now)


class Freshness:
    """Knows the present state. If the state is unknown, one of two attributes says why.

    `is_database_unavailable`: the database could not be asked, so the state may have changed. `failure`: the
    error of the question, although the database answers.
    """

    def __init__(self):
        self.is_database_unavailable = False
        self.failure = ""
        #: When the database answered last, in seconds since 1970.
        self.answered_at = time.time()
        #: The stamp that was read, and the state found then. One tuple, so reads are atomic.
        self._known = (-1, None)
        #: Until when the state is trusted without another look.
        self._trusted_until = 0.0
        #: When the database was last asked, by the monotonic clock.
        self._looked_at = float("-inf")
        self._lock = Lock()
        self._poller = BackgroundLoop("generation-poll", self._poll)

    def known(self, now):
        """Return the present state if it is known without the database, else None. Reads the stamp."""
        known, state = self._known
        # `holds_at` is inlined, because every answer passes here.
        if (
            generation_stamp.read() == known
            and state is not None
            and state.found_at <= now < state.ends
            and now < self._trusted_until
        ):
            return state
        return None

    def is_unavailable_now(self):
        """Whether the database is unavailable, or has not answered the present question for long."""
        if not self.is_database_unavailable and self._lock.locked() and self._is_overdue():
            self._note_unavailable("a question has no answer")
        return self.is_database_unavailable

    def current(self, now):
        """Return the present state, or None if it cannot be known. `now` is the clock's time."""
        stamp = generation_stamp.read()
        return self.known(now) or self._look(stamp)

    def _look(self, stamp):
        self._poller.ensure()
        if self._must_not_ask(stamp):
            return None
        if not self._lock.acquire(timeout=0 if self.is_database_unavailable else ANSWER_SECONDS):
            self._note_unavailable("another request has waited too long for the database")
            return None
        try:
            known, state = self._known
            is_known = stamp == known and state is not None and state.holds_at(time.time())
            if is_known and not self._is_overdue():
                return state
            if self._must_not_ask(stamp):
                return None
            self._refresh(stamp)
            return self._known[1]
        finally:
            self._lock.release()

    def _must_not_ask(self, stamp):
        """Whether only the poller asks, once a second, so no request waits for a question that fails."""
        has_failed = bool(self.failure) and self._known == (stamp, None)
        return (self.is_database_unavailable or has_failed) and not self._is_overdue()

    def _is_overdue(self):
        return time.monotonic() - self._looked_at > SECONDS_OF_TRUST

    def _refresh(self, stamp):
        """Ask the database, and keep the answer with the stamp that was read before."""
        try:
            self._known = (stamp, self._ask())
            self._note_answer("")
        except Exception as error:
            if is_unavailability(error):
                if self._known[0] != stamp:
                    self._known = (-1, None)
                self._note_unavailable(error)
            else:
                self._known = (stamp, None)
                self._note_answer(f"{type(error).__name__}: {error}")
            _close_connections()
        self._trusted_until = time.time() + SECONDS_OF_TRUST
        self._looked_at = time.monotonic()

    def _ask(self):
        """Return the present state, without a new question while the known state holds."""
        now = time.time()
        _, state = self._known
        if (
            state is not None
            and state.holds_at(now)
            and state.generation == Generation.objects.current()
        ):
            return state
        return ask(now)

    def _note_unavailable(self, error):
        metrics.count("agency_site_database_errors_total")
        if not self.is_database_unavailable:
            logger.error("The database does not answer: %s", error)
        self.is_database_unavailable = True

    def _note_answer(self, failure):
        """Note that the database answers, and the error of the question, if it failed."""
        if self.is_database_unavailable:
            logger.warning("The database answers again")
        self.is_database_unavailable = False
        self.answered_at = time.time()
        if failure and failure != self.failure:
            logger.exception(
                "Until when pages are right cannot be found out, so each request makes its page: %s",
                failure,
            )
        if self.failure and not failure:
            logger.warning("Until when pages are right is known again")
        self.failure = failure

    def numbers(self):
        """Return the numbers for monitoring, as of the last look."""
        numbers = {
            "database_unavailable": int(self.is_database_unavailable),
            "page_cache_is_unsure": int(bool(self.failure)),
        }
        if state := self._known[1]:
            numbers["generation"] = state.generation
        return numbers

    def _poll(self):
        time.sleep(POLL_SECONDS)
        with self._lock:
            self._refresh(generation_stamp.read())


def _close_connections():
    """Close this thread's connections, because a broken connection may be the cause."""
    with suppress(Exception):
        for connection in connections.all(initialized_only=True):
            if not connection.in_atomic_block:
                connection.close()
