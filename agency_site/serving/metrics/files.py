"""Keeps the numbers of each worker in a file.

A worker locks its file while it lives. The lock tells a living worker from a later process with the same
number.
"""

import fcntl
import json
import os
import secrets
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from agency_site.serving.metrics import counting
from agency_site.serving.metrics.background_loop import BackgroundLoop
from agency_site.serving.metrics.families import FAMILIES, family_of

WRITE_SECONDS = 5
RETIRED = "retired"


class WorkerFile:
    """This worker's file. `write` makes or replaces the complete file."""

    def __init__(self):
        self._name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._path = settings.METRICS_FOLDER / f"{self._name}.json"
        self._is_locked = False

    def write(self):
        """Write the numbers. Raises OSError, for example on a full disk."""
        if not self._is_locked:
            self._lock()
        _replace(self._path, counting.collect() | {"agency_site_workers": 1})

    def _lock(self):
        folder = self._path.parent
        folder.mkdir(parents=True, exist_ok=True)
        # The lock comes first, because other workers find the file by its name.
        unnamed = folder / f"{self._name}.new"
        # A bare descriptor stays open until the process ends.
        lock = os.open(unnamed, os.O_CREAT | os.O_WRONLY, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            unnamed.rename(folder / f"{self._name}.lock")
        except OSError:
            os.close(lock)
            raise
        self._is_locked = True

    def write_for_ever(self):
        """Start a thread that writes every few seconds, and tries again after a failure."""
        # The loop keeps this object while the thread lives.
        BackgroundLoop("metrics-writer", self._wait_and_write).ensure()

    def _wait_and_write(self):
        time.sleep(WRITE_SECONDS)
        self.write()


def read_all():
    """Return the joined numbers of all workers, {series: value}."""
    folder = settings.METRICS_FOLDER
    with _locked(folder / f"{RETIRED}.lock"):
        retired = _read(folder / f"{RETIRED}.json")
        living = []
        for lock in sorted(folder.glob("*-*.lock")):
            numbers = _read(lock.with_suffix(".json"))
            if _is_alive(lock):
                living.append(numbers)
                continue
            counters = {s: n for s, n in numbers.items() if FAMILIES[family_of(s)][0] != "gauge"}
            retired = _joined([retired, counters])
            # Without a writable folder the file stays, and is added again next time.
            with suppress(OSError):
                _replace(folder / f"{RETIRED}.json", retired)
                lock.with_suffix(".json").unlink(missing_ok=True)
                lock.unlink()
    return _joined([retired, *living])


def _joined(numbers):
    series = dict.fromkeys(name for some in numbers for name in some)
    return {
        name: FAMILIES[family_of(name)][1]([some[name] for some in numbers if name in some])
        for name in series
    }


def _is_alive(lock):
    with open(lock) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextmanager
def _locked(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _read(path):
    """Return the numbers of a file that this release knows; {} without a readable file."""
    with suppress(OSError, ValueError):
        numbers = json.loads(path.read_text())
        if isinstance(numbers, dict):
            return {
                name: number
                for name, number in numbers.items()
                if family_of(name) in FAMILIES and isinstance(number, int | float)
            }
    return {}


def _replace(path: Path, numbers):
    new = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    try:
        new.write_text(json.dumps(numbers))
        new.replace(path)
    except OSError:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise
