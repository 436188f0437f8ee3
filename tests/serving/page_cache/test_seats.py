"""One thread of a worker is left for finished pages while the others wait."""

import threading
import time
from contextlib import ExitStack

import pytest

from agency_site.serving.page_cache import seats as module
from agency_site.serving.page_cache.seats import Seats
from tests.serving.page_cache.conftest import Worker


def is_seated(seats):
    with seats.taking() as is_seated:
        return is_seated


def test_there_is_a_seat_for_each_thread_but_one():
    seats = Seats(threads=3)
    with ExitStack() as inside:
        assert inside.enter_context(seats.taking())
        assert inside.enter_context(seats.taking())
        assert not is_seated(seats)
    assert is_seated(seats)


def test_a_server_with_one_thread_has_a_seat():
    assert is_seated(Seats(threads=1))


def test_who_finds_no_seat_waits_for_one_while_others_come_and_go(monkeypatch):
    monkeypatch.setattr(module, "SECONDS_UNTIL_STUCK", 20)
    seats, leave, is_inside = Seats(threads=2), threading.Event(), threading.Event()

    def sit():
        with seats.taking():
            is_inside.set()
            leave.wait(20)

    sitting = threading.Thread(target=sit)
    sitting.start()
    assert is_inside.wait(20)
    threading.Timer(0.1, leave.set).start()
    assert is_seated(seats)
    sitting.join()


def test_a_seat_goes_to_who_waited_and_not_back_to_who_left(monkeypatch):
    """Five threads come and go all the time. No thread is refused, and no thread does all the work."""
    monkeypatch.setattr(module, "SECONDS_UNTIL_STUCK", 20)
    seats, seated, stop = Seats(threads=3), [0] * 5, threading.Event()

    def come_and_go(number):
        while not stop.is_set():
            with seats.taking() as is_seated:
                assert is_seated
                time.sleep(0.002)
                seated[number] += 1

    threads = [threading.Thread(target=come_and_go, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 20
    while sum(seated) < 200 and time.monotonic() < deadline:
        time.sleep(0.01)
    stop.set()
    for thread in threads:
        thread.join()
    assert sum(seated) >= 200
    assert min(seated) > max(seated) / 3, seated


def test_nobody_waits_for_those_who_are_stuck():
    seats = Seats(threads=2)
    with seats.taking():
        seats._moved_at -= module.SECONDS_UNTIL_STUCK
        began = time.monotonic()
        assert not is_seated(seats)
        assert time.monotonic() - began < module.SECONDS_UNTIL_STUCK


@pytest.fixture
def stuck_worker(worker):
    """A worker with one kept page and no free seat."""
    worker.get("/about/")
    with ExitStack() as inside:
        for _ in range(3):
            inside.enter_context(worker.cache._seats.taking())
        worker.cache._seats._moved_at -= module.SECONDS_UNTIL_STUCK
        worker.made.clear()
        yield worker


def test_a_kept_page_needs_no_seat(stuck_worker):
    answer = stuck_worker.get("/about/")
    assert (answer.status, "Warning" in answer.headers, stuck_worker.made) == (200, False, [])


def test_a_page_that_cannot_be_made_anew_is_shown_as_it_was(stuck_worker):
    stuck_worker.cache.memory.get(("http", "testserver", "/about/", "")).state = "an earlier one"
    answer = stuck_worker.get("/about/")
    assert (answer.status, "Warning" in answer.headers, stuck_worker.made) == (200, True, [])


@pytest.mark.parametrize("path", ["/offices/", "/nothing/", "/accounts/login/"])
def test_a_page_that_is_not_kept_is_refused_without_a_query(
    stuck_worker, path, django_assert_num_queries
):
    with django_assert_num_queries(0):
        answer = stuck_worker.get(path)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "30")


def test_seats_are_left_again(sample):
    worker = Worker()
    for number in range(10):
        assert worker.get("/offices/", f"page={number}").status in (200, 404)
        assert worker.get("/nothing/").status == 404
