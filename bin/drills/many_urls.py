"""Requests a hundred thousand different addresses. The page cache must keep its bound and its pages."""

import itertools
import re
import socket
import time
from collections import Counter
from contextlib import closing
from urllib.parse import quote

from bin.drills.rig.report import Report
from bin.production import HOST, Site

MEGABYTES = 8
UNITS = 450
MANY = 100_000
#: Growth of a worker's process beyond the bound: memory of other threads, and memory that is no page.
SLACK_MEGABYTES = 30
#: More pages than the requested addresses have.
MOST_PAGES = 60
TOKEN = "a token for one run"
#: Requests that are sent before their answers are read.
AT_ONCE = 32
#: Pages that must still be in the cache afterwards.
KNOWN = ("/", "/about/", "/directorates/", "/offices/", "/offices/?by=part-of", "/sitemap.xml")


def drill(folder, *, seconds):
    site = Site(
        folder, GRANIAN_WORKERS="1", PAGE_CACHE_MEGABYTES=str(MEGABYTES), METRICS_TOKEN=TOKEN
    )
    site.prepare(units=UNITS)
    with site:
        return watch(site, MANY)


def watch(site, many):
    report = Report(f"{many:,} addresses that differ, asked of one worker with {MEGABYTES} MB")
    with closing(Pipe(site.port)) as pipe:
        pipe.ask([(path, {}) for path in KNOWN] * 2)
        before = resident_megabytes(site)
        began = time.monotonic()
        asked = itertools.islice(strange(), many)
        statuses = Counter(pipe.ask(asked))
        report.figures["requests a second"] = int(many / (time.monotonic() - began))
        grown = resident_megabytes(site) - before
        made = numbers(site)["page_cache_misses_total"]
        pipe.ask([(path, {}) for path in KNOWN])
        after = numbers(site)
    report.expect(not any(status >= 500 for status in statuses), f"errors: {statuses}")
    report.expect(
        after["page_cache_entries"] <= MOST_PAGES,
        f"{after['page_cache_entries']:.0f} pages are kept, although there are not {MOST_PAGES}",
    )
    report.expect(
        after["page_cache_bytes"] <= MEGABYTES * 1024 * 1024,
        f"{after['page_cache_bytes']:,.0f} bytes are kept, more than {MEGABYTES} MB",
    )
    report.expect(
        grown <= SLACK_MEGABYTES, f"the worker grew by {grown:.0f} MB, more than {SLACK_MEGABYTES}"
    )
    made_again = after["page_cache_misses_total"] - made
    report.expect(not made_again, f"{made_again:.0f} of {len(KNOWN)} known pages had gone")
    report.figures |= {
        "answers by status": ", ".join(f"{what}: {n:,}" for what, n in sorted(statuses.items())),
        "worker before, MB": before,
        "worker grew by, MB": grown,
        "pages kept": int(after["page_cache_entries"]),
        "bytes kept": int(after["page_cache_bytes"]),
        "pages thrown out": int(after["page_cache_evictions_total"]),
    }
    return report


def strange():
    """Yield (address, headers) without end and without repetition.

    Each way in which a visitor can invent addresses takes its turn.
    """
    for number in itertools.count():
        long = f"{number:06}" * 300
        yield from (
            (f"/about/?utm_source={number}", {}),
            (f"/offices/?by=part-of&x={number}", {}),
            (f"/offices/?page={number:07}", {}),
            (f"/offices/?page=%2B{number}&by=name", {}),
            (f"/offices/?page={number}&part-of=", {}),
            (f"/directorates/?part-of={quote(f'ü{number}')}", {}),
            (f"/sitemap.xml?p={number:05}", {}),
            (f"/sitemap.xml?p={number}", {}),
            (f"/offices/nothing-{number}/", {}),
            (f"/nothing/{number}/?page=1", {}),
            (f"/{long}/?page=1", {}),
            (f"/{long}", {}),
            (f"/about/?{long}", {}),
            (f"/about/?page={number}", {"Host": f"{HOST}:{number % 60_000}"}),
            (f"/%61bout/?{number}", {"Host": mixed_case(HOST, number)}),
            ("/about/", {"Host": f"host-{number}.example"}),
            ("/about/", {"Accept-Encoding": f"gzip, x-{long}"}),
            ("/about/", {"X-Forwarded-Proto": f"https, {number}", "Cookie": f"visit={number}"}),
            (f"/about/{number}", {"If-None-Match": f'"{number}"'}),
        )


def mixed_case(host, number):
    """Return one of the many ways to mix upper and lower case in a host."""
    return "".join(
        letter.upper() if number >> place & 1 else letter for place, letter in enumerate(host)
    )


class Pipe:
    """One connection that sends requests without waiting for answers."""

    def __init__(self, port):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._answers = self._socket.makefile("rb")

    def close(self):
        self._answers.close()
        self._socket.close()

    def ask(self, requests):
        """Request each (address, headers); return the statuses."""
        statuses = []
        for some in itertools.batched(requests, AT_ONCE):
            self._socket.sendall(b"".join(_written(*one) for one in some))
            statuses += [self._read() for _ in some]
        return statuses

    def _read(self):
        status = int(self._answers.readline().split()[1])
        length = None
        while (line := self._answers.readline()) != b"\r\n":
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if length is not None:
            self._answers.read(length)
        elif status != 304:
            self._read_pieces()
        return status

    def _read_pieces(self):
        """Read a chunked body."""
        length = None
        while length != 0:
            length = int(self._answers.readline(), 16)
            self._answers.read(length + len(b"\r\n"))


def _written(address, headers):
    known = {"Host": HOST, "X-Forwarded-Proto": "https", "Accept-Encoding": "gzip, br"}
    lines = [f"GET {address} HTTP/1.1", *(f"{n}: {v}" for n, v in (known | headers).items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def numbers(site):
    """Return {name: number}, after each worker has written its numbers again."""
    time.sleep(2)
    text = site.ask("/metrics", Authorization=f"Bearer {TOKEN}").body.decode()
    found = re.findall(r"^agency_site_(\w+) (\S+)$", text, re.MULTILINE)
    return {name: float(number) for name, number in found}


def resident_megabytes(site):
    """Return the average memory of the site's workers, in megabytes."""
    return _megabytes(site, "Rss")


def own_megabytes(site):
    """Return the same, with memory that processes share divided between them."""
    return _megabytes(site, "Pss")


def _megabytes(site, name):
    sizes = [_read_size(pid, name) for pid in site.workers()]
    return sum(sizes) / len(sizes) / 1024


def _read_size(pid, name):
    with open(f"/proc/{pid}/smaps_rollup") as sizes:
        return next(int(line.split()[1]) for line in sizes if line.startswith(f"{name}:"))
