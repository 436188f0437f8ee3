"""Workers are killed again and again while people read.

Always the older worker. If its successor dies within 5.5 seconds, the server ends, because the release seems
not to start. systemd then starts the server again; `origin_dead` shows nginx's answers meanwhile.
"""

import os
import signal
import time
from contextlib import nullcontext
from pathlib import Path

from bin.drills.rig.front import NGINX, behind_nginx
from bin.drills.rig.kept_pages import SEEN
from bin.drills.rig.load import Load
from bin.drills.rig.readers import NEW, Readers
from bin.drills.rig.report import Report
from bin.production import Site, until

WORKERS = 2
#: Whether connections in a dead worker's queue go to another worker; see deploy/sysctl.conf.
MIGRATES = Path("/proc/sys/net/ipv4/tcp_migrate_req")


def drill(folder, *, seconds):
    site = Site(folder)
    site.prepare()
    front = behind_nginx(site) if NGINX else nullcontext()
    with front as nginx, site:
        return _kill_again_and_again(site, nginx, seconds)


def _kill_again_and_again(site, nginx, seconds):
    report = Report(
        f"a worker killed again and again for {seconds} s, 50 readers a second of a kind"
    )
    times = []
    with (
        Readers(site, nginx) as readers,
        Load(site.port, SEEN, per_second=50, headers=NEW) as asking_again,
    ):
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            times.append(_kill_older_worker(site))
            time.sleep(0.5)
        time.sleep(1)
    report.recovery_seconds = max(times)
    report.figures["workers killed"] = len(times)
    report.figures["seconds until replaced, at most"] = max(times)
    report.figures["net.ipv4.tcp_migrate_req"] = MIGRATES.read_text().strip()
    readers.judge(report, seconds)
    _judge_second_tries(report, asking_again)
    report.expect(max(times) < 10, f"a worker was replaced after {max(times):.1f} s only")
    report.expect(site.process.poll() is None, "the server itself has ended")
    report.expect(site.ask("/readyz").status == 200, "the site is not ready afterwards")
    return report


def _judge_second_tries(report, load):
    """Expect no failed second try if the system passes a dead worker's queue on."""
    failed = load.failed()
    report.figures["without nginx, asking a second time"] = (
        f"{len(load.outcomes):,} requests, {load.figures()['asked a second time']} asked again,"
        f" {len(failed)} failed"
    )
    bearable = 0 if report.figures["net.ipv4.tcp_migrate_req"] == "1" else len(load.outcomes) / 20
    report.expect(len(failed) <= bearable, f"{len(failed)} failed who asked again: {failed[:3]}")


def _kill_older_worker(site):
    """Kill the older worker; return the seconds until two workers accept connections again."""
    until(lambda: len(_listening(site.port)) == WORKERS)
    before = site.workers()
    killed = min(before)
    os.kill(killed, signal.SIGKILL)
    began = time.monotonic()
    until(lambda: killed not in site.workers() and len(_listening(site.port)) == WORKERS)
    return time.monotonic() - began


def _listening(port):
    """Return the sockets that listen on a port, one for each worker."""
    with open("/proc/net/tcp") as table:
        lines = [line.split() for line in table]
    return [line for line in lines if line[1].endswith(f":{port:04X}") and line[3] == "0A"]
