"""The disk with all files of the site is full under load, and has room again later.

The disk is a small one in memory, which only this drill sees. `unshare` of util-linux mounts it for any user,
if the system allows user namespaces. The database is SQLite, because it must be on this disk.
"""

import errno
import json
import shutil
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

from bin.drills.rig.kept_pages import SEEN, show_to_every_worker
from bin.drills.rig.load import Load
from bin.drills.rig.person import Person
from bin.drills.rig.report import Report
from bin.production import ROOT, Site, until

MEGABYTES = 96
NEEDED = (
    "This drill needs a disk of its own, which it mounts by `unshare --map-root-user --mount` of util-linux."
    " It is a Linux program, and the system must allow user namespaces (Debian:"
    " sysctl kernel.unprivileged_userns_clone=1), or let the drill run as root. What it said: "
)
APART = ["unshare", "--map-root-user", "--mount"]
#: Not in the cache when the disk is full. A readable database answers it.
UNKEPT = ["/directorates/nothing/", "/survey/thanks/"]
CHANGE = """
from django.utils import timezone
from directorates.actions.publishing import drafting, publishing
from directorates.models import Unit
unit = Unit.objects.filter(kind="directorate").order_by("pk").first()
unit.summary = {words!r}
drafting.save(record=unit, relations={{}}, by=None, at=timezone.now())
publishing.publish(records=[unit], by=None, at=timezone.now())
print(unit.pk, unit.editions.latest("number").get_absolute_url())
"""
ROWS = """
from agency_site.serving.backup.facts import count_rows
rows = count_rows()
rows.pop("django_session", None)
print(rows)
"""


def find_obstacle():
    """Return why this system does not allow the mount; '' if it does."""
    if shutil.which("unshare") is None:
        return f"{NEEDED}there is no unshare"
    mount = ["mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    tried = subprocess.run([*APART, *mount], capture_output=True, text=True, check=False)
    return f"{NEEDED}{tried.stderr.strip()}" if tried.returncode else ""


def drill(folder, *, seconds):
    """Run the drill in a process that sees the disk."""
    if obstacle := find_obstacle():
        sys.exit(obstacle)
    done = subprocess.run(
        [*APART, sys.executable, "-m", "bin.drills.disk_full", str(folder), str(seconds)],
        cwd=ROOT,
        check=True,
        text=True,
        stdout=subprocess.PIPE,
    )
    return Report(**json.loads(done.stdout.splitlines()[-1]))


def _fill_and_make_room(folder, seconds):
    disk = _mount(folder / "disk")
    site = Site(disk, MEDIA_ROOT=str(disk / "media"), METRICS_TOKEN="made up for this drill")
    # A real site's log is on another disk.
    site.output = folder / "output"
    site.prepare()
    (disk / "backups").mkdir()
    for command in _commands(disk, "before"):
        _run(site, command).check_returncode()
    pk, page = site.python(CHANGE.format(words="Published before the disk was full.")).split()[-2:]
    report = Report(
        f"the disk of {MEGABYTES} MB full for {seconds} seconds at 200 requests a second"
    )
    with site:
        person = Person(site, "editor")
        show_to_every_worker(site, [*SEEN, page])
        with (
            Load(site.port, [*SEEN, page]) as kept,
            Load(site.port, UNKEPT, per_second=10) as unkept,
        ):
            time.sleep(1)
            address = f"/admin/directorates/directorate/{pk}/change/"
            form = person.form(address)
            rows, files = site.python(ROWS), _files(disk)
            filler = _fill(disk)
            began = time.monotonic()
            _bear(site, person, address, form, report)
            _ask_commands(site, disk, files, report)
            # The server closes a connection without requests after 10 seconds.
            person.close()
            time.sleep(max(0, began + seconds - time.monotonic()))
            report.expect(site.python(ROWS) == rows, "rows were written although the disk was full")
            filler.unlink()
            _recover(site, person, address, form, report, page)
            _try_commands_again(site, disk, report)
    report.figures |= {f"kept: {what}": figure for what, figure in kept.figures().items()}
    report.figures |= {f"not kept: {what}": figure for what, figure in unkept.figures().items()}
    for load, allowed in ((kept, ()), (unkept, (404,))):
        report.expect(not load.failed(*allowed), f"failed: {load.failed(*allowed)[:3]}")
    return report


def _bear(site, person, address, form, report):
    """Check the answers to visitors, staff and monitoring while nothing can be written."""
    unseen = site.ask("/offices/?page=1&by=part-of")
    report.expect(unseen.status == 200, f"a page not seen before: {unseen.status}")
    saved = person.post(address, **form | {"summary": "Typed while the disk was full."})
    metrics = site.ask("/metrics", Authorization=f"Bearer {site.environment['METRICS_TOKEN']}")
    alive = site.ask("/healthz")
    report.figures |= {
        "an editor's save, meanwhile": saved.status,
        "/metrics, meanwhile": metrics.status,
    }
    report.expect(
        saved.status == 503 and b"What you typed is still in your form" in saved.body,
        f"an editor's save was answered with {saved.status} and not with 503 in words",
    )
    report.expect((metrics.status, alive.status) == (200, 200), "monitoring was not answered")


def _commands(disk, name):
    return [
        ["export_site", str(disk / "static_copy"), "--origin", "https://www.agency.gov"],
        ["backup_site", str(disk / "backups" / f"{name}.tar.gz")],
    ]


def _ask_commands(site, disk, files, report):
    """Export and backup must name the fault, and leave all earlier files and no new ones."""
    for command in _commands(disk, "meanwhile"):
        done = _run(site, command)
        output = done.stderr.strip()
        report.figures[f"{command[0]}, meanwhile"] = (
            output.splitlines()[-1] if output else "nothing"
        )
        report.expect(
            done.returncode == 1 and "is full" in output and "Traceback" not in output,
            f"{command[0]} ended with {done.returncode} and said: {output[-300:]}",
        )
        changed = sorted(set(_files(disk).items()) ^ set(files.items()))
        report.expect(not changed, f"{command[0]} left {changed[:3]}")


def _recover(site, person, address, form, report, page):
    began = time.monotonic()
    words = "Saved once there was room again."

    def is_saved():
        return person.post(address, **form | {"summary": words}).status == 302

    until(is_saved, 60)
    published = "Published once there was room again."
    site.python(CHANGE.format(words=published))
    until(lambda: published.encode() in site.ask(page).body, 60)
    report.recovery_seconds = time.monotonic() - began


def _try_commands_again(site, disk, report):
    for command in _commands(disk, "after"):
        done = _run(site, command)
        report.expect(not done.returncode, f"{command[0]} failed with room again: {done.stderr}")


def _run(site, command):
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=site.environment | {"LOG_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
        check=False,
    )


def _files(disk):
    """Return {file: size} of the static copy and the backups, partial files included."""
    folders = [disk / "static_copy", disk / "backups"]
    return {
        str(path.relative_to(disk)): path.lstat().st_size
        for folder in folders
        for path in folder.rglob("*")
        if not path.is_dir()
    }


def _mount(folder):
    folder.mkdir()
    size = f"size={MEGABYTES}m"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], check=True)
    return folder


def _fill(disk):
    """Fill the disk completely."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as stream:
        for size in (1024 * 1024, 4096, 1):
            try:
                while True:
                    stream.write(b"\0" * size)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
    return filler


if __name__ == "__main__":
    print(json.dumps(asdict(_fill_and_make_room(Path(sys.argv[1]), int(sys.argv[2])))))
