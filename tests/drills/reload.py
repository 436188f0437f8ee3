"""The site is reloaded, as at an upgrade, again and again while people read: behind nginx, and without it."""

import signal
import time
from contextlib import ExitStack

from tests.drills.front import behind_nginx
from tests.drills.load import Load
from tests.drills.report import Report
from tests.production import Site, until

PAGES = ["/", "/about/", "/directorates/", "/offices/", "/offices/?by=part-of", "/sitemap.xml"]


def drill(folder, *, seconds):
    site = Site(folder)
    site.prepare()
    with behind_nginx(site) as nginx, site:
        return _reload_again_and_again(site, nginx, seconds)


def _reload_again_and_again(site, nginx, seconds):
    report = Report(f"reloads for {seconds} seconds, 50 requests a second of each kind of reader")
    new = {"Connection": "close"}
    loads = {
        "behind nginx, connections kept": Load(nginx.port, PAGES, per_second=50, over_tls=True),
        "behind nginx, new connections": Load(
            nginx.port, PAGES, per_second=50, over_tls=True, headers=new
        ),
        "without nginx, connections kept": Load(site.port, PAGES, per_second=50),
        "without nginx, new connections": Load(site.port, PAGES, per_second=50, headers=new),
    }
    for load in loads.values():
        # A browser does not ask twice.
        load.asks_again = False
    times = []
    with ExitStack() as stack:
        for load in loads.values():
            stack.enter_context(load)
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            times.append(_reload(site))
            time.sleep(0.5)
        time.sleep(1)
    report.recovery_seconds = max(times)
    report.figures["reloads"] = len(times)
    report.figures["seconds until all workers are new, at most"] = max(times)
    for who, load in loads.items():
        _judge(report, who, load, seconds)
    return report


def _judge(report, who, load, seconds):
    slowest = max(one.seconds for one in load.outcomes) * 1000
    twin = sum(one.is_stale for one in load.outcomes)
    report.figures[who] = (
        f"{len(load.outcomes):,} requests, {len(load.failed())} failed, {twin} answered by the twin,"
        f" slowest {slowest:.0f} ms"
    )
    report.expect(len(load.outcomes) > seconds * 25, f"{who}: too few requests were made")
    if who.startswith("behind"):
        report.expect(not load.failed(), f"{who}: {len(load.failed())} failed: {load.failed()[:3]}")


def _reload(site):
    """Replace all workers; return how long it took."""
    before = site.workers()
    site.process.send_signal(signal.SIGHUP)
    return until(lambda: not site.workers() & before and len(site.workers()) == 2, 60)
