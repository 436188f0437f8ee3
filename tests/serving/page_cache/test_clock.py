"""Pages and the clock: scheduled instants, changed clocks, publications during a rendering."""

import time
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.utils import timezone

from directorates.models import Generation, Unit
from tests.factories import changed, published
from tests.serving.page_cache.conftest import Worker

PAGE = "/directorates/homeland-security-investigations/"
MARKER = "First of Her Name"


class Clock:
    """The clock of the host, which moves only when it is set."""

    def __init__(self, monkeypatch):
        self.now = timezone.now()
        monkeypatch.setattr(timezone, "now", lambda: self.now)
        monkeypatch.setattr(time, "time", lambda: self.now.timestamp())

    def move(self, seconds):
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def instant(sample, clock):
    """The instant of a scheduled edition, a minute ahead."""
    unit = Unit.objects.get(identifier="hsi")
    instant = clock.now + timedelta(seconds=60)
    published(changed(unit, head_title=MARKER), at=clock.now, effective_from=instant)
    return instant


def test_a_clock_that_is_set_back_shows_what_is_public_then(worker, instant, clock):
    clock.move(600)
    assert MARKER in worker.get(PAGE).text
    clock.move(-600)
    assert MARKER not in worker.get(PAGE).text
    clock.move(60)
    assert MARKER in worker.get(PAGE).text


def lose_the_database(worker):
    worker.cache.freshness.is_database_unavailable = True


def fail(worker):
    def application(environ, start_response):
        start_response("500 Internal Server Error", [])
        return HttpResponse(status=500)

    worker.cache.application = application


@pytest.mark.parametrize("trouble", [lose_the_database, fail])
def test_no_page_from_the_future_is_the_last_good_one(worker, instant, clock, trouble):
    """Content that was public by a wrong clock may not be public now, so it is not a last good page either."""
    clock.move(600)
    assert MARKER in worker.get(PAGE).text
    clock.move(-600)
    trouble(worker)
    answer = worker.get(PAGE)
    assert answer.status >= 500
    assert MARKER not in answer.text


def test_the_poller_too_looks_again_at_a_clock_that_was_set_back(worker, instant, clock):
    clock.move(600)
    worker.get(PAGE)
    clock.move(-600)
    worker.look_again()
    assert worker.cache.freshness._known[1].ends == instant.timestamp()


def test_a_page_of_a_host_that_is_ahead_is_not_found_by_one_that_is_not(worker, instant, clock):
    clock.move(600)
    worker.get(PAGE)
    clock.move(-600)
    other = Worker()
    assert MARKER not in other.get(PAGE).text
    assert other.made == [PAGE]


def while_making(worker, action):
    """Call a function between the look at the state and the next rendering."""
    django = worker.cache.application

    def application(environ, start_response):
        action()
        worker.cache.application = django
        return django(environ, start_response)

    worker.cache.application = application


def test_a_page_made_across_an_instant_is_kept_by_nobody(worker, instant, clock):
    """A second host with a slower clock would find the page in the state before the instant."""
    clock.move(59)
    while_making(worker, lambda: clock.move(1))
    assert MARKER in worker.get(PAGE).text
    assert len(worker.cache.memory) == 0
    clock.move(-0.5)
    assert MARKER not in Worker().get(PAGE).text


def test_a_page_made_across_a_publication_is_kept_by_nobody(
    worker, settings, django_capture_on_commit_callbacks
):
    def publish():
        with django_capture_on_commit_callbacks(execute=True):
            Generation.objects.advance()

    while_making(worker, publish)
    worker.get(PAGE)
    assert len(worker.cache.memory) == 0
    worker.get(PAGE)
    worker.get(PAGE)
    assert worker.made == [PAGE, PAGE]
