"""Measures the site under its production server beside alternatives, in one run.

Each round requests every target in turn with the same headers, so other work on the machine affects all
targets. One server process and one client thread need two cores. CPU is the server's own time, from the system.
The comparison needs wrk, and nginx for files; both are Debian packages.
"""

import base64
import json
import re
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field

from bin.bench.processes import cpu_seconds, memory_mib
from bin.bench.servers import HEADERS, Servers, fetch, make_site, need
from bin.drills.rig.front import export
from bin.production import ROOT, environment
from directorates.management.progress import progress

CONNECTIONS = 64
#: For pages that are made for each request: 64 would leave most requests of a round unanswered.
CONNECTIONS_OF_MADE_PAGES = 2
ROUNDS, SECONDS = 3, 2
#: Units of the sample agency, and of fictional agencies.
SIZES = (7, 450, 10_000)


@dataclass
class Target:
    name: str
    port: int
    pid: int
    path: str = "/"
    headers: tuple = ()
    encoding: str = "br"
    connections: int = CONNECTIONS
    requests: list = field(default_factory=list)
    p50: list = field(default_factory=list)
    p99: list = field(default_factory=list)
    cpu: list = field(default_factory=list)
    failed: int = 0

    @property
    def address(self):
        return self.port, self.pid, self.path


def _cpu_seconds_at_rest(pid, *, most_looks=100):
    """Wait until a process has finished earlier requests; return its CPU seconds."""
    spent = cpu_seconds(pid)
    for _ in range(most_looks):
        time.sleep(0.1)
        before, spent = spent, cpu_seconds(pid)
        if spent - before < 0.02:
            break
    return spent


def ask(target, seconds):
    command = [
        need("wrk"), "--threads=1", f"--connections={target.connections}", f"--duration={seconds}s", "--latency",
        *(f"--header={name}: {value}" for name, value in HEADERS.items()),
        f"--header=Accept-Encoding: {target.encoding}",
        *(f"--header={header}" for header in target.headers),
        f"http://127.0.0.1:{target.port}{target.path}",
    ]  # fmt: skip
    before = _cpu_seconds_at_rest(target.pid)
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    spent = cpu_seconds(target.pid) - before
    count = int(re.search(r"(\d+) requests in", output)[1])
    if not count:
        sys.exit(f"{target.name}: not one answer in {seconds} s.")
    target.requests.append(float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1]))
    target.p50.append(_milliseconds(re.search(r"50%\s+([\d.]+)(us|ms|s)", output)))
    target.p99.append(_milliseconds(re.search(r"99%\s+([\d.]+)(us|ms|s)", output)))
    target.cpu.append(spent / count * 1e6)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    target.failed += int(refused[1]) if refused else 0


def _milliseconds(found):
    return float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000}[found[2]]


def start_targets(servers, sites):
    """Start all servers; return the targets, and the figures measured meanwhile."""
    small = sites[SIZES[0]]
    fronts, kept, made, more = [], [], [], {}
    for units, site in sites.items():
        size = f"{units:,} units"
        port, pid, start = servers.granian("agency_site.rsgi:application", site.environment)
        more[f"seconds to the first answer, {size}"] = start
        more[f"MiB a worker, {size}"] = pid
        kept += [
            Target(f"overview, kept, {size}", port, pid),
            Target(f"unit page, kept, {size}", port, pid, "/about/"),
        ]
        front, front_pid = servers.front(str(units), small.folder / "static_copy", port)
        fronts += [
            Target(f"behind its front, {size}", front, front_pid),
            Target(f"unit page behind its front, {size}", front, front_pid, "/about/"),
        ]
        bare = site.environment | {"PAGE_CACHE_MEGABYTES": "0"}
        port, pid, _ = servers.granian("agency_site.rsgi:application", bare)
        made.append(_of_made_page(f"overview, made, {size}", port, pid))
    first = kept[0]
    answer = fetch(first.port, "/")
    more["HTML and stylesheet of the overview, KB compressed"] = weigh(first.port, answer)
    headers = [(name, value) for name, value in answer.headers.items() if name.lower() != "date"]
    cold, cold_pid, _ = servers.granian("bin.bench.cold:application", small.environment)
    plain, plain_pid, _ = servers.granian("bin.bench.plain:application", small.environment)
    plain_front, plain_front_pid = servers.front("plain", small.folder / "static_copy", plain)
    static_copy, nginx_pid = servers.nginx(small.folder / "static_copy" / "current" / "site")
    two = [header for header in headers if header[0].lower() in ("content-type", "content-length")]
    found = [
        Target("nginx, static file", static_copy, nginx_pid, encoding="gzip"),
        Target("plain Django behind the same front", plain_front, plain_front_pid),
        *fronts,
        Target("behind its front, no encoding", *fronts[0].address, encoding="identity"),
        _constant(servers, "granian, constant bytes", two, answer.content),
        _constant(servers, "granian, the page's own headers too", headers, answer.content),
        _constant(
            servers, "granian by WSGI, constant bytes", two, answer.content, by="application"
        ),
        *kept,
        Target("overview, kept, gzip", *first.address, encoding="gzip"),
        Target("overview, kept, no encoding", *first.address, encoding="identity"),
        Target(
            "overview, 304", *first.address, headers=(f"If-None-Match: {answer.headers['ETag']}",)
        ),
        *made,
        _of_made_page("overview, cold", cold, cold_pid),
        _of_made_page("the same page, plain Django", plain, plain_pid),
        _of_made_page("a bare page, plain Django", plain, plain_pid, "/bare/"),
    ]
    return found, more


def _of_made_page(*names):
    return Target(*names, connections=CONNECTIONS_OF_MADE_PAGES)


def _constant(servers, name, headers, body, *, by="rsgi"):
    file = servers.folder / f"answer-{len(headers)}.json"
    file.write_text(json.dumps({"headers": headers, "body": base64.b64encode(body).decode()}))
    env = environment(servers.folder, PYTHONPATH=str(ROOT), BENCH_ANSWER=str(file))
    port, pid, _ = servers.granian(f"bin.bench.constant:{by}", env)
    return Target(name, port, pid)


def weigh(port, answer):
    """Return the compressed size of a page and its stylesheet, in KB."""
    import brotli

    [address] = re.findall(
        r'href="(/static/[^"]+\.css)"', brotli.decompress(answer.content).decode()
    )
    return (len(answer.content) + len(fetch(port, address).content)) / 1000


def rows_of(found):
    by_name = {target.name: target for target in found}
    base, file, front, plain = (
        statistics.median(by_name[name].requests)
        for name in (
            "granian, constant bytes", "nginx, static file", "plain Django behind the same front",
            "the same page, plain Django",
        )
    )  # fmt: skip
    return [
        {
            "target": target.name,
            "requests_per_second": (rate := statistics.median(target.requests)),
            "to_file": rate / file,
            "to_plain_behind_front": rate / front,
            "to_constant": rate / base,
            "to_plain": rate / plain,
            "cpu_us": statistics.median(target.cpu),
            "p50_ms": statistics.median(target.p50),
            "p99_ms": statistics.median(target.p99),
            "failed": target.failed,
        }
        for target in found
    ]


def show(rows, more):
    print(
        f"\n{CONNECTIONS} connections ({CONNECTIONS_OF_MADE_PAGES} for a page made for each request),"
        f" one worker with one thread, {ROUNDS} rounds of {SECONDS} s each\n"
        f"{'target':<38}{'requests/s':>11}{'to file':>9}{'to front':>9}{'to const':>9}{'to plain':>9}"
        f"{'CPU µs':>9}{'p50 ms':>8}{'p99 ms':>8}{'failed':>8}"
    )
    for row in rows:
        print(
            f"{row['target']:<38}{row['requests_per_second']:>11,.0f}{row['to_file']:>8.2f}x"
            f"{row['to_plain_behind_front']:>8.2f}x{row['to_constant']:>8.2f}x{row['to_plain']:>8.2f}x"
            f"{row['cpu_us']:>9.1f}{row['p50_ms']:>8.2f}"
            f"{row['p99_ms']:>8.2f}{row['failed']:>8}"
        )
    for name, value in more.items():
        print(f"{name}: {value:.2f}")


def measure(folder):
    sites = {units: make_site(folder / str(units), units) for units in SIZES}
    export(sites[SIZES[0]])
    servers = Servers(folder)
    try:
        found, more = start_targets(servers, sites)
        for target in found:
            ask(target, 1)
            target.requests, target.p50, target.p99, target.cpu = [], [], [], []
        asked = found * ROUNDS
        for target in progress(asked, total=len(asked), unit="targets", description="Server"):
            ask(target, SECONDS)
        for name, pid in more.items():
            if name.startswith("MiB"):
                more[name] = memory_mib(pid)
    finally:
        servers.stop()
    rows = rows_of(found)
    show(rows, more)
    return {"rows": rows, **more}
