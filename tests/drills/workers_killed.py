"""A worker is killed, again and again, while people read.

Always the older one: if a worker's successor dies within 5.5 seconds, the server takes it for a release that
does not start, ends, and is started again by systemd; the drill of the dead origin shows what nginx answers then.
"""

import os
import signal
import time

from tests.drills.load import Load
from tests.drills.report import Report
from tests.production import Site, until

PAGES = ["/", "/about/", "/directorates/", "/offices/", "/offices/?by=part-of", "/sitemap.xml"]

WORKERS = 2


def drill(folder, *, seconds):
    site = Site(folder)
    site.prepare()
    with site:
        return _kill_again_and_again(site, seconds)


def _kill_again_and_again(site, seconds):
    report = Report(f"a worker killed again and again for {seconds} seconds, 200 requests a second")
    times = []
    # Half of the readers keep their connection, half come anew: a kill meets both.
    with (
        Load(site.port, PAGES, per_second=100) as kept,
        Load(site.port, PAGES, per_second=100, headers={"Connection": "close"}) as new,
    ):
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            times.append(_kill_older_worker(site))
            time.sleep(0.5)
        time.sleep(1)
    report.recovery_seconds = max(times)
    report.figures = {
        "workers killed": len(times),
        "seconds until replaced, at most": max(times),
        **_named("connections kept", kept),
        **_named("new connections", new),
    }
    for load in (kept, new):
        report.expect(not load.failed(), f"{len(load.failed())} failed: {load.failed()[:3]}")
        report.expect(
            len(load.outcomes) > seconds * 50, f"only {len(load.outcomes)} requests were made"
        )
    report.expect(max(times) < 10, f"a worker was replaced after {max(times):.1f} s only")
    report.expect(site.process.poll() is None, "the server itself has ended")
    report.expect(site.ask("/readyz").status == 200, "the site is not ready afterwards")
    return report


def _named(what, load):
    figures = load.figures()
    lost = figures.pop("asked a second time")
    return {f"{what}: {name}": value for name, value in figures.items()} | {
        f"{what}: lost at the first try": lost
    }


def _kill_older_worker(site):
    """Return in how many seconds there are two workers again that take connections."""
    until(lambda: len(_listening(site.port)) == WORKERS)
    before = site.workers()
    killed = min(before)
    os.kill(killed, signal.SIGKILL)
    began = time.monotonic()
    until(lambda: killed not in site.workers() and len(_listening(site.port)) == WORKERS)
    return time.monotonic() - began


def _listening(port):
    """Return the sockets that listen on a port: each worker has its own."""
    with open("/proc/net/tcp") as table:
        lines = [line.split() for line in table]
    return [line for line in lines if line[1].endswith(f":{port:04X}") and line[3] == "0A"]
