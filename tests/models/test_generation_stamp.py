import os
import subprocess
import sys

import pytest
from django.conf import settings as settings_module

from directorates.models.database import generation_stamp


@pytest.fixture(autouse=True)
def stamp(settings, tmp_path):
    settings.GENERATION_STAMP = tmp_path / "var" / "generation_stamp"
    generation_stamp.forget()
    generation_stamp._failure = ""
    yield settings.GENERATION_STAMP
    generation_stamp.forget()


def test_nothing_has_changed_while_there_is_no_file():
    assert generation_stamp.read() == 0


def test_a_change_is_seen_at_the_next_look():
    generation_stamp.touch()
    first = generation_stamp.read()
    generation_stamp.touch()
    assert generation_stamp.read() > first > 0


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


def test_to_give_the_file_its_size_says_nothing_and_unsays_nothing(stamp):
    generation_stamp.make()
    assert (stamp.stat().st_size, generation_stamp.read()) == (8, 0)
    generation_stamp.touch()
    stamp = generation_stamp.read()
    generation_stamp.make()
    assert generation_stamp.read() == stamp


def test_an_empty_file_says_nothing_and_can_be_written(stamp):
    stamp.parent.mkdir()
    stamp.touch()
    assert generation_stamp.read() == 0
    generation_stamp.touch()
    assert generation_stamp.read() > 0


def test_a_file_that_took_the_place_of_the_first_is_found(stamp):
    generation_stamp.touch()
    first = generation_stamp.read()
    stamp.unlink()
    generation_stamp.touch()
    assert generation_stamp.reread() > first


def test_a_file_that_was_removed_is_made_again_and_says_nothing(stamp):
    generation_stamp.touch()
    assert generation_stamp.read()
    stamp.unlink()
    assert generation_stamp.reread() == 0
    assert stamp.stat().st_size == 8


def test_a_stamp_that_cannot_be_written_is_logged_and_raises_nothing(settings, tmp_path, caplog):
    occupied = tmp_path / "occupied"
    occupied.touch()
    settings.GENERATION_STAMP = occupied / "generation_stamp"
    generation_stamp.touch()
    assert f"The generation stamp {settings.GENERATION_STAMP} cannot be written" in caplog.text


def is_a_folder(stamp):
    stamp.mkdir(parents=True)


def is_of_another_size(stamp):
    stamp.parent.mkdir()
    stamp.write_bytes(b"123")


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
        is_of_another_size,
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
        generation_stamp.make()
        assert isinstance(generation_stamp.reread(), int)


def test_a_file_of_another_size_is_mended(stamp):
    is_of_another_size(stamp)
    generation_stamp.reread()
    generation_stamp.touch()
    assert generation_stamp.read() > 10**18


def test_a_stamp_that_cannot_be_written_is_logged_once(stamp, caplog):
    is_a_folder(stamp)
    for _ in range(3):
        generation_stamp.reread()
    assert len(caplog.records) == 1


@pytest.mark.parametrize("now", [-1, 0])
def test_a_clock_before_1970_is_a_change_too(monkeypatch, now):
    monkeypatch.setattr("time.time_ns", lambda: now)
    generation_stamp.touch()
    assert generation_stamp.read() == 1
