import io
import os
import signal
import sys

import pytest
from django.core.management import CommandError

from directorates.management import progress
from directorates.management.progress import counting, interruptible, say, uninterrupted


class Terminal(io.StringIO):
    def isatty(self):
        return True


def press_ctrl_c():
    os.kill(os.getpid(), signal.SIGINT)


def write_to(stream, monkeypatch):
    # In the test itself, because pytest sets its own stream after the fixtures.
    monkeypatch.setattr(sys, "stderr", stream)
    return stream


def test_a_terminal_shows_a_bar_with_what_is_left(monkeypatch):
    terminal = write_to(Terminal(), monkeypatch)
    pages = progress.progress(range(40), total=40, unit="pages", description="Export")
    assert list(pages) == list(range(40))
    assert "Export:   0%|" in terminal.getvalue()
    assert "0.00/40.0" in terminal.getvalue()


def test_a_log_gets_a_plain_line_every_ten_seconds(monkeypatch):
    log = write_to(io.StringIO(), monkeypatch)
    seconds = iter([0, 4, 11, 11, 15, 22, 22])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(seconds))
    with counting(4000, unit="pages", description="Export") as advance:
        for _ in range(4):
            advance(1000)
    assert log.getvalue() == "Export: 2,000 of 4,000 pages\nExport: 4,000 of 4,000 pages\n"


def test_a_quick_command_writes_nothing_into_a_log(monkeypatch):
    log = write_to(io.StringIO(), monkeypatch)
    list(progress.progress(range(40), total=40, unit="pages", description="Export"))
    say("Copying the database.")
    assert log.getvalue() == ""


def test_ctrl_c_ends_a_command_with_a_sentence_and_the_exit_code_of_shells():
    before = signal.getsignal(signal.SIGINT)
    words = r"^Interrupted\. Nothing was loaded\.$"
    with pytest.raises(CommandError, match=words) as caught, interruptible("Nothing was loaded."):
        press_ctrl_c()
    assert caught.value.returncode == 130
    assert signal.getsignal(signal.SIGINT) == before


def test_a_second_ctrl_c_does_not_stop_the_removal_of_unfinished_files():
    removed = []
    with pytest.raises(CommandError), interruptible("Nothing was loaded."):
        try:
            press_ctrl_c()
        finally:
            press_ctrl_c()
            removed.append("file")
    assert removed == ["file"]


def test_ctrl_c_waits_for_the_end_of_what_must_not_be_interrupted():
    done = []
    with (
        pytest.raises(CommandError, match=r"Interrupted\. All is written\."),
        interruptible("Nothing was written."),
        uninterrupted("All is written."),
    ):
        press_ctrl_c()
        done.append("written")
    assert done == ["written"]


def test_ctrl_c_in_work_that_fails_says_that_nothing_was_done():
    with (
        pytest.raises(CommandError, match=r"Interrupted\. Nothing was written\."),
        interruptible("Nothing was written."),
        uninterrupted("All is written."),
    ):
        press_ctrl_c()
        raise ValueError
