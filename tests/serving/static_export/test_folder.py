"""What goes wrong with an export leaves the twin as it was."""

import errno
import fcntl
import random
import threading

import pytest

from agency_site.serving.static_export import ExportError, exporting, verifying
from agency_site.serving.static_export.files import release
from directorates.models import SiteSettings, Unit
from tests.serving.static_export.conftest import publish_change

pytestmark = pytest.mark.styles

HSI = "directorates/homeland-security-investigations/index.html"


def hsi():
    return Unit.objects.get(identifier="hsi")


def test_a_full_export_mends_a_spoiled_file(twin):
    first = twin.export()
    page = twin.current / "site" / HSI
    page.chmod(0o644)
    page.write_bytes(b"spoiled")
    second = twin.export(is_full=True)
    assert second.release != first.release
    assert verifying.verify(twin.folder, second.release) == []
    assert verifying.verify(twin.folder, first.release) != []


def test_a_full_disk_is_told_in_words_and_changes_nothing(twin, monkeypatch):
    first = twin.export()
    publish_change(hsi(), name="Another name")
    store = release._store
    calls = []

    def fail(path, content):
        calls.append(path)
        if len(calls) > 4:
            raise OSError(errno.ENOSPC, "No space left on device")
        store(path, content)

    monkeypatch.setattr(release, "_store", fail)
    with pytest.raises(
        ExportError, match=r"The disk that holds .* is full\. The twin is as it was"
    ):
        twin.export()
    assert twin.folder.current() == first.release
    assert sorted(one.name for one in twin.path.iterdir()) == [".lock", "current", "releases"]


def test_a_second_export_at_the_same_time_is_refused(twin):
    twin.export()
    with (twin.path / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(ExportError, match="Another export is writing"):
            twin.export()


def test_what_an_interrupted_export_left_is_removed(twin):
    twin.export()
    (twin.path / "partial/site").mkdir(parents=True)
    (twin.path / "current.new").symlink_to("releases/nothing")
    publish_change(hsi(), name="Another name")
    name = twin.export().release
    assert twin.folder.current() == name
    assert not (twin.path / "partial").exists()


def test_a_change_during_the_export_begins_it_anew(twin, monkeypatch):
    find = exporting._find_state
    changes = []

    def find_and_change(visitor):
        found = find(visitor)
        if not changes:
            changes.append(SiteSettings.objects.update(heading="Changed meanwhile"))
        return found

    monkeypatch.setattr(exporting, "_find_state", find_and_change)
    result = twin.export()
    assert b"Changed meanwhile" in twin.page("index.html")
    assert twin.folder.names() == [result.release]


def test_a_record_that_never_rests_is_told(twin, monkeypatch):
    find = exporting._find_state

    def find_and_change(visitor):
        found = find(visitor)
        SiteSettings.objects.update(heading=f"Heading {random.random()}")
        return found

    monkeypatch.setattr(exporting, "_find_state", find_and_change)
    with pytest.raises(ExportError, match="changed 3 times while it was exported"):
        twin.export()
    assert twin.folder.names() == []


def test_a_folder_with_other_things_is_refused(twin):
    twin.path.mkdir()
    (twin.path / "thesis.doc").touch()
    with pytest.raises(ExportError, match=r"holds “thesis\.doc”, which is no part of a twin"):
        twin.export()
    assert [one.name for one in twin.path.iterdir()] == ["thesis.doc"]


def test_releases_of_something_else_are_refused(twin):
    (twin.path / "releases/2026").mkdir(parents=True)
    with pytest.raises(ExportError, match="holds “releases/2026”"):
        twin.export()


def test_a_reader_finds_a_current_release_at_every_moment(twin):
    twin.export()
    missing, stop = [], threading.Event()

    def read():
        while not stop.is_set():
            if not (twin.current / "site/index.html").is_file():
                missing.append(1)

    reader = threading.Thread(target=read)
    reader.start()
    first, second = twin.folder.current(), twin.export(is_full=True).release
    for name in [first, second] * 200:
        twin.folder.swap(name)
    stop.set()
    reader.join()
    assert missing == []
