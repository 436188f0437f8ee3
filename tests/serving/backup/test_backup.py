"""A backup during writes, and its restore in an empty place."""

import errno
import io
import json
import shutil
import sqlite3
import tarfile
import threading
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from agency_site.serving.backup import facts
from directorates.models import Generation, StaffSession, SurveyResponse
from tests.factories import make_user
from tests.sample import LATELY, load_sample

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = ("/", "/about/", "/directorates/homeland-security-investigations/", "/offices/")
READ_PAGES = f"""
import django, json
django.setup()
from django.test import Client
print(json.dumps({{p: Client().get(p, SERVER_NAME="localhost").text for p in {PAGES!r}}}))
"""


@pytest.fixture(autouse=True)
def _programs(programs):
    pass


@pytest.fixture
def site(settings):
    """A site with the sample, a signed-in account and a logo."""
    load_sample(at=LATELY)
    user = make_user(is_superuser=True)
    Client().force_login(user)
    logo = settings.MEDIA_ROOT / "logo" / "seal.png"
    logo.parent.mkdir(parents=True)
    logo.write_bytes(b"a picture")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "backup.tar.gz"


def back_up(file):
    output = io.StringIO()
    call_command("backup_site", file, stdout=output)
    return output.getvalue()


def test_a_restored_site_has_the_same_rows_files_and_pages(site, file, other_site, tmp_path):
    assert "pages summed" in back_up(file)
    result = other_site("manage.py", "restore_site", str(file))
    assert result.returncode == 0, result.stderr
    assert "agree, and so do 19 pages" in result.stdout

    done = other_site("-c", READ_PAGES)
    assert done.returncode == 0, done.stderr
    here = {path: Client().get(path, SERVER_NAME="localhost").text for path in PAGES}
    assert json.loads(done.stdout) == here
    assert (tmp_path / "restored_media/logo/seal.png").read_bytes() == b"a picture"
    assert other_site("manage.py", "migrate", "--check").returncode == 0


def test_who_is_signed_in_is_not_in_it(site, file, other_site):
    assert StaffSession.objects.count() == 1
    key = StaffSession.objects.get().session_key
    back_up(file)
    with tarfile.open(file) as tar:
        assert all(key.encode() not in tar.extractfile(m).read() for m in tar.getmembers())
    result = other_site("manage.py", "restore_site", str(file))
    assert result.returncode == 0, result.stderr
    count = "from directorates.models import StaffSession; print(StaffSession.objects.count())"
    assert other_site("manage.py", "shell", "-v0", "-c", count).stdout.strip() == "0"


def test_only_its_owner_can_read_it(site, file):
    back_up(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(file.parent.glob(".backup-*")) == []


def test_it_holds_no_secret_of_the_settings(site, file, settings):
    back_up(file)
    with tarfile.open(file) as tar:
        for member in tar.getmembers():
            assert settings.SECRET_KEY.encode() not in tar.extractfile(member).read()


def test_a_backup_is_never_written_over(site, file):
    back_up(file)
    before = file.read_bytes()
    with pytest.raises(CommandError, match="exists already"):
        back_up(file)
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (
            "agency_site.serving.backup.archive.os.fsync",
            OSError(errno.ENOSPC, "No space left on device"),
        ),
        ("shutil.copytree", shutil.Error("[Errno 28] No space left: the disk is full")),
        (
            "agency_site.serving.backup.sqlite._strip",
            sqlite3.OperationalError("database or disk is full"),
        ),
    ],
)
def test_a_full_disk_is_told_and_leaves_nothing(site, file, monkeypatch, step, error):
    if "sqlite" in step and connection.vendor != "sqlite":
        pytest.skip("pg_dump says it itself")

    def fail(*arguments, **keywords):
        raise error

    before = sorted(file.parent.rglob("*"))
    monkeypatch.setattr(step, fail)
    with pytest.raises(CommandError, match=r"The disk that holds .* is full\. Make room\."):
        back_up(file)
    assert sorted(file.parent.rglob("*")) == before


def test_another_fault_of_the_disk_is_told_as_it_is(site, file, monkeypatch):
    def fail(*arguments):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("agency_site.serving.backup.archive.os.fsync", fail)
    with pytest.raises(CommandError, match=r"cannot be written to: .*Input/output error"):
        back_up(file)


def test_it_is_one_state_while_others_write(site, file, other_site):
    """Two rows and a generation are written together again and again. A backup has all or none."""
    stop, written = threading.Event(), threading.Event()

    def write():
        try:
            while not stop.is_set():
                with transaction.atomic():
                    Generation.objects.advance()
                    for _ in range(2):
                        SurveyResponse.objects.create(
                            submission_id=uuid.uuid4(), submitted_at=timezone.now(), trust=5
                        )
                written.set()
        finally:
            connection.close()

    before = Generation.objects.current()
    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert written.wait(timeout=20)
        back_up(file)
        at_the_end = Generation.objects.current()
    finally:
        stop.set()
        writer.join(timeout=20)
    manifest = manifest_of(file)
    answers = manifest["rows"][SurveyResponse._meta.db_table]
    assert answers == 2 * (manifest["generation"] - before)
    assert before < manifest["generation"] < at_the_end
    result = other_site("manage.py", "restore_site", str(file))
    assert result.returncode == 0, result.stderr


def manifest_of(file):
    with tarfile.open(file) as tar:
        return json.load(tar.extractfile("manifest.json"))


def test_what_is_not_empty_is_left_alone(site, file, other_site):
    back_up(file)
    assert other_site("manage.py", "migrate", "--verbosity=0").returncode == 0
    result = other_site("manage.py", "restore_site", str(file))
    assert result.returncode == 1
    assert "The database is not empty" in result.stderr


def test_uploads_are_not_written_over(site, file, other_site, tmp_path):
    back_up(file)
    there = tmp_path / "restored_media" / "logo.png"
    there.parent.mkdir()
    there.write_bytes(b"of another site")
    result = other_site("manage.py", "restore_site", str(file))
    assert result.returncode == 1
    assert "is not empty. Move it away." in result.stderr
    assert is_still_empty(other_site)


def rewrite(file, name, content):
    """Change one member of an archive."""
    with tarfile.open(file) as tar:
        members = {m.name: tar.extractfile(m).read() for m in tar.getmembers()}
    members[name] = content(members.get(name, b""))
    with tarfile.open(file, "w:gz") as tar:
        for member, data in members.items():
            info = tarfile.TarInfo(member)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))


def is_still_empty(other_site):
    code = "from django.db import connection; print(connection.introspection.table_names())"
    return other_site("manage.py", "shell", "-v0", "-c", code).stdout.strip() == "[]"


def test_a_file_that_was_changed_is_refused(site, file, other_site):
    back_up(file)
    rewrite(file, "media/logo/seal.png", lambda old: b"another picture")
    result = other_site("manage.py", "restore_site", str(file))
    assert result.returncode == 1
    assert "“media/logo/seal.png” in" in result.stderr
    assert is_still_empty(other_site)


def test_a_row_that_is_missing_after_a_restore_is_told(site, file, other_site):
    """The manifest is changed to promise more rows. Its signature is not checked."""
    back_up(file)

    def promise_more(old):
        manifest = json.loads(old)
        manifest["rows"]["directorates_unit"] += 1
        return json.dumps(manifest).encode()

    rewrite(file, "manifest.json", promise_more)
    result = other_site("manage.py", "restore_site", str(file), "--signed-with-a-lost-key")
    assert result.returncode == 1
    assert "directorates_unit: 8 backed up, 7 restored" in result.stderr


def test_a_page_that_says_something_else_after_a_restore_is_told(site, file, other_site):
    back_up(file)

    def promise_other_words(old):
        manifest = json.loads(old)
        manifest["pages"]["/"] = "0" * 64
        return json.dumps(manifest).encode()

    rewrite(file, "manifest.json", promise_other_words)
    result = other_site("manage.py", "restore_site", str(file), "--signed-with-a-lost-key")
    assert result.returncode == 1
    assert "these pages differ from those of the backup" in result.stderr
    assert result.stderr.strip().endswith(": /")


def test_pages_are_summed_as_they_are_at_the_instant_of_the_backup(site):
    now = timezone.now()
    today, tomorrow = (facts.sum_pages(at=now + timedelta(days=days)) for days in (0, 1))
    assert [path for path in today if today[path] != tomorrow[path]] == []
    assert facts.sum_pages(at=now - timedelta(days=2)) != facts.sum_pages(at=now)


def test_a_program_of_postgresql_that_is_missing_or_too_old_is_told(site, file, settings, tmp_path):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite needs no program")
    settings.POSTGRESQL_PROGRAMS = str(tmp_path)
    with pytest.raises(CommandError, match="pg_dump was not found"):
        back_up(file)
    old = Path(tmp_path / "pg_dump")
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
    old.chmod(0o755)
    with pytest.raises(CommandError, match=r"is of version 9 and cannot read a server of version"):
        back_up(file)
    assert not file.exists()
