"""The application stops behind nginx, and then its database alone. Readers get the static copy."""

import time

from bin.drills.rig.front import behind_nginx, pages_of_static_copy
from bin.drills.rig.load import HEADERS, Load, connect
from bin.drills.rig.postgresql import running_postgresql
from bin.drills.rig.report import Report
from bin.production import Site, until

#: Addresses that only the application can answer.
LIVE = ["/survey/", "/accounts/login/", "/admin/", "/preview/units/1/", "/offices/not-in-the-copy/"]


def drill(folder, *, seconds):
    report = Report(f"application, then PostgreSQL stopped for {seconds} s behind nginx")
    with running_postgresql() as database:
        site = Site(folder, DATABASE_URL=database.get_uri(), LOG_LEVEL="CRITICAL")
        site.prepare(units=60)
        with behind_nginx(site) as nginx:
            pages = [*pages_of_static_copy(site), "/about", "/offices"]
            report.figures["pages"] = len(pages)
            with site:
                stops = (site.stop, site.start)
                _stop_and_start(report, "application", nginx, pages, stops, seconds)
            # A restart empties the application's memory of pages.
            with site:
                stops = (database.stop, database.ensure_postgres_running)
                _stop_and_start(report, "database", nginx, pages, stops, seconds)
    return report


def _stop_and_start(report, what, nginx, pages, stops, seconds):
    stop, start = stops
    with Load(nginx.port, pages, over_tls=True, asks_again=False) as load:
        if what == "application":
            time.sleep(2)
        stop()
        stopped = time.monotonic()
        until(lambda: _ask(nginx, "/survey/")[0] == 503)
        meanwhile = {path: _ask(nginx, path) for path in LIVE}
        time.sleep(seconds)
        start()
        started = time.monotonic()
        until(lambda: _ask(nginx, "/accounts/login/")[0] == 200, 60)
        until(lambda: all(_ask(nginx, page)[2] is None for page in pages[:10]), 60)
        recovery = time.monotonic() - started
        time.sleep(3)
    _judge(report, what, load, meanwhile, recovery)
    last_stale = load.last(lambda one: one.is_stale) or stopped
    report.expect(last_stale > started - 2, f"{what}: it never stopped, or nobody read meanwhile")
    report.expect(
        last_stale < started + 10, f"{what}: pages of the static copy were shown on and on"
    )


def _judge(report, what, load, meanwhile, recovery):
    figures = load.figures()
    report.figures[f"{what}: readers"] = (
        f"{figures['answers by status']}; by the static copy or marked as stale {figures['marked as stale']},"
        f" median {figures['median ms']:.1f} ms, slowest {figures['slowest ms']:.0f} ms"
    )
    report.figures[f"{what}: recovery"] = f"{recovery:.1f} s"
    report.recovery_seconds = max(report.recovery_seconds or 0, recovery)
    failed = load.failed()
    report.expect(not failed, f"{what}: {len(failed)} readers failed: {failed[:3]}")
    report.expect(recovery < 10, f"{what}: it took {recovery:.1f} s to be as before")
    for path, (status, retry_after, _) in meanwhile.items():
        report.expect(
            (status, bool(retry_after)) == (503, True),
            f"{what}: {path} was answered with {status} and not with 503 and Retry-After",
        )


def _ask(nginx, path):
    """Return (status, Retry-After, the Warning header of a stale page)."""
    connection = connect(nginx.port, over_tls=True)
    try:
        connection.request("GET", path, headers=HEADERS)
        response = connection.getresponse()
        return response.status, response.headers["Retry-After"], response.headers["Warning"]
    finally:
        connection.close()
