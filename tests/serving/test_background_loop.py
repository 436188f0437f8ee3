"""Work that fails is done again, counted and logged."""

import threading
import time

import pytest

from agency_site.serving import background_loop, metrics
from agency_site.serving.background_loop import BackgroundLoop

#: The tests end the thread with an error.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")

_counted = []


@pytest.fixture(autouse=True)
def _own_numbers(monkeypatch):
    _counted.clear()
    monkeypatch.setattr(metrics, "count", lambda name, **labels: _counted.append((name, labels)))
    monkeypatch.setattr(background_loop, "SECONDS_AFTER_FAILURE", 0.0)


def restarts():
    return _counted.count(("agency_site_thread_restarts_total", {"thread": "some-work"}))


class Work:
    """Runs `steps` in turn, then waits for the end of the test."""

    def __init__(self, *steps):
        self.steps = list(steps)
        self.is_done = threading.Event()
        self.end = threading.Event()
        self.loop = BackgroundLoop("some-work", self)

    def __call__(self):
        if self.steps:
            step = self.steps.pop(0)
            if step:
                raise step
            return
        self.is_done.set()
        self.end.wait(30)
        raise SystemExit


@pytest.fixture
def work():
    made = []

    def make(*steps):
        made.append(Work(*steps))
        return made[-1]

    yield make
    for one in made:
        one.end.set()
        wait_until_dead(one.loop)


def wait_until_dead(loop):
    loop._thread.join(30)
    assert not loop._thread.is_alive()


def test_work_that_fails_goes_on_and_each_new_failure_is_logged_once(work, caplog):
    some = work(ValueError("a"), ValueError("a"), ValueError("b"), None, ValueError("b"))
    some.loop.ensure()
    assert some.is_done.wait(30)
    assert restarts() == 4
    messages = [record.getMessage() for record in caplog.records]
    assert [line.rpartition(": ")[2] for line in messages] == [
        "ValueError('a')",
        "ValueError('b')",
        "ValueError('b')",
    ]


def test_one_thread_is_started_however_often_it_is_asked_for(work):
    some = work()
    for _ in range(3):
        some.loop.ensure()
    assert sum(thread.name == "some-work" for thread in threading.enumerate()) == 1
    assert restarts() == 0


def test_a_system_that_has_no_room_for_a_thread_costs_no_answer(work, monkeypatch):
    def refuse(thread):
        raise RuntimeError("can't start new thread")

    some = work()
    with monkeypatch.context() as full:
        full.setattr(threading.Thread, "start", refuse)
        some.loop.ensure()
    assert restarts() == 1
    some.loop.ensure()
    assert some.is_done.wait(30)


def test_time_passes_between_two_tries(work, monkeypatch):
    slept = []
    monkeypatch.setattr(background_loop, "SECONDS_AFTER_FAILURE", 7.0)
    monkeypatch.setattr(time, "sleep", slept.append)
    some = work(ValueError("a"))
    some.loop.ensure()
    assert some.is_done.wait(30)
    assert slept == [7.0]
