"""Instants at which a wrong time zone gives a wrong day, and a clock that can be set."""

import time
from datetime import UTC, datetime

from django.utils import timezone

#: Instants by name. The sample's agency is in Washington: UTC minus 5 hours, minus 4 in summer.
HARD_INSTANTS = {
    "before midnight in UTC": datetime(2026, 11, 26, 23, 58, tzinfo=UTC),
    "after midnight in UTC": datetime(2026, 11, 27, 0, 1, tzinfo=UTC),
    "before midnight at the agency": datetime(2026, 11, 27, 4, 58, tzinfo=UTC),
    "after midnight at the agency": datetime(2026, 11, 27, 5, 1, tzinfo=UTC),
    "before the clock is put forward": datetime(2027, 3, 14, 6, 58, tzinfo=UTC),
    "after the clock was put forward": datetime(2027, 3, 14, 7, 1, tzinfo=UTC),
    "the hour that comes twice": datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
    "the hour that comes twice, again": datetime(2026, 11, 1, 6, 30, tzinfo=UTC),
    "the evening of February 29": datetime(2028, 3, 1, 3, 30, tzinfo=UTC),
    "the evening of December 31": datetime(2027, 1, 1, 3, 30, tzinfo=UTC),
}


def set_clock(monkeypatch, instant):
    """Set the clock of this process to `instant`; it runs on from there."""
    true_time = time.time
    shift = instant.timestamp() - true_time()

    def shifted():
        return true_time() + shift

    monkeypatch.setattr(time, "time", shifted)
    monkeypatch.setattr(time, "time_ns", lambda: int(shifted() * 1e9))
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromtimestamp(shifted(), UTC))
