"""Numbers for Prometheus, kept by `prometheus_client` in its mode for several processes.

Each worker has its own files in METRICS_FOLDER. Their names end in the lowest number that no living worker has.
A new worker adds to the counters of the dead worker before it, so counters never fall and files do not pile up.
"""

import fcntl
import itertools
import os
import sys
import time
from contextlib import suppress
from threading import Lock
from types import SimpleNamespace

from django.conf import settings
from django.http import HttpResponse, HttpResponseNotFound
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import Counter, Gauge, Histogram, values
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

COUNTERS = {
    "agency_site_requests_total": "Requests that reached Django, by view.",
    "agency_site_unavailable_total": "Answers that reported the database as unavailable.",
    "agency_site_disk_full_total": "Requests that found a disk full.",
    "agency_site_refused_requests_total": "Requests refused before Django: too large, too slow, not whole.",
    "agency_site_database_errors_total": "Looks at the public record's state that the database did not answer.",
    "agency_site_sign_in_failures_total": "Sign-ins that failed or were refused.",
    "agency_site_page_cache_hits_total": "Pages answered from a worker's memory.",
    "agency_site_page_cache_misses_total": "Pages that Django was asked to make.",
    "agency_site_page_cache_stale_total": "Answers from the last good page, because none could be made.",
    "agency_site_page_cache_evictions_total": "Pages removed to make room.",
    "agency_site_page_cache_errors_total": "Requests that Django answered because the page cache itself failed.",
    "agency_site_thread_restarts_total": "Threads that failed beside the answers and were started again.",
}
LABELS = {
    "agency_site_requests_total": ["view", "method", "status"],
    "agency_site_thread_restarts_total": ["thread"],
}
GAUGES = {
    "agency_site_page_cache_entries": "Pages in the workers' memory.",
    "agency_site_page_cache_bytes": "Bytes of the pages in the workers' memory.",
    "agency_site_page_cache_is_unsure": "1 where a worker cannot find out until when pages are right, so that Django makes each.",
    "agency_site_database_unavailable": "1 where a worker cannot reach the database.",
    "agency_site_generation": "How often the public record has changed.",
    "agency_site_last_publication_age_seconds": "Seconds since something was published on this host.",
    "agency_site_workers": "Workers that have written their numbers.",
}
#: Values of living workers are added. Of other gauges, the highest value counts.
ADDED = {"agency_site_page_cache_entries", "agency_site_page_cache_bytes", "agency_site_workers"}
DURATION = "agency_site_request_duration_seconds"
FAMILIES = {*COUNTERS, *GAUGES, DURATION}
#: Upper bounds of the histogram of durations, in seconds.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
#: Visitors can send any other method, so other methods share one series.
METHODS = {"GET", "HEAD", "POST"}

#: Bytes of a worker's files. The series of all views fit, because a file that grows on a full disk ends the process.
SIZES = {"counter": 2**21, "histogram": 2**20, "gauge_livesum": 2**16, "gauge_livemax": 2**16}
#: Kinds of numbers that stay after their worker has ended.
LASTING = ("counter", "histogram")
WRITE_SECONDS = 1


class Worker:
    """The numbers of this process, which `source` completes: {series: value}."""

    def __init__(self, source):
        #: {name: counter, gauge or histogram}; empty until the files are made.
        self.metrics = {}
        self._source = source
        self._number = None
        #: The source's counters when they were last written.
        self._written = {}
        self._lock = Lock()

    def write(self):
        """Write the source's numbers into the files. Raises OSError, for example on a full disk."""
        with self._lock:
            if not self.metrics:
                self._make_files()
                self._set("agency_site_workers", 1)
            for name, value in self._source().items():
                if name in GAUGES:
                    self._set(name, value)
                elif value > self._written.get(name, 0):
                    self.metrics[name].inc(value - self._written.get(name, 0))
                    self._written[name] = value

    def _set(self, name, value):
        # A gauge has a value from its beginning, so it begins with its first known value.
        if name not in self.metrics:
            mode = "livesum" if name in ADDED else "livemax"
            self.metrics[name] = Gauge(name, GAUGES[name], registry=None, multiprocess_mode=mode)
        self.metrics[name].set(value)

    def _make_files(self):
        folder = settings.METRICS_FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        if self._number is None:
            self._number = _take_number(folder)
        for kind, size in SIZES.items():
            path = folder / f"{kind}_{self._number}.db"
            if kind not in LASTING or not _is_whole(path) or path.stat().st_size < size:
                # Written, because a write to a mapped file without room on the disk would end the process.
                path.write_bytes(bytes(size))
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
        values.ValueClass = values.MultiProcessValue(lambda: self._number)
        words = "How long Django took, by view."
        durations = Histogram(DURATION, words, ["view"], registry=None, buckets=BUCKETS)
        counters = {
            name: Counter(name, words, LABELS.get(name, ()), registry=None)
            for name, words in COUNTERS.items()
        }
        self.metrics = counters | {DURATION: durations}


_worker = Worker(dict)


def start(source):
    """Begin to count. Raises nothing: without files nothing is counted, and `wait_and_write` tries again."""
    global _worker
    _worker = Worker(source)
    with suppress(Exception):
        _worker.write()


def wait_and_write():
    time.sleep(WRITE_SECONDS)
    _worker.write()


def count(name, amount=1, **labels):
    if metric := _worker.metrics.get(name):
        (metric.labels(**labels) if labels else metric).inc(amount)


def count_request(*, view, method, status, seconds):
    method = method if method in METHODS else "other"
    count("agency_site_requests_total", view=view, method=method, status=status)
    if durations := _worker.metrics.get(DURATION):
        durations.labels(view).observe(seconds)


def count_failed_sign_in(sender, **kwargs):
    count("agency_site_sign_in_failures_total")


def count_unavailable(sender, *, is_disk_full, **kwargs):
    count("agency_site_unavailable_total")
    if is_disk_full:
        count("agency_site_disk_full_total")


def write_text():
    """Return all workers' numbers in Prometheus's text format. Raises OSError."""
    files = []
    for lock in sorted(settings.METRICS_FOLDER.iterdir()):
        if lock.match("worker_*.lock"):
            number = lock.stem.removeprefix("worker_")
            kinds = SIZES if _is_locked(lock) else LASTING
            files += [lock.with_name(f"{kind}_{number}.db") for kind in kinds]
    try:
        joined = MultiProcessCollector.merge(files)
    except Exception:  # A file is missing or torn.
        joined = MultiProcessCollector.merge([file for file in files if _is_whole(file)])
    # Workers of another release may have counted in these files.
    known = {name.removesuffix("_total") for name in FAMILIES}
    metrics = [metric for metric in joined if metric.name in known]
    return generate_latest(SimpleNamespace(collect=lambda: metrics))


def _take_number(folder):
    """Return the lowest number that no living worker has. Its lock is kept until this process ends."""
    for number in itertools.count():
        lock = os.open(folder / f"worker_{number}.lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return number
        except OSError as error:
            os.close(lock)
            if not isinstance(error, BlockingIOError):
                raise


def _is_locked(path):
    with open(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _is_whole(path):
    """Whether the package can read a file and go on with it."""
    try:
        MultiProcessCollector.merge([path])
        content = path.read_bytes()
    except Exception:  # The package raises errors of many kinds.
        return False
    used = int.from_bytes(content[:4], sys.byteorder, signed=True)
    return used == 0 or 8 <= used <= len(content)


@require_safe
@never_cache
def metrics_text(request):
    """Answer a request that has the token with the numbers of all workers of this host.

    Without the token the answer is 404. The view needs no database.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    expected = settings.METRICS_TOKEN
    is_known = scheme.lower() == "bearer" and constant_time_compare(token, expected)
    if not expected or not is_known:
        return HttpResponseNotFound("Not found.\n", content_type="text/plain")
    with suppress(Exception):  # The thread that writes them logs the error.
        _worker.write()
    try:
        return HttpResponse(write_text(), content_type=CONTENT_TYPE_PLAIN_0_0_4)
    except OSError as error:
        words = f"The numbers cannot be read: {type(error).__name__}.\n"
        return HttpResponse(words, status=503, content_type="text/plain")
