"""The headers of public answers do not depend on scheduled changes."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from bin.drills.rig import exits
from directorates.actions.publishing import publishing
from directorates.models import Unit
from directorates.views.pages import CACHE_POLICY, SHARED_SECONDS, STALE_SECONDS
from tests.factories import changed, make_user, published
from tests.serving.page_cache.conftest import Worker
from tests.serving.page_cache.test_clock import Clock, fail, lose_the_database
from tests.share import share

ROOT = Path(__file__).resolve().parents[3]
#: These headers differ for each answer. “Expires” is the instant of an answer that no cache may keep.
OF_ONE_ANSWER = {"X-Request-ID", "Expires"}


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


def schedule(clock, seconds):
    unit = Unit.objects.get(identifier="hsi")
    instant = clock.now + timedelta(seconds=seconds)
    published(changed(unit, summary="Later."), at=clock.now, effective_from=instant)
    return instant


def headers(worker, address, **more):
    path, _, query = address.partition("?")
    answer = worker.get(path, query, **more)
    kept = {name: value for name, value in answer.headers.items() if name not in OF_ONE_ANSWER}
    return answer.status, kept


def every_exit(worker, clock):
    """Return the headers of every kind of exit: of those that differ by a unit alone, the changed unit's and two."""
    slug = Unit.objects.get(identifier="hsi").slug
    found = exits.few_of_records(exits.find(clock.now), slugs=[slug])
    return {address: headers(worker, address) for address in found}


def some_exits(worker, before, number):
    """Ask a share of the exits again; return (their headers, those before)."""
    asked = {address: headers(worker, address) for address in share(before, number, of=8)}
    return asked, {address: before[address] for address in asked}


def test_no_header_of_any_exit_tells_that_something_is_scheduled(sample, clock):
    before = every_exit(Worker(), clock)
    for number, ahead in enumerate((3600, 91.9, 60, 11, 9.5, 5, 1.0, 0.3)):
        with transaction.atomic():
            schedule(clock, ahead)
            now, then = some_exits(Worker(), before, number)
            assert now == then, ahead
            transaction.set_rollback(True)


def test_no_header_counts_down_to_an_instant(worker, clock):
    instant = schedule(clock, 100)
    first = every_exit(worker, clock)
    for number, seconds in enumerate((92, 91, 60, 30, 11, 10, 6, 5, 2, 1, 0.1)):
        clock.now = instant - timedelta(seconds=seconds)
        now, then = some_exits(worker, first, number)
        assert now == then, seconds


@pytest.mark.parametrize(
    "request_headers",
    [{"HTTP_IF_NONE_MATCH": "*"}, {"method": "HEAD"}, {"HTTP_ACCEPT_ENCODING": "br"}],
)
def test_nor_does_another_kind_of_answer(worker, clock, request_headers):
    worker.get("/about/", HTTP_ACCEPT_ENCODING="br")
    first = headers(worker, "/about/", **request_headers)
    instant = schedule(clock, 30)
    for seconds in (30, 9, 1):
        clock.now = instant - timedelta(seconds=seconds)
        assert headers(worker, "/about/", **request_headers) == first


@pytest.mark.parametrize("trouble", [lose_the_database, fail])
def test_nor_does_an_answer_that_could_not_be_checked(sample, clock, trouble):
    """Its age is the same for all pages, because the time of rendering would reveal the time of approval."""
    found = []
    for is_scheduled in (False, True):
        worker = Worker()
        worker.get("/about/")
        clock.move(20)
        if is_scheduled:
            schedule(clock, 25)
            worker.look_again()
            worker.get("/about/")
        worker.look_again()
        clock.move(20)
        if trouble is not lose_the_database:
            worker.cache.freshness._known = (-1, None)
            worker.cache.memory.get(("http", "testserver", "/about/", "")).state = None
        trouble(worker)
        found.append(headers(worker, "/about/"))
    assert found[0] == found[1]
    assert found[0][1]["Warning"]


def test_a_withdrawal_changes_no_header(worker, clock):
    schedule(clock, 20)
    first = every_exit(worker, clock)
    edition = Unit.objects.get(identifier="hsi").editions.latest("number")
    publishing.withdraw(editions=[edition], by=make_user(), at=clock.now)
    worker.look_again()
    assert every_exit(worker, clock) == first


def test_shared_caches_are_ten_seconds_late_at_most():
    assert SHARED_SECONDS + STALE_SECONDS <= 10


def test_an_address_that_has_no_page_yet_is_kept_by_no_cache(worker):
    for path in ("/offices/nothing/", "/nothing/"):
        assert worker.get(path).headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["/", "/about/", "/offices/", "/sitemap.xml", "/robots.txt"])
def test_django_says_of_a_page_what_the_page_cache_says(worker, path):
    kept = worker.get(path)
    passed_on = worker.get(path, HTTP_COOKIE="sessionid=x")
    assert kept.headers["Cache-Control"] == passed_on.headers["Cache-Control"] == CACHE_POLICY
    assert worker.made == [path, path]


def test_a_mirror_says_it_too():
    configuration = (ROOT / "deploy/nginx-mirror.conf").read_text()
    assert CACHE_POLICY in re.findall(r'add_header Cache-Control "([^"]+)"', configuration)
