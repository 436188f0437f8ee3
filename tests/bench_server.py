"""The site under its production server, side by side with what else could answer, in one run.

    python -m tests.bench_server [--units 7] [--rounds 3] [--seconds 3] [--json FILE]

Each round asks every target in turn, so that whatever else the machine does meets all of them. One server
process and one client thread, so that two cores are enough for both. CPU is the server's own, from the
system's accounts. It needs wrk, and nginx for the comparison with files; both are Debian packages.
"""

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from tests.production import HOST, ROOT, environment, free_port

CONNECTIONS = 64
#: Ticks of the system's accounts in a second.
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Target:
    name: str
    port: int
    pid: int
    path: str = "/"
    headers: tuple = ()
    requests: list = field(default_factory=list)
    p50: list = field(default_factory=list)
    p99: list = field(default_factory=list)
    cpu: list = field(default_factory=list)
    failed: int = 0


def need(program):
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin")
    if found is None:
        sys.exit(f"The bench needs {program}. On Debian: apt-get install {program}")
    return found


class Servers:
    """What answers: started here, and stopped at the end."""

    def __init__(self, folder):
        self.folder = folder
        self.processes = []
        self.environment = environment(folder, LOG_LEVEL="ERROR", PYTHONPATH=str(ROOT))

    def manage(self, *command):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT, env=self.environment, check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def granian(self, application, **more):
        """Start one worker; return (port, process, seconds until the first answer)."""
        port, began = free_port(), time.monotonic()
        command = [
            Path(sys.executable).with_name("granian"), "--interface=wsgi", "--no-ws", "--workers=1",
            f"--port={port}", "--blocking-threads=1", "--log-level=error", application,
        ]  # fmt: skip
        process = self.start(command, self.environment | more)
        return port, process, self.wait(port) - began

    def start(self, command, env=None):
        process = subprocess.Popen(
            command, cwd=ROOT, env=env,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.processes.append(process)
        return process

    def wait(self, port):
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/", headers={"Host": HOST, "X-Forwarded-Proto": "https"}
        )
        for _ in range(2000):
            try:
                urllib.request.urlopen(request, timeout=5).read()
                return time.monotonic()
            except OSError:
                time.sleep(0.005)
        sys.exit(f"The server on port {port} did not start.")

    def nginx(self, root):
        port = free_port()
        configuration = self.folder / "nginx.conf"
        configuration.write_text(
            f"{self._owner()}worker_processes 1; pid {self.folder}/nginx.pid; error_log /dev/null; daemon off;"
            f"events {{ worker_connections 512; }} http {{ access_log off; sendfile on;"
            f" default_type text/html; keepalive_requests 1000000; server {{ listen 127.0.0.1:{port};"
            f" root {root}; index index.html; gzip_static on; }} }}"
        )
        process = self.start([need("nginx"), "-c", str(configuration), "-p", str(self.folder)])
        self.wait(port)
        return port, process

    @staticmethod
    def _owner():
        """Started by root, nginx would hand its work to an account that may not read the folder."""
        return "user root;" if os.geteuid() == 0 else ""

    def stop(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(timeout=20)


def family(pid):
    """Return a process and all below it."""
    children = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def cpu_seconds(pid):
    total = 0
    for member in family(pid):
        fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def memory_mib(pid):
    """Resident memory of the largest process below: the worker."""
    sizes = [
        int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{member}/status").read_text())[1])
        for member in family(pid)
    ]
    return max(sizes) / 1024


def ask(target, seconds):
    command = [
        need("wrk"), "--threads=1", f"--connections={CONNECTIONS}", f"--duration={seconds}s",
        "--latency", f"--header=Host: {HOST}",
        *(f"--header={header}" for header in target.headers),
        f"http://127.0.0.1:{target.port}{target.path}",
    ]  # fmt: skip
    before = cpu_seconds(target.pid)
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    spent = cpu_seconds(target.pid) - before
    count = int(re.search(r"(\d+) requests in", output)[1])
    target.requests.append(float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1]))
    target.p50.append(_milliseconds(re.search(r"50%\s+([\d.]+)(us|ms|s)", output)))
    target.p99.append(_milliseconds(re.search(r"99%\s+([\d.]+)(us|ms|s)", output)))
    target.cpu.append(spent / count * 1e6)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    target.failed += int(refused[1]) if refused else 0


def _milliseconds(found):
    return float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000}[found[2]]


def etag_of(port, path):
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", headers={"Host": HOST, "X-Forwarded-Proto": "https"}
    )
    return urllib.request.urlopen(request, timeout=10).headers["ETag"]


def prepare(servers, units):
    for command in (("migrate", "--verbosity=0"), ("createcachetable",)):
        servers.manage(*command)
    file = "directorates/sample/ice.toml"
    if units > 7:
        file = str(servers.folder / "agency.toml")
        text = subprocess.run(
            [sys.executable, "-c",
             "from directorates.formats import fictional_agency as f;"
             f"print(f.generate(seed=1, offices={units - 9}))"],
            cwd=ROOT, env=servers.environment, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        Path(file).write_text(text)
    servers.manage("load_agency", file)
    servers.manage("collectstatic", "--noinput", "--verbosity=0")
    servers.manage("export_site", str(servers.folder / "twin"), "--origin", f"https://{HOST}")


def targets(servers):
    """Start everything; return the targets, and what was measured on the way."""
    https = ("X-Forwarded-Proto: https",)
    compressed = (*https, "Accept-Encoding: br")
    site, process, start = servers.granian("agency_site.wsgi:application")
    bare, bare_process, _ = servers.granian(
        "agency_site.wsgi:application", PAGE_CACHE_MEGABYTES="0"
    )
    constant, constant_process, _ = servers.granian("tests.bench_constant:application")
    plain, plain_process, _ = servers.granian("tests.bench_plain:application")
    twin, nginx_process = servers.nginx(servers.folder / "twin" / "current" / "site")
    time.sleep(1)
    etag = f"If-None-Match: {etag_of(site, '/')}"
    found = [
        Target("nginx, static twin", twin, nginx_process.pid, headers=("Accept-Encoding: gzip",)),
        Target("granian, constant bytes", constant, constant_process.pid),
        Target("overview, kept", site, process.pid, headers=compressed),
        Target("unit page, kept", site, process.pid, "/about/", compressed),
        Target("overview, 304", site, process.pid, headers=(*compressed, etag)),
        Target("overview, made each time", bare, bare_process.pid, headers=https),
        Target("plain Django page", plain, plain_process.pid, headers=https),
    ]
    return found, {"seconds_to_first_answer": start}, process


def report(found, more, *, units):
    by_name = {target.name: target for target in found}
    base = statistics.median(by_name["granian, constant bytes"].requests)
    plain = statistics.median(by_name["plain Django page"].requests)
    print(
        f"\n{units:,} units, {CONNECTIONS} connections, one worker\n"
        f"{'target':<27}{'requests/s':>11}{'to constant':>12}{'to plain':>10}"
        f"{'CPU µs':>9}{'p50 ms':>8}{'p99 ms':>8}{'failed':>8}"
    )
    rows = []
    for target in found:
        rate = statistics.median(target.requests)
        row = {
            "target": target.name,
            "requests_per_second": rate,
            "to_constant": rate / base,
            "to_plain": rate / plain,
            "cpu_us": statistics.median(target.cpu),
            "p50_ms": statistics.median(target.p50),
            "p99_ms": statistics.median(target.p99),
            "failed": target.failed,
        }
        rows.append(row)
        print(
            f"{target.name:<27}{rate:>11,.0f}{row['to_constant']:>11.2f}x{row['to_plain']:>9.1f}x"
            f"{row['cpu_us']:>9.0f}{row['p50_ms']:>8.2f}{row['p99_ms']:>8.2f}{target.failed:>8}"
        )
    for name, value in more.items():
        print(f"{name.replace('_', ' ')}: {value:.2f}")
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--units", type=int, default=7)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--json", type=Path, help="keep the results here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="agency-bench-") as folder:
        servers = Servers(Path(folder))
        try:
            prepare(servers, options.units)
            found, more, site = targets(servers)
            for target in found:
                ask(target, 1)
                target.requests, target.p50, target.p99, target.cpu = [], [], [], []
            for _ in range(options.rounds):
                for target in found:
                    ask(target, options.seconds)
            more["worker_mib"] = memory_mib(site.pid)
            rows = report(found, more, units=options.units)
        finally:
            servers.stop()
    if options.json:
        machine = {
            "machine": platform.machine(),
            "cores": os.cpu_count(),
            "system": platform.platform(),
        }
        result = {"units": options.units, **machine, **more, "rows": rows}
        options.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
