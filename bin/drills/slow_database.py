"""The database is slow: first another client holds a lock, then the server is frozen.

Every worker needs some 10 seconds to notice a frozen server, so shorter drills expect no mark. Readers come
through nginx.
"""

import os
import signal
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from bin.drills.rig.front import behind_nginx
from bin.drills.rig.kept_pages import SEEN, show_to_every_worker
from bin.drills.rig.load import Load
from bin.drills.rig.postgresql import running_postgresql
from bin.drills.rig.report import Report
from bin.production import Site, until

#: Never kept. A working database answers 404.
UNKEPT = [f"/directorates/nothing-{number}/" for number in range(1000)]
STATEMENT_SECONDS = 3
#: nginx waits 3 seconds for the application. The rest is for a busy machine.
MOST_SECONDS_OF_AN_ANSWER = 6
SECONDS_TO_NOTICE = 13


@dataclass(frozen=True)
class Trouble:
    """A kind of trouble. `begin` returns a context for its length."""

    name: str
    begin: object
    is_noticed: bool


def drill(folder, *, seconds):
    report = Report(f"PostgreSQL locked, then frozen, for {seconds} seconds each")
    report.recovery_seconds = 0.0
    with running_postgresql() as database:
        site = Site(
            folder,
            DATABASE_URL=database.get_uri(),
            STATEMENT_TIMEOUT_SECONDS=str(STATEMENT_SECONDS),
        )
        site.prepare()
        with site, behind_nginx(site) as nginx:
            for trouble in (
                Trouble("locked", lambda: _locked(database.get_uri()), is_noticed=False),
                Trouble(
                    "frozen", lambda: _frozen(database), is_noticed=seconds >= SECONDS_TO_NOTICE
                ),
            ):
                show_to_every_worker(site)
                _bear(trouble, site, nginx, seconds, report)
    return report


def _bear(trouble, site, nginx, seconds, report):
    """Let readers request kept pages and others, before, during and after the trouble."""
    with (
        Load(site.port, SEEN, per_second=100) as direct,
        Load(nginx.port, SEEN, per_second=100, over_tls=True) as kept,
        Load(nginx.port, UNKEPT, per_second=20, over_tls=True) as unkept,
    ):
        time.sleep(1)
        with trouble.begin():
            time.sleep(seconds)
        ended = time.monotonic()
        until(lambda: site.ask(UNKEPT[0]).status == 404, 60)
        until(lambda: not site.ask("/").headers["Warning"], 60)
        recovery = time.monotonic() - ended
        time.sleep(2)
    report.figures |= {
        f"{trouble.name}, kept, without nginx: {what}": figure
        for what, figure in direct.figures().items()
    }
    _judge(trouble, kept, unkept, report, ended=ended)
    report.recovery_seconds = max(report.recovery_seconds, recovery)
    report.expect(recovery < 10, f"{trouble.name}: it took {recovery:.1f} s to be as before")


def _judge(trouble, kept, unkept, report, *, ended):
    for who, load in (("kept", kept), ("not kept", unkept)):
        report.figures |= {
            f"{trouble.name}, {who}: {what}": figure for what, figure in load.figures().items()
        }
    slowest = max(one.seconds for one in kept.outcomes)
    is_marked = kept.last(lambda one: one.is_stale) is not None
    failed = len(kept.failed())
    lost = [one for one in unkept.outcomes if one.status not in (404, 503)]
    late = max(one.seconds for one in unkept.outcomes)
    refused = [one for one in unkept.outcomes if one.status == 503]
    again = [one for one in refused if one.began > ended + 10]
    for is_so, otherwise in (
        (not failed, f"{failed} requests for kept pages failed"),
        (slowest < MOST_SECONDS_OF_AN_ANSWER, f"a kept page took {slowest:.1f} s"),
        (is_marked == trouble.is_noticed, f"that kept pages were marked as stale was {is_marked}"),
        (refused, "no page that is not kept was refused: there was no trouble"),
        (not lost, f"{len(lost)} pages that are not kept got neither an answer nor a refusal"),
        (late < MOST_SECONDS_OF_AN_ANSWER, f"a page that is not kept took {late:.1f} s"),
        (not again, f"{len(again)} pages were refused long after it was over"),
    ):
        report.expect(is_so, f"{trouble.name}: {otherwise}")


@contextmanager
def _locked(address):
    with psycopg.connect(address) as connection:
        connection.execute("LOCK TABLE directorates_unitedition IN ACCESS EXCLUSIVE MODE")
        yield
        connection.rollback()


@contextmanager
def _frozen(database):
    """Freeze all processes of the server: they keep their connections and do not answer."""
    master = int((database.pgdata / "postmaster.pid").read_text().split()[0])
    os.kill(master, signal.SIGSTOP)
    processes = [master, *_children(master)]
    try:
        for process in processes[1:]:
            os.kill(process, signal.SIGSTOP)
        yield
    finally:
        for process in reversed(processes):
            os.kill(process, signal.SIGCONT)


def _children(process):
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True, check=True
    )
    return [int(number) for number in listed.stdout.split()]
