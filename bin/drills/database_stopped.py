"""The database stops under load, and starts again. Half of the readers come through nginx."""

import time

from bin.drills.rig.front import behind_nginx
from bin.drills.rig.kept_pages import SEEN, show_to_every_worker
from bin.drills.rig.load import Load
from bin.drills.rig.postgresql import running_postgresql
from bin.drills.rig.report import Report
from bin.production import Site, until


def drill(folder, *, seconds):
    with running_postgresql() as database:
        site = Site(folder, DATABASE_URL=database.get_uri())
        site.prepare()
        with site, behind_nginx(site) as nginx:
            return _stop_and_start(site, nginx, database, seconds)


def _stop_and_start(site, nginx, database, seconds):
    report = Report(f"PostgreSQL stopped for {seconds} seconds at 200 requests a second")
    show_to_every_worker(site)
    with (
        Load(site.port, SEEN, per_second=100) as direct,
        Load(nginx.port, SEEN, per_second=100, over_tls=True) as behind,
    ):
        time.sleep(2)
        database.stop()
        time.sleep(seconds / 2)
        unseen = site.ask("/directorates/nothing/")
        staff = site.ask("/accounts/login/")
        time.sleep(seconds / 2)
        database.ensure_postgres_running()
        began = time.monotonic()
        until(lambda: site.ask("/accounts/login/").status == 200, 60)
        until(lambda: not site.ask("/").headers["Warning"], 60)
        report.recovery_seconds = time.monotonic() - began
        time.sleep(5)
    for who, load in (("without nginx", direct), ("behind nginx", behind)):
        _judge(report, who, load, began)
    for what, answer in (("a page not seen before", unseen), ("sign-in", staff)):
        report.figures[f"{what}, meanwhile"] = answer.status
        report.expect(
            (answer.status, bool(answer.headers["Retry-After"])) == (503, True),
            f"{what} was answered with {answer.status} and not with 503 and Retry-After",
        )
    report.expect(report.recovery_seconds < 10, "it took more than 10 seconds to be as before")
    return report


def _judge(report, who, load, began):
    report.figures |= {f"{who}: {what}": figure for what, figure in load.figures().items()}
    failed, last_stale = load.failed(), load.last(lambda one: one.is_stale)
    report.expect(not failed, f"{who}: {len(failed)} requests for pages seen before failed")
    if last_stale is None:
        report.expect(False, f"{who}: no page was marked as stale: the database never stopped")
    else:
        late = last_stale - began
        report.expect(late < 10, f"{who}: pages were stale for {late:.1f} s more")
