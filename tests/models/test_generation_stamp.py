import os
import subprocess
import sys

import pytest
from django.conf import settings as settings_module

from directorates.models.database import generation_stamp


@pytest.fixture(autouse=True)
def stamp(settings, tmp_path, monkeypatch):
    settings.GENERATION_STAMP = tmp_path / "var" / "generation_stamp"
    monkeypatch.setattr(generation_stamp, "_failure", "")
    monkeypatch.setattr(generation_stamp, "REST", -1)
    return settings.GENERATION_STAMP


def test_nothing_has_changed_while_there_is_no_file():
    assert generation_stamp.read() == 0


def test_every_change_is_seen_at_the_next_look():
    seen = [generation_stamp.read()]
    for _ in range(100):
        generation_stamp.touch()
        seen.append(generation_stamp.read())
    assert seen == sorted(set(seen))


def test_a_change_is_seen_although_the_clock_was_set_back(stamp):
    generation_stamp.touch()
    ahead = generation_stamp.read() + 10**12
    os.utime(stamp, ns=(ahead, ahead))
    generation_stamp.touch()
    assert generation_stamp.read() > ahead


def test_a_change_by_another_process_is_seen_at_the_next_look(stamp):
    generation_stamp.touch()
    before = generation_stamp.read()
    code = (
        "import django; django.setup(); from directorates.models.database import generation_stamp;"
        " generation_stamp.touch()"
    )
    known = {"DJANGO_SETTINGS_MODULE": "agency_site.settings", "GENERATION_STAMP": str(stamp)}
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ | known)
    assert generation_stamp.read() > before


def test_the_file_is_not_asked_again_within_a_millisecond(stamp, monkeypatch):
    monkeypatch.setattr(generation_stamp, "REST", 60)
    generation_stamp.touch()
    seen = generation_stamp.read()
    os.utime(stamp, ns=(1, 1))
    assert generation_stamp.read() == seen
    # The process that made a change sees it at once.
    generation_stamp.touch()
    assert generation_stamp.read() > seen


def test_a_file_that_was_removed_is_made_again(stamp):
    generation_stamp.touch()
    before = generation_stamp.read()
    stamp.unlink()
    assert generation_stamp.read() == 0
    generation_stamp.touch()
    assert generation_stamp.read() > before


def test_a_stamp_that_cannot_be_written_is_logged_and_raises_nothing(settings, tmp_path, caplog):
    occupied = tmp_path / "occupied"
    occupied.touch()
    settings.GENERATION_STAMP = occupied / "generation_stamp"
    generation_stamp.touch()
    assert f"The generation stamp {settings.GENERATION_STAMP} cannot be written" in caplog.text


def is_a_folder(stamp):
    stamp.mkdir(parents=True)


def is_large(stamp):
    stamp.parent.mkdir()
    stamp.write_bytes(b"\xff" * 10_000)


def is_a_pipe(stamp):
    stamp.parent.mkdir()
    os.mkfifo(stamp)


def is_a_full_disk(stamp):
    stamp.parent.mkdir()
    stamp.symlink_to("/dev/full")


def leads_nowhere(stamp):
    stamp.parent.mkdir()
    stamp.symlink_to(stamp)


def may_not_be_named(stamp):
    settings_module.GENERATION_STAMP = stamp.with_name("a\0b")


@pytest.mark.parametrize(
    "odd",
    [
        is_a_folder,
        is_large,
        is_a_pipe,
        is_a_full_disk,
        leads_nowhere,
        may_not_be_named,
    ],
)
def test_whatever_stands_in_its_place_nothing_is_raised(stamp, odd):
    odd(stamp)
    for _ in range(2):
        assert isinstance(generation_stamp.read(), int)
        generation_stamp.touch()


def test_a_stamp_that_cannot_be_written_is_logged_once(settings, tmp_path, caplog):
    (tmp_path / "occupied").touch()
    settings.GENERATION_STAMP = tmp_path / "occupied" / "generation_stamp"
    for _ in range(3):
        generation_stamp.touch()
    assert len(caplog.records) == 1


@pytest.mark.parametrize("now", [-1, 0])
def test_a_clock_before_1970_is_a_change_too(monkeypatch, now):
    generation_stamp.touch()
    before = generation_stamp.read()
    monkeypatch.setattr("time.time_ns", lambda: now)
    generation_stamp.touch()
    assert generation_stamp.read() > before
