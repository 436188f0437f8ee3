"""Counts the numbers of this worker by series: a family's name with its labels, in Prometheus's notation."""

import logging
from threading import Lock

logger = logging.getLogger(__name__)

#: Upper bounds of the histogram of durations, in seconds.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
#: Visitors can send any other method, so other methods share one series.
_METHODS = {"GET", "HEAD", "POST"}

_counts = {}
_sources = []
_lock = Lock()


def count(series, amount=1):
    with _lock:
        _counts[series] = _counts.get(series, 0) + amount


def count_request(*, view, method, status, seconds):
    method = method if method in _METHODS else "other"
    labels = f'view="{view}",method="{method}",status="{status}"'
    name, of_view = "agency_site_request_duration_seconds", f'view="{view}"'
    steps = {
        f"agency_site_requests_total{{{labels}}}": 1,
        f"{name}_sum{{{of_view}}}": seconds,
        f"{name}_count{{{of_view}}}": 1,
        f'{name}_bucket{{{of_view},le="+Inf"}}': 1,
    }
    steps |= {f'{name}_bucket{{{of_view},le="{b}"}}': 1 for b in BUCKETS if seconds <= b}
    with _lock:
        for series, amount in steps.items():
            _counts[series] = _counts.get(series, 0) + amount


def count_failed_sign_in(sender, **kwargs):
    count("agency_site_sign_in_failures_total")


def count_unavailable(sender, *, is_disk_full, **kwargs):
    count("agency_site_unavailable_total")
    if is_disk_full:
        count("agency_site_disk_full_total")


def add_source(source):
    """Call `source` for more numbers, {series: value}, each time this worker's numbers are written."""
    _sources.append(source)


def collect():
    """Return all numbers of this worker, {series: value}. A source that fails is left out."""
    with _lock:
        numbers = dict(_counts)
    for source in _sources:
        try:
            numbers |= source()
        except Exception:
            logger.exception("Some numbers of this worker cannot be read")
    return numbers
