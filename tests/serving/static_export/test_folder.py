"""A failed export leaves the static copy as it was."""

import errno
import fcntl
import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from agency_site.serving.static_export import ExportError, verifying
from agency_site.serving.static_export.files import release
from agency_site.serving.static_export.pages import pages
from directorates.models import Generation, Unit
from tests.serving.static_export.conftest import publish_change

pytestmark = pytest.mark.styles

HSI = "directorates/homeland-security-investigations/index.html"


def hsi():
    return Unit.objects.get(identifier="hsi")


@pytest.mark.parametrize("name", [HSI, f"{HSI}.br"])
def test_a_spoiled_file_is_whole_in_the_next_release(static_copy, name):
    first = static_copy.export()
    page = static_copy.current / "site" / name
    page.chmod(0o644)
    page.write_bytes(b"spoiled")
    second = static_copy.export()
    assert second.is_current
    [remark] = second.remarks
    assert f"damaged in {first.release}, and are whole in the new release: 1." in remark
    assert verifying.verify(static_copy.folder, second.release) == []
    assert verifying.verify(static_copy.folder, first.release) != []
    assert not static_copy.export().is_new


def test_a_missing_file_is_in_the_next_release_again(static_copy):
    static_copy.export()
    (static_copy.current / "headers.conf").unlink()
    (static_copy.current / "site" / HSI).unlink()
    second = static_copy.export()
    assert second.is_new
    assert verifying.verify(static_copy.folder, second.release) == []


def _spoil_manifest(static_copy):
    manifest = static_copy.current / "manifest.json"
    manifest.chmod(0o644)
    manifest.write_text("spoiled")


def _lead_elsewhere(static_copy):
    static_copy.current.unlink()
    static_copy.current.symlink_to("releases/2000-01-01T000000Z")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [(_spoil_manifest, "is not the one that"), (_lead_elsewhere, "none of the releases beside it")],
)
def test_nothing_is_taken_over_from_a_release_that_cannot_be_read(static_copy, spoil, words):
    static_copy.export()
    spoil(static_copy)
    past = static_copy.export(at=timezone.now() - timedelta(minutes=1))
    assert not past.is_current, "what readers have may be the present"
    result = static_copy.export()
    assert (result.is_current, result.linked) == (True, 0)
    assert words in result.remarks[0]
    assert verifying.verify(static_copy.folder, result.release) == []


def test_a_full_disk_is_told_in_words_and_changes_nothing(static_copy, monkeypatch):
    first = static_copy.export()
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
        ExportError, match=r"The disk that holds .* is full\. The static copy is as it was"
    ):
        static_copy.export()
    assert static_copy.folder.current() == first.release
    assert sorted(one.name for one in static_copy.path.iterdir()) == [
        ".lock",
        "current",
        "releases",
    ]


def test_a_second_export_at_the_same_time_is_refused(static_copy):
    static_copy.export()
    with (static_copy.path / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(ExportError, match="Another export is writing"):
            static_copy.export()


def test_what_an_interrupted_export_left_is_removed(static_copy):
    static_copy.export()
    (static_copy.path / "partial/site").mkdir(parents=True)
    (static_copy.path / "current.new").symlink_to("releases/nothing")
    publish_change(hsi(), name="Another name")
    name = static_copy.export().release
    assert static_copy.folder.current() == name
    assert not (static_copy.path / "partial").exists()


def test_a_change_during_the_export_begins_it_anew(static_copy, monkeypatch):
    write = pages.write

    def write_and_change(*arguments, **options):
        written = write(*arguments, **options)
        if hsi().name != "Changed meanwhile":
            publish_change(hsi(), name="Changed meanwhile")
        return written

    monkeypatch.setattr(pages, "write", write_and_change)
    result = static_copy.export(at=timezone.now() + timedelta(minutes=1), is_present=True)
    assert b"Changed meanwhile" in static_copy.page(HSI)
    assert static_copy.folder.names() == [result.release]


def test_a_record_that_never_rests_is_told(static_copy, monkeypatch):
    write = pages.write

    def write_and_change(*arguments, **options):
        Generation.objects.advance()
        return write(*arguments, **options)

    monkeypatch.setattr(pages, "write", write_and_change)
    with pytest.raises(ExportError, match="changed 3 times while it was exported"):
        static_copy.export()
    assert static_copy.folder.names() == []


def test_a_folder_with_other_things_is_refused(static_copy):
    static_copy.path.mkdir()
    (static_copy.path / "thesis.doc").touch()
    with pytest.raises(
        ExportError, match=r"holds “thesis\.doc”, which is no part of a static copy"
    ):
        static_copy.export()
    assert [one.name for one in static_copy.path.iterdir()] == ["thesis.doc"]


def test_releases_of_something_else_are_refused(static_copy):
    (static_copy.path / "releases/2026").mkdir(parents=True)
    with pytest.raises(ExportError, match="holds “releases/2026”"):
        static_copy.export()


def test_a_reader_finds_a_current_release_at_every_moment(static_copy):
    static_copy.export()
    missing, stop = [], threading.Event()

    def read():
        while not stop.is_set():
            if not (static_copy.current / "site/index.html").is_file():
                missing.append(1)

    reader = threading.Thread(target=read)
    reader.start()
    publish_change(hsi(), name="Another name")
    first, second = static_copy.folder.current(), static_copy.export().release
    for name in [first, second] * 200:
        static_copy.folder.swap(name)
    stop.set()
    reader.join()
    assert missing == []
