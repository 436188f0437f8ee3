"""Requests the same pages from databases of several sizes in turn, and prints the times."""

import statistics
import sys
from time import perf_counter_ns

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bin.bench.databases import open_database

REQUESTS = 10


def compare(sites, *, rounds):
    """Request the pages of {units: (database, client, {page: address})}; print a table and return its rows.

    Each round requests every page once, so other work on the machine affects all pages.
    """
    times, queries, sizes = {}, {}, {}
    for _ in range(rounds):
        for units, (path, client, addresses) in sites.items():
            open_database(path)
            for page, address in addresses.items():
                with CaptureQueriesContext(connection) as captured:
                    response = client.get(address)
                if response.status_code != 200:
                    sys.exit(f"{address} answered {response.status_code}.")
                queries[page, units] = len(captured)
                sizes[page, units] = len(response.content)
                for _ in range(REQUESTS):
                    began = perf_counter_ns()
                    client.get(address)
                    times.setdefault((page, units), []).append((perf_counter_ns() - began) / 1e6)
    rows = [
        {
            "page": page,
            "units": units,
            "median_ms": statistics.median(measured),
            "p95_ms": sorted(measured)[int(len(measured) * 0.95)],
            "p99_ms": sorted(measured)[int(len(measured) * 0.99)],
            "queries": queries[page, units],
            "kilobytes": sizes[page, units] / 1000,
        }
        for (page, units), measured in sorted(times.items())
    ]
    show(rows)
    return rows


def show(rows):
    print(
        f"\n{'page':<24}{'units':>7}{'median ms':>11}{'p95 ms':>9}{'p99 ms':>9}{'queries':>9}{'KB':>8}"
    )
    for row in rows:
        print(
            f"{row['page']:<24}{row['units']:>7,}{row['median_ms']:>11.2f}{row['p95_ms']:>9.2f}{row['p99_ms']:>9.2f}"
            f"{row['queries']:>9}{row['kilobytes']:>8.1f}"
        )
