"""The cache that workers share fails during publications: Redis, then the default table."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

from bin.drills.rig.kept_pages import SEEN, show_to_every_worker
from bin.drills.rig.load import Load
from bin.drills.rig.postgresql import running_postgresql
from bin.drills.rig.report import Report
from bin.production import Site, free_port, until, wait_for

#: Longest time from the first answer with the new text to the last without it.
MOST_SECONDS_OF_OLD_PAGES = 2.5

PUBLISH = """
from django.utils import timezone
from directorates.actions.publishing import drafting, publishing
from directorates.models import Unit
unit = Unit.objects.get(kind="agency")
unit.summary = {words!r}
drafting.save(record=unit, relations={{}}, by=None, at=timezone.now())
publishing.publish(records=[unit], by=None, at=timezone.now())
"""
DROP = "from django.db import connection; connection.cursor().execute('DROP TABLE page_cache')"


def drill(folder, *, seconds):
    server = shutil.which("redis-server") or shutil.which("redis-server", path="/usr/sbin")
    if server is None:
        sys.exit("This drill needs redis-server. On Debian: apt-get install redis-server")
    report = Report(f"the shared cache of pages away for {seconds / 3:.0f} seconds, three times")
    report.recovery_seconds = 0.0
    with running_postgresql() as database:
        redis = _Redis(server, folder)
        address = database.get_uri()
        site = Site(folder, DATABASE_URL=address, REDIS_URL=f"redis://127.0.0.1:{redis.port}/0")
        with redis.running():
            site.prepare()
            with site:
                _bear("Redis stopped", redis.stopped, site, seconds / 3, report)
                _bear("Redis frozen", redis.frozen, site, seconds / 3, report)
        site = Site(folder, DATABASE_URL=address)
        site.manage("createcachetable")
        with site:
            _bear("the table dropped", lambda: _without_table(site), site, seconds / 3, report)
    return report


def _bear(name, gone, site, seconds, report):
    """Publish while the cache is down, and again when it is back."""
    show_to_every_worker(site)
    with Load(site.port, SEEN) as load:
        time.sleep(1)
        with gone():
            seen = _publish(site, f"Published with {name}.")
            ready = json.loads(site.ask("/readyz").body)
            time.sleep(seconds)
        began = time.monotonic()
        until(lambda: site.ask("/readyz").status == 200, 60)
        report.recovery_seconds = max(report.recovery_seconds, time.monotonic() - began)
        again = _publish(site, f"Published after {name}.")
    report.figures |= {f"{name}: {what}": figure for what, figure in load.figures().items()}
    report.figures[f"{name}: old pages beside new ones, s"] = max(seen, again)
    for is_so, otherwise in (
        (not load.failed(), f"{len(load.failed())} requests of readers failed"),
        (ready["status"] != "ok", "/readyz did not say that the cache was away: it never was"),
        (max(seen, again) < MOST_SECONDS_OF_OLD_PAGES, f"old pages for {max(seen, again):.1f} s"),
    ):
        report.expect(is_so, f"{name}: {otherwise}")


def _publish(site, words):
    """Publish, and return for how many seconds old pages were seen beside new pages.

    The result is infinite if no new page was seen.
    """
    is_over, answers = threading.Event(), []

    def look():
        while not is_over.is_set():
            began = time.monotonic()
            answers.append((began, words.encode() in site.ask("/about/").body))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        site.python(PUBLISH.format(words=words))
        time.sleep(MOST_SECONDS_OF_OLD_PAGES)
    finally:
        is_over.set()
        looking.join()
    first_new = min((at for at, is_new in answers if is_new), default=None)
    last_old = max((at for at, is_new in answers if not is_new), default=first_new)
    return float("inf") if first_new is None else max(0.0, last_old - first_new)


@contextmanager
def _without_table(site):
    site.python(DROP)
    yield
    site.manage("createcachetable")


class _Redis:
    """The drill's own Redis, which keeps nothing on the disk."""

    def __init__(self, program, folder):
        self.port = free_port()
        self.process = None
        self._command = [
            program, "--port", str(self.port), "--bind", "127.0.0.1",
            "--save", "", "--appendonly", "no", "--dir", str(folder),
        ]  # fmt: skip

    @contextmanager
    def running(self):
        self._start()
        try:
            yield
        finally:
            self._stop()

    @contextmanager
    def stopped(self):
        self._stop()
        yield
        self._start()

    @contextmanager
    def frozen(self):
        """Freeze Redis within the block: it accepts connections and does not answer."""
        os.kill(self.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.process.pid, signal.SIGCONT)

    def _start(self):
        self.process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        wait_for(self.port)

    def _stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)
