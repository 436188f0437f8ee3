"""Ctrl+C in the middle of a long command leaves nothing half done, and the command says so."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bin.kept_files import keep

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = "directorates/sample/ice.toml"
ORIGIN = "--origin=https://www.agency.gov"
WRITING = "agency_site.serving.static_export.pages.pages:_add"

#: Runs a command, and stops for a line of input where the command calls a function.
PAUSED = """
import functools, importlib, operator, sys
import django
django.setup()
module, _, path = sys.argv[1].partition(":")
owner, _, name = path.rpartition(".")
owner = operator.attrgetter(owner)(importlib.import_module(module)) if owner else importlib.import_module(module)
original = getattr(owner, name)
def pause(*arguments, **options):
    print("reached", flush=True)
    sys.stdin.readline()
    return original(*arguments, **options)
setattr(owner, name, pause)
import manage
sys.argv = ["manage.py", *sys.argv[2:]]
manage.main()
"""


class OperatorSite:
    """A site in a folder, whose commands run as an operator runs them."""

    def __init__(self, folder):
        self.folder = folder
        self.media = folder / "media"
        self.environment = {
            **os.environ,
            "AGENCY_SITE_LOCAL": "true",
            "DEBUG": "false",
            "DJANGO_SETTINGS_MODULE": "agency_site.settings",
            "ALLOWED_HOSTS": "www.agency.gov",
            "LOG_LEVEL": "ERROR",
            "DATABASE_URL": f"sqlite:///{folder / 'agency.sqlite3'}",
            "MEDIA_ROOT": str(self.media),
            "GENERATION_STAMP": str(folder / "generation_stamp"),
        }

    def manage(self, *command):
        run = [sys.executable, "manage.py", *command]
        subprocess.run(run, cwd=ROOT, env=self.environment, check=True, capture_output=True)

    def interrupt(self, at, *command):
        """Send Ctrl+C to all processes of a command when it calls a function; return what it wrote.

        Checks that the command ends as shells expect, and that none of its processes is left.
        """
        process = subprocess.Popen(
            [sys.executable, "-c", PAUSED, at, *command],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            assert process.stdout.readline() == "reached\n", process.communicate()[1]
            os.killpg(process.pid, signal.SIGINT)
            errors = process.communicate(timeout=60)[1]
            with pytest.raises(ProcessLookupError):
                os.killpg(process.pid, 0)
        finally:
            process.kill()
        assert process.returncode == 130, errors
        assert "Traceback" not in errors
        return errors

    def count(self, table):
        with closing(sqlite3.connect(self.folder / "agency.sqlite3")) as connection:
            return connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]


@pytest.fixture(scope="module")
def empty_site(tmp_path_factory):
    site = OperatorSite(tmp_path_factory.mktemp("site"))
    keep(
        "migrated", site.folder / "agency.sqlite3", lambda: site.manage("migrate", "--verbosity=0")
    )
    return site


@pytest.fixture(scope="module")
def site(empty_site):
    empty_site.manage("load_agency", SAMPLE)
    empty_site.media.mkdir()
    (empty_site.media / "seal.png").write_bytes(b"a picture")
    return empty_site


@pytest.fixture(scope="module")
def backup(site):
    site.manage("backup_site", str(site.folder / "whole.tar.gz"))
    return str(site.folder / "whole.tar.gz")


@pytest.fixture(scope="module")
def static_copy(site):
    site.manage("export_site", str(site.folder / "static_copy"), ORIGIN)
    return site.folder / "static_copy"


@pytest.fixture
def new_site(tmp_path):
    return OperatorSite(tmp_path)


def test_ctrl_c_before_a_command_has_begun_is_a_sentence_too(empty_site):
    checking = "django.core.management.base:BaseCommand.check"
    assert empty_site.interrupt(checking, "load_agency", SAMPLE) == "Interrupted.\n"


def test_an_interrupted_load_loads_nothing(empty_site):
    publishing = "directorates.actions.importing.importing_records:RecordLoader._publish"
    words = empty_site.interrupt(publishing, "load_agency", SAMPLE)
    assert "Interrupted. Nothing was loaded." in words
    assert empty_site.count("directorates_unit") == empty_site.count("directorates_auditentry") == 0


@pytest.mark.styles
def test_an_interrupted_first_export_leaves_no_release(site, tmp_path):
    words = site.interrupt(WRITING, "export_site", str(tmp_path), ORIGIN)
    assert "Interrupted. The static copy is as it was." in words
    assert sorted(path.name for path in tmp_path.rglob("*")) == [".lock", "releases"]


@pytest.mark.styles
def test_an_interrupted_export_leaves_the_current_release(site, static_copy):
    current = os.readlink(static_copy / "current")
    site.interrupt(WRITING, "export_site", str(static_copy), ORIGIN)
    assert os.readlink(static_copy / "current") == current
    assert {path.name for path in static_copy.iterdir()} == {".lock", "current", "releases"}
    assert [f"releases/{path.name}" for path in (static_copy / "releases").iterdir()] == [current]


@pytest.mark.styles
def test_an_export_that_is_interrupted_at_its_end_is_whole(site, tmp_path):
    swapping = "agency_site.serving.static_export.files.folder:Folder.swap"
    words = site.interrupt(swapping, "export_site", str(tmp_path), ORIGIN)
    assert "Interrupted. The new release is complete." in words
    assert os.readlink(tmp_path / "current") == f"releases/{os.listdir(tmp_path / 'releases')[0]}"


@pytest.mark.styles
def test_an_interrupted_check_changes_nothing(site, static_copy):
    reading = "agency_site.serving.static_export.verifying:_read"
    words = site.interrupt(reading, "verify_site", str(static_copy))
    assert "Interrupted. Nothing was changed." in words


def test_an_interrupted_backup_leaves_no_file(site, tmp_path):
    writing = "agency_site.serving.backup.archive:_fill"
    words = site.interrupt(writing, "backup_site", str(tmp_path / "new.tar.gz"))
    assert "Interrupted. No backup was written, and earlier ones are as they were." in words
    assert [*tmp_path.iterdir()] == []


def test_a_restore_that_is_interrupted_early_restores_nothing(backup, new_site):
    checking = "agency_site.serving.backup.archive:_check_members"
    words = new_site.interrupt(checking, "restore_site", "--signed-with-a-lost-key", backup)
    assert "Interrupted. Nothing was restored." in words
    assert [*new_site.media.rglob("*")] == []
    assert new_site.count("sqlite_master") == 0


@pytest.mark.parametrize(
    "late",
    [
        "agency_site.serving.backup.whole:guards.make",
        "agency_site.serving.backup.facts:count_rows",
    ],
)
def test_a_restore_that_is_interrupted_late_is_whole_and_says_what_is_missing(
    backup, new_site, late
):
    words = new_site.interrupt(late, "restore_site", "--signed-with-a-lost-key", backup)
    assert "Interrupted. The backup is restored, but it was not compared" in words
    assert [path.name for path in new_site.media.iterdir()] == ["seal.png"]
    assert new_site.count("directorates_unit") == 7
    assert new_site.count("sqlite_master WHERE type = 'trigger'") > 0
