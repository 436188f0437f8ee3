"""Describes each family of numbers, and how the workers' numbers are added up."""

#: name: (kind, how the workers' numbers are joined, description)
FAMILIES = {
    "agency_site_requests_total": ("counter", sum, "Requests that reached Django, by view."),
    "agency_site_request_duration_seconds": ("histogram", sum, "How long Django took, by view."),
    "agency_site_unavailable_total": (
        "counter",
        sum,
        "Answers that reported the database as unavailable.",
    ),
    "agency_site_disk_full_total": ("counter", sum, "Requests that found a disk full."),
    "agency_site_refused_requests_total": (
        "counter",
        sum,
        "Requests refused before Django: too large, too slow, not whole.",
    ),
    "agency_site_database_errors_total": (
        "counter",
        sum,
        "Looks at the public record's state that the database did not answer.",
    ),
    "agency_site_sign_in_failures_total": ("counter", sum, "Sign-ins that failed or were refused."),
    "agency_site_page_cache_hits_total": ("counter", sum, "Pages answered from a worker's memory."),
    "agency_site_page_cache_shared_hits_total": (
        "counter",
        sum,
        "Pages answered from what another worker had made.",
    ),
    "agency_site_page_cache_misses_total": ("counter", sum, "Pages that Django was asked to make."),
    "agency_site_page_cache_stale_total": (
        "counter",
        sum,
        "Answers from the last good page, because none could be made.",
    ),
    "agency_site_page_cache_evictions_total": (
        "counter",
        sum,
        "Pages removed to make room.",
    ),
    "agency_site_page_cache_entries": ("gauge", sum, "Pages in the workers' memory."),
    "agency_site_page_cache_bytes": ("gauge", sum, "Bytes of the pages in the workers' memory."),
    "agency_site_page_cache_errors_total": (
        "counter",
        sum,
        "Requests that Django answered because the page cache itself failed.",
    ),
    "agency_site_page_cache_is_unsure": (
        "gauge",
        max,
        "1 where a worker cannot find out until when pages are right, so that Django makes each.",
    ),
    "agency_site_thread_restarts_total": (
        "counter",
        sum,
        "Threads that failed beside the answers and were started again.",
    ),
    "agency_site_database_unavailable": (
        "gauge",
        max,
        "1 where a worker cannot reach the database.",
    ),
    "agency_site_generation": ("gauge", max, "How often the public record has changed."),
    "agency_site_last_publication_age_seconds": (
        "gauge",
        max,
        "Seconds since something was published on this host.",
    ),
    "agency_site_workers": ("gauge", sum, "Workers that have written their numbers."),
}


def family_of(series):
    """Return the name of a series' family. The series of a histogram end in _bucket, _sum and _count."""
    name = series.partition("{")[0]
    if name in FAMILIES:
        return name
    return name.rpartition("_")[0]
