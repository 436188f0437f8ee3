"""Measures the static copy of a large agency beside the least work that each step needs, in one run.

Each step is a command, as on a server, so its start counts too. CPU is the time of all threads, in user and
system mode and in all processes. On a busy machine CPU says more than the clock.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import time
from contextlib import chdir
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bin.bench.processes import shared_out_mib
from bin.production import HOST, ROOT, Site

UNITS = 5_000
#: Repetitions of all steps except the first export.
ROUNDS = 3
#: Between two looks at the memory.
LOOK_SECONDS = 0.1

#: Requests every page of a release once, and keeps nothing.
_RENDER = """
import pathlib
from django.utils import timezone
from agency_site.serving.static_export.files import manifest
from agency_site.serving.static_export.pages.page_fetcher import PageFetcher
listed = manifest.read(pathlib.Path({path!r}, "manifest.json").read_bytes())
visitor = PageFetcher(origin=listed.origin, at=timezone.now())
for address in listed.pages():
    visitor.get_page(address)
"""
_PUBLISH = """
from django.utils import timezone
from directorates.actions.publishing import drafting, publishing
from directorates.models import Unit
now = timezone.now()
unit = Unit.objects.filter(kind="office").order_by("pk")[{number}]
unit.summary = f"A summary of one sentence that was written at {{now:%H:%M:%S.%f}}."
unit = drafting.save(record=unit, relations={{}}, by=None, at=now)
publishing.publish(records=[unit], by=None, at=now, effective_from=None, change_note="")
"""


@dataclass
class Step:
    """A measured step. `seconds`, `cpu` and `mib` have a value for each repetition; `counts` are the numbers that
    the command prints. `mib` is the most memory of all processes together."""

    name: str
    seconds: list = field(default_factory=list)
    cpu: list = field(default_factory=list)
    mib: list = field(default_factory=list)
    counts: str = ""

    @property
    def median(self):
        return {name: statistics.median(getattr(self, name)) for name in ("seconds", "cpu", "mib")}


class Bench:
    def __init__(self, site):
        self.folder, self.environment = site.folder, site.environment
        self.static_copy = site.folder / "static_copy"
        self.steps = {}

    def run(self, name, command, *, code=0):
        """Run a command, note its time, and return its output."""
        began = time.monotonic()
        with open(self.folder / "output", "w+") as output:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=output, stderr=subprocess.STDOUT
            )
            mib, status, used = _watch(process.pid)
            process.returncode = os.waitstatus_to_exitcode(status)
            seconds = time.monotonic() - began
            output.seek(0)
            words = output.read()
        if process.returncode != code:
            sys.exit(f"{name} ended with exit code {process.returncode}, not {code}:\n{words}")
        step = self.steps.setdefault(name, Step(name))
        step.seconds.append(seconds)
        step.cpu.append(used.ru_utime + used.ru_stime)
        step.mib.append(mib)
        return words

    def manage(self, name, *command, code=0):
        return self.run(name, [sys.executable, "manage.py", *command], code=code)

    def shell(self, name, source):
        return self.manage(name, "shell", "--no-imports", "--verbosity=0", "--command", source)

    def export(self, name, *options):
        words = self.manage(
            name, "export_site", str(self.static_copy), "--origin", f"https://{HOST}", *options
        )
        counts = re.search(r"(\d+) files made, (\d+) taken over", words)
        self.steps[name].counts = (
            f"{int(counts[1]):,} made, {int(counts[2]):,} kept" if counts else "nothing made"
        )

    @property
    def current(self):
        return (self.static_copy / "current").resolve()


def _watch(pid):
    """Wait for a process; return its most memory, its status, and the resources that it used."""
    mib = 0
    while True:
        ended, status, used = os.wait4(pid, os.WNOHANG)
        if ended:
            return mib, status, used
        mib = max(mib, shared_out_mib(pid))
        time.sleep(LOOK_SECONDS)


def measure(folder):
    site = Site(folder, LOG_LEVEL="ERROR")
    site.prepare(units=UNITS)
    bench = Bench(site)
    take_steps(bench)
    return report(bench)


def take_steps(bench):
    bench.export("first export")
    bench.shell("every page rendered once", _RENDER.format(path=str(bench.current)))
    for number in range(ROUNDS):
        bench.export("export, nothing changed")
        bench.shell(
            "publishing", _PUBLISH.format(number=(UNITS - 9) * (number + 1) // (ROUNDS + 1))
        )
        bench.export("export, one unit changed")
        bench.manage("verify_site", "verify_site", str(bench.static_copy))
        with chdir(bench.current):
            (bench.folder / "sums").write_text(_sums())
        check = f"cd {bench.current} && sha256sum --quiet --check {bench.folder}/sums"
        bench.run("sha256sum of the same files", ["sh", "-c", check])
    del bench.steps["publishing"]
    flip_a_byte(bench)


def _sums():
    """Return the manifest's sums of all files, as `sha256sum --check` reads them."""
    lines = []
    for file in json.loads(Path("manifest.json").read_text())["files"]:
        lines.append(f"{file['sha256']}  {file['path']}\n")
        for encoding, (sha256, _) in file.get("compressed", {}).items():
            extension = {"br": "br", "gzip": "gz"}[encoding]
            lines.append(f"{sha256}  {file['path']}.{extension}\n")
    return "".join(lines)


def flip_a_byte(bench):
    """Flip one byte of one compressed page; `verify_site` must fail and name the file."""
    pages = sorted(bench.current.glob("site/offices/*/index.html.br"))
    page = pages[len(pages) // 2]
    content = bytearray(page.read_bytes())
    content[len(content) // 2] ^= 1
    page.chmod(0o644)
    page.write_bytes(content)
    words = bench.manage(
        "verify_site, one byte flipped", "verify_site", str(bench.static_copy), code=1
    )
    if f"{page.relative_to(bench.current)}: is not what was written" not in words:
        sys.exit(f"verify_site did not name {page}:\n{words}")
    bench.steps["verify_site, one byte flipped"].counts = "found"


#: The comparison for each step.
_BESIDE = {
    "first export": "every page rendered once",
    "export, one unit changed": "every page rendered once",
    "verify_site": "sha256sum of the same files",
}


def report(bench):
    bytes_ = sum(path.stat().st_size for path in bench.current.rglob("*") if path.is_file())
    files = sum(path.is_file() for path in bench.current.rglob("*"))
    print(
        f"\n{UNITS:,} units; a release has {files:,} files, {bytes_ / 1e6:,.1f} MB."
        f" Load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n"
        f"{'step':<31}{'seconds':>9}{'CPU s':>8}{'MiB':>6}  {'what':<26}{'CPU beside'}"
    )
    rows = []
    for step in bench.steps.values():
        row = {"step": step.name, **step.median}
        beside = bench.steps.get(_BESIDE.get(step.name))
        if beside:
            row["beside"] = beside.name
            row["to_beside"] = row["cpu"] / beside.median["cpu"]
        ratio = f"{row['to_beside']:.1f}x {row['beside']}" if beside else ""
        print(
            f"{step.name:<31}{row['seconds']:>9.2f}{row['cpu']:>8.2f}{row['mib']:>6.0f}  {step.counts:<26}{ratio}"
        )
        rows.append(row | {"each": asdict(step)})
    return {"units": UNITS, "files": files, "bytes": bytes_, "rows": rows}
