"""The workers' numbers in files, one a worker. A worker holds a lock on its own as long as it lives,
so that a number of a process that was given anew cannot be taken for a living one.
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
    """This worker's file; `write` makes it, and replaces it as a whole from then on."""

    def __init__(self):
        self._name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._path = settings.METRICS_FOLDER / f"{self._name}.json"
        self._is_locked = False

    def write(self):
        """Raises OSError if the folder cannot be written, as on a full disk."""
        if not self._is_locked:
            self._lock()
        _replace(self._path, counting.collect() | {"agency_site_workers": 1})

    def _lock(self):
        folder = self._path.parent
        folder.mkdir(parents=True, exist_ok=True)
        # Locked before it has the name by which it is found.
        unnamed = folder / f"{self._name}.new"
        # A bare descriptor, which nothing closes before the process ends.
        lock = os.open(unnamed, os.O_CREAT | os.O_WRONLY, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            unnamed.rename(folder / f"{self._name}.lock")
        except OSError:
            os.close(lock)
            raise
        self._is_locked = True

    def write_for_ever(self):
        """Write every few seconds, in a thread of its own. A folder that cannot be written is tried again."""
        # The loop keeps this object as long as the thread lives.
        BackgroundLoop("metrics-writer", self._wait_and_write).ensure()

    def _wait_and_write(self):
        time.sleep(WRITE_SECONDS)
        self.write()


def read_all():
    """Return the numbers of all workers, joined: {series: value}."""
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
            # Where nothing can be written, the file stays, and is added again at the next look.
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
    """Return a file's numbers that this release knows; {} before the first has been written."""
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
