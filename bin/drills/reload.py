"""The site is reloaded again and again, as in an upgrade, while people read behind nginx and without it."""

import signal
import time

from bin.drills.rig.front import behind_nginx
from bin.drills.rig.readers import Readers
from bin.drills.rig.report import Report
from bin.production import Site, until


def drill(folder, *, seconds):
    site = Site(folder)
    site.prepare()
    with behind_nginx(site) as nginx, site:
        return _reload_again_and_again(site, nginx, seconds)


def _reload_again_and_again(site, nginx, seconds):
    report = Report(f"reloads for {seconds} seconds, 50 requests a second of each kind of reader")
    times = []
    with Readers(site, nginx) as readers:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            times.append(_reload(site))
            time.sleep(0.5)
        time.sleep(1)
    report.recovery_seconds = max(times)
    report.figures["reloads"] = len(times)
    report.figures["seconds until all workers are new, at most"] = max(times)
    readers.judge(report, seconds)
    return report


def _reload(site):
    """Replace all workers; return the seconds."""
    before = site.workers()
    site.process.send_signal(signal.SIGHUP)
    return until(lambda: not site.workers() & before and len(site.workers()) == 2, 60)
