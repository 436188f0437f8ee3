"""The archive file: changed members are not unpacked into a site."""

import gzip
import io
import json
import tarfile

import pytest

from agency_site.serving.backup import archive
from agency_site.serving.backup.errors import BackupError

LOGO = "media/logo/seal.png"


@pytest.fixture
def file(tmp_path):
    folder = tmp_path / "in"
    (folder / LOGO).parent.mkdir(parents=True)
    (folder / LOGO).write_bytes(b"a picture")
    (folder / "database.sqlite3").write_bytes(b"rows" * 1000)
    archive.write(tmp_path / "backup.tar.gz", folder=folder, facts={"generation": 7})
    return tmp_path / "backup.tar.gz"


@pytest.fixture
def read(file, tmp_path):
    def read(**options):
        folder = tmp_path / "out"
        folder.mkdir()
        return archive.read(file, folder=folder, **options)

    return read


def rewrite(file, **changes):
    """Change or add members of the archive, {name: new content}."""
    with tarfile.open(file) as tar:
        members = {m.name: tar.extractfile(m).read() for m in tar.getmembers()}
    with tarfile.open(file, "w:gz") as tar:
        for name, data in (members | changes).items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))


def test_what_was_written_is_read(file, read, tmp_path):
    manifest = read()
    assert manifest["generation"] == 7
    assert set(manifest["files"]) == {LOGO, "database.sqlite3"}
    assert (tmp_path / "out" / LOGO).read_bytes() == b"a picture"


def test_only_its_owner_can_read_it(file):
    assert file.stat().st_mode & 0o777 == 0o600
    assert not file.with_name("backup.tar.gz.partial").exists()


def test_a_member_that_was_changed_is_refused(file, read):
    rewrite(file, **{LOGO: b"another picture"})
    with pytest.raises(BackupError, match="was changed: its SHA-256 is not the manifest's"):
        read()


def test_a_member_that_was_put_in_is_refused(file, read):
    rewrite(file, **{"media/odd.html": b"<script>"})
    with pytest.raises(BackupError, match=r"do not agree on: media/odd\.html"):
        read()


def test_a_member_that_leads_out_of_the_folder_is_refused(file, read, tmp_path):
    rewrite(file, **{"../../outside": b"x"})
    with pytest.raises(BackupError, match="is no whole backup"):
        read()
    assert not (tmp_path.parent / "outside").exists()


def test_a_manifest_that_was_changed_is_refused_unless_its_signature_is_waived(file, read):
    with tarfile.open(file) as tar:
        manifest = json.load(tar.extractfile("manifest.json"))
    rewrite(file, **{"manifest.json": json.dumps(manifest | {"generation": 8}).encode()})
    with pytest.raises(BackupError, match="bears no signature made with this site's SECRET_KEY"):
        read()


def test_a_waived_signature_still_needs_each_member_as_it_was(file, read):
    rewrite(file, **{"manifest.signature": b"lost", LOGO: b"another picture"})
    with pytest.raises(BackupError, match="SHA-256"):
        read(is_signature_needed=False)


def test_a_key_that_was_changed_since_still_vouches(file, read, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key for one test run"
    assert read()["generation"] == 7


def test_half_a_file_is_refused(file, read):
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(BackupError, match="is no whole backup"):
        read()


def test_a_file_of_another_kind_is_refused(file, read):
    file.write_bytes(gzip.compress(b"no archive"))
    with pytest.raises(BackupError, match="is no whole backup"):
        read()
