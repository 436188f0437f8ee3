"""Numbers for Prometheus.

Each worker counts for itself and writes its numbers into a file every few seconds (`files`). The worker that
answers a request adds up all files (`exposition`). Numbers of ended workers are kept.
"""

from agency_site.serving.metrics.counting import count, count_request

__all__ = ["count", "count_request"]
