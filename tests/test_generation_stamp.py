import os

import pytest

from directorates import generation_stamp


@pytest.fixture(autouse=True)
def _stamp(settings, tmp_path):
    settings.GENERATION_STAMP = tmp_path / "folder" / "generation_stamp"


def test_there_is_no_stamp_before_the_first_publication():
    assert generation_stamp.read() == 0


def test_two_publications_at_almost_the_same_time_have_two_stamps(monkeypatch):
    """The system's own time for files stands still for some milliseconds."""
    first = 1_800_000_000_000_000_000
    monkeypatch.setattr("time.time_ns", iter((first, first + 1)).__next__)
    generation_stamp.touch()
    assert generation_stamp.read() == first
    generation_stamp.touch()
    assert generation_stamp.read() == first + 1


def test_who_does_not_own_the_stamp_can_touch_it_all_the_same(monkeypatch, settings):
    generation_stamp.touch()
    before = generation_stamp.read()
    set_time = os.utime

    def refuse(path, *args, ns=None):
        if ns is not None:
            raise PermissionError("not the owner")
        set_time(path, ns=(before + 5, before + 5))

    monkeypatch.setattr(os, "utime", refuse)
    generation_stamp.touch()
    assert generation_stamp.read() == before + 5


def test_a_stamp_that_cannot_be_written_stops_no_publication(monkeypatch, caplog):
    def fail(*args, **kwargs):
        raise OSError("no space left on the device")

    monkeypatch.setattr(os, "utime", fail)
    generation_stamp.touch()
    assert "cannot be written" in caplog.text
