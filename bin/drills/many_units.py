"""Requests every page of 5,000 units from each worker, and measures a worker's memory."""

import re

from bin.drills.many_urls import MEGABYTES, TOKEN, numbers, own_megabytes, resident_megabytes
from bin.drills.rig.hosts import connected_workers
from bin.drills.rig.report import Report
from bin.production import Site

UNITS = 5_000
#: Most memory that a worker's process takes beyond its start: for kept pages, and for the connection of each thread.
MOST_MEGABYTES = 32


def drill(folder, *, seconds):
    site = Site(folder, PAGE_CACHE_MEGABYTES=str(MEGABYTES), METRICS_TOKEN=TOKEN)
    site.prepare(units=UNITS)
    with site:
        return watch(site)


def watch(site, most_megabytes=MOST_MEGABYTES):
    report = Report("the page of every unit, asked of every worker twice")
    with connected_workers(site) as workers:
        before = resident_megabytes(site)
        addresses = re.findall(
            r"<loc>https://[^/]+([^<]*)</loc>", workers[0].ask("/sitemap.xml").body
        )
        statuses = {
            worker.ask(address, **{"Accept-Encoding": "br"}).status
            for _ in range(2)
            for address in addresses
            for worker in workers
        }
        size, own = resident_megabytes(site), own_megabytes(site)
        kept = numbers(site)["page_cache_bytes"] / len(workers)
    report.expect(statuses == {200}, f"pages were answered with {statuses}")
    report.expect(kept <= MEGABYTES * 1024 * 1024, f"{kept:,.0f} bytes are kept")
    grown = size - before
    report.expect(
        grown <= most_megabytes, f"a worker has grown by {grown:.0f} MB, more than {most_megabytes}"
    )
    report.figures |= {
        "pages": len(addresses),
        "a worker at the start, MB": before,
        "a worker afterwards, MB": size,
        "a worker afterwards, its share of what is shared, MB": own,
        "bytes kept by a worker": int(kept),
    }
    return report
