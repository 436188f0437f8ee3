"""A burst of ten times as many pages as the site can make, beside readers of kept pages.

nginx speaks plain http here, because so many TLS connections would leave the site no processor time.
"""

import time

from bin.drills.rig.crowd import Crowd, measure_ceiling
from bin.drills.rig.front import behind_nginx
from bin.drills.rig.kept_pages import SEEN
from bin.drills.rig.load import HEADERS, Load, connect
from bin.drills.rig.report import Report
from bin.production import Site, until

#: Addresses without a page. Answers are never kept, so each needs Django and the database.
NOTHING = "/offices/nothing-{}/"
TIMES = 10
#: In seconds. Clients need a while to send a burst, and the site answers the rest afterwards.
LONGEST = 20
#: Seconds until the crowd's processes have started.
STARTING = 1


def drill(folder, *, seconds):
    site = Site(folder, LOG_LEVEL="CRITICAL")
    site.prepare()
    seconds = min(seconds, LONGEST)
    report = Report(
        f"{TIMES} times what can be answered, for {seconds} s, beside 100 readers a second"
    )
    with behind_nginx(site, over_tls=False) as nginx, site:
        _show_to_every_worker(site)
        ceiling = measure_ceiling(site.port, NOTHING)
        report.figures["pages made a second, at most"] = ceiling
        for who, port in (("without nginx", site.port), ("behind nginx", nginx.port)):
            _burst(report, who, port, ceiling, seconds)
    return report


def _burst(report, who, port, ceiling, seconds):
    kept = Load(port, SEEN, per_second=50)
    new = Load(port, SEEN, per_second=50, headers={"Connection": "close"})
    with kept, new, Crowd(port, NOTHING, per_second=ceiling * TIMES, seconds=seconds) as crowd:
        time.sleep(seconds + STARTING)
        recovery = until(lambda: _is_quick(port), 120)
        outcomes = crowd.wait()
    offered = sum(outcomes.values())
    report.figures[f"{who}: offered"] = f"{offered:,} in {seconds} s"
    report.figures[f"{who}: came of it"] = ", ".join(
        f"{what}: {many:,}" for what, many in sorted(outcomes.items())
    )
    for readers, load in (("connections kept", kept), ("new connections", new)):
        figures = load.figures()
        report.figures[f"{who}: readers with {readers}"] = (
            f"{figures['answers by status']}; marked as stale {figures['marked as stale']},"
            f" median {figures['median ms']:.1f} ms, 99th percentile"
            f" {figures['99th percentile ms']:.0f} ms, slowest {figures['slowest ms']:.0f} ms"
        )
        report.expect(
            not load.failed(), f"{who}: {len(load.failed())} readers with {readers} failed"
        )
    report.figures[f"{who}: recovery"] = f"{recovery:.1f} s"
    unstated = {
        what: many
        for what, many in outcomes.items()
        if what.startswith("5") and what != "503 with Retry-After"
    }
    report.expect(not unstated, f"{who}: answered without saying when to come again: {unstated}")
    report.expect(offered > ceiling * seconds * 2, f"{who}: only {offered} were offered")
    if who == "behind nginx":
        unheard = set(outcomes) - {"404", "503 with Retry-After"}
        report.expect(not unheard, f"{who}: visitors had no answer: {unheard}")
        # Without nginx, waiting clients ask again and again, which the site cannot prevent.
        report.recovery_seconds = recovery
        report.expect(recovery < 10, f"{who}: it took {recovery:.1f} s to be as before")


def _is_quick(port):
    """Whether the site itself quickly answers pages that it has to make."""
    began = time.monotonic()
    for number in range(10):
        connection = connect(port, timeout=1)
        try:
            connection.request("GET", NOTHING.format(f"after-{number}"), headers=HEADERS)
            if connection.getresponse().status != 404:
                return False
        except OSError:
            return False
        finally:
            connection.close()
    return time.monotonic() - began < 1


def _show_to_every_worker(site):
    for _ in range(40):
        for path in SEEN:
            site.ask(path)
