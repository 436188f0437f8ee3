"""What monitoring may know in numbers, for Prometheus.

Each worker counts for itself and writes its numbers into a file every few seconds (`files`); whichever
worker is asked adds them up (`exposition`). What a worker counted that has ended is kept.
"""

from agency_site.serving.metrics.counting import count, count_request

__all__ = ["count", "count_request"]
