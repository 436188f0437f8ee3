"""The question “until when is this page right?” fails, or another part of the page cache fails."""

import logging
import time
from types import SimpleNamespace

import pytest

from agency_site.serving.page_cache import entries, freshness, wrapper
from agency_site.serving.page_cache.freshness import SECONDS_OF_TRUST, Freshness
from directorates.models import Generation
from directorates.queries import visibility
from tests.factories import make_user
from tests.serving.page_cache.conftest import NoThread, Worker

STAFF = ["/admin/", "/admin/login/", "/accounts/login/", "/accounts/logout/", "/preview/at/"]


def failing(error):
    def fail(*arguments, **keywords):
        raise error

    return fail


@pytest.fixture
def unsure(worker, monkeypatch):
    """A worker that has shown a page. Its question fails from now on."""
    worker.get("/about/")
    monkeypatch.setattr(visibility, "next_public_change", failing(OverflowError("too late")))
    Generation.objects.advance()
    worker.look_again()
    worker.made.clear()
    return worker


@pytest.mark.parametrize(
    "error",
    [OverflowError("x"), ValueError("x"), TypeError("x"), KeyError("x"), MemoryError(), OSError(5)],
    ids=repr,
)
def test_whatever_the_question_raises_django_is_asked(sample, monkeypatch, error):
    monkeypatch.setattr(visibility, "next_public_change", failing(error))
    worker = Worker()
    for path in ("/", "/about/", "/offices/", "/about/"):
        assert worker.get(path).status == 200
    assert worker.get("/nothing/").status == 404
    assert worker.made == ["/", "/about/", "/offices/", "/about/", "/nothing/"]
    assert len(worker.cache.memory) == 0


def test_a_page_that_was_kept_is_made_anew_and_not_shown_as_fresh(unsure, monkeypatch):
    unsure.get("/about/")
    answer = unsure.get("/about/")
    assert (answer.status, "Warning" in answer.headers) == (200, False)
    assert unsure.made == ["/about/", "/about/"]


def test_visitors_notice_nothing_in_the_headers(worker, request):
    known = worker.get("/about/").headers
    unknown = request.getfixturevalue("unsure").get("/about/").headers
    assert unknown == known


def test_a_copy_that_is_still_right_is_not_sent_again(unsure):
    etag = unsure.get("/about/").headers["ETag"]
    assert unsure.get("/about/", HTTP_IF_NONE_MATCH=etag).status == 304
    assert unsure.get("/about/", method="HEAD").body == b""


def test_the_last_good_page_is_shown_where_django_cannot_make_it_either(unsure, monkeypatch):
    monkeypatch.setattr(
        "directorates.queries.pages.unit_page.find_agency", failing(ZeroDivisionError())
    )
    monkeypatch.setattr("django.core.handlers.exception.log_response", lambda *a, **k: None)
    answer = unsure.get("/about/")
    assert (answer.status, "Warning" in answer.headers) == (200, True)


def test_no_request_asks_again_what_failed(unsure, monkeypatch):
    asked = []
    monkeypatch.setattr(freshness, "ask", lambda now: asked.append(now) or 1 / 0)
    for _ in range(5):
        unsure.get("/about/")
    assert asked == []
    unsure.look_again()
    assert len(asked) == 1


def lines(caplog):
    return [r.getMessage() for r in caplog.records if r.getMessage().startswith("Until when pages")]


def test_it_is_logged_once_and_again_when_it_changes(unsure, monkeypatch, caplog):
    for _ in range(3):
        unsure.look_again()
    assert lines(caplog) == []
    assert unsure.cache.freshness.failure == "OverflowError: too late"
    monkeypatch.setattr(visibility, "next_public_change", failing(ValueError("no date")))
    for _ in range(3):
        unsure.look_again()
    monkeypatch.setattr(visibility, "next_public_change", lambda at: None)
    unsure.look_again()
    assert lines(caplog) == [
        "Until when pages are right cannot be found out, so each request makes its page: ValueError: no date",
        "Until when pages are right is known again",
    ]


def test_pages_are_kept_again_once_it_is_known(unsure, monkeypatch):
    monkeypatch.setattr(visibility, "next_public_change", lambda at: None)
    unsure.look_again()
    unsure.get("/about/")
    unsure.get("/about/")
    assert unsure.made == ["/about/"]
    assert unsure.cache.numbers()["agency_site_page_cache_is_unsure"] == 0


def test_monitoring_sees_it(unsure):
    numbers = unsure.cache.numbers()
    assert numbers["agency_site_page_cache_is_unsure"] == 1
    assert numbers["agency_site_database_unavailable"] == 0


# The page cache itself fails


class Broken:
    """Replaces Freshness: every call fails."""

    is_database_unavailable, answered_at = False, 0.0

    def __getattr__(self, name):
        raise RuntimeError(f"no {name}")


@pytest.mark.parametrize("path", ["/", "/about/", "/nothing/", "/survey/", "/healthz", *STAFF])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_with_a_broken_freshness_every_address_answers_as_before(sample, path, method):
    whole, broken = Worker(), Worker()
    broken.cache.freshness = Broken()
    expected, found = (one.get(path, method=method) for one in (whole, broken))
    assert (found.status, found.headers.get("Location")) == (
        expected.status,
        expected.headers.get("Location"),
    )
    assert found.status < 500
    assert len(found.body) > 0 or method == "HEAD" or len(expected.body) == 0


@pytest.mark.parametrize("path", STAFF)
def test_staff_pages_ask_nothing_of_the_freshness(sample, client, path):
    client.force_login(make_user(is_superuser=True))
    worker = Worker()
    worker.cache.freshness = Broken()
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    for more in ({}, {"HTTP_COOKIE": cookie}):
        assert worker.get(path, **more).status < 400
    assert worker.cache.errors == 0


@pytest.mark.parametrize("path", STAFF)
def test_staff_ask_the_database_themselves_where_it_is_said_to_be_away(worker, path):
    worker.cache.freshness.is_database_unavailable = True
    assert worker.get(path).status < 400


def test_a_failure_of_the_cache_is_counted_and_logged_once(worker, caplog):
    worker.cache.freshness = Broken()
    for _ in range(3):
        worker.get("/about/")
    assert worker.cache.errors >= 3
    messages = [r.getMessage() for r in caplog.records]
    assert sum("The page cache failed" in line and "no current" in line for line in messages) == 1


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (entries, "hashlib"),
        (entries.CachedPage, "answer"),
        (wrapper, "kept_headers"),
        (wrapper.Memory, "put"),
        (wrapper.Memory, "get"),
        (wrapper, "known_query"),
        (wrapper, "choose_encoding"),
    ],
)
def test_a_page_that_cannot_be_kept_is_answered(sample, monkeypatch, place, name):
    monkeypatch.setattr(place, name, failing(RuntimeError("broken")))
    worker = Worker()
    for _ in range(2):
        answer = worker.get("/about/", "x=1")
        assert answer.status == 200
        assert "</html>" in answer.text
        assert worker.get("/about/", method="HEAD").status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_HOST": "testserver\udcff"},
        {"HTTP_HOST": "\ud800"},
        {"HTTP_HOST": "tést:80"},
        {"HTTP_HOST": ":"},
        {"HTTP_HOST": "x" * 100_000},
        {"HTTP_ACCEPT_ENCODING": "\udcff, br;q=\udcff"},
        {"HTTP_IF_NONE_MATCH": "\udcff"},
        {"HTTP_COOKIE": "\udcff=\udcff"},
        {"SERVER_PORT": ""},
    ],
    ids=lambda headers: repr(headers)[:40],
)
def test_odd_bytes_in_a_header_are_no_failure(worker, headers):
    assert worker.get("/about/", **headers).status < 500
    assert worker.cache.errors == 0
    assert worker.get("/about/").status == 200


# A dead poller


def test_what_nobody_has_confirmed_for_long_is_asked_again(worker, monkeypatch):
    """The poller is dead, and another host publishes."""
    worker.get("/about/")
    Generation.objects.advance()
    worker.get("/about/")
    assert worker.made == ["/about/"]
    now = time.time() + SECONDS_OF_TRUST + 1
    monkeypatch.setattr(time, "time", lambda: now)
    monkeypatch.setattr(worker.cache.freshness, "_looked_at", time.monotonic() - 60)
    worker.get("/about/")
    assert worker.made == ["/about/", "/about/"]


def test_a_database_that_is_away_is_asked_again_where_the_poller_does_not(worker, monkeypatch):
    worker.look_again()
    worker.cache.freshness.is_database_unavailable = True
    assert worker.get("/about/").status == 503
    monkeypatch.setattr(worker.cache.freshness, "_trusted_until", time.time())
    monkeypatch.setattr(worker.cache.freshness, "_looked_at", time.monotonic() - 60)
    assert worker.get("/about/").status == 200


def test_each_look_sees_to_it_that_the_poller_is_alive(sample):
    ensured = []
    state = Freshness()
    state._poller = NoThread()
    state._poller.ensure = lambda: ensured.append(True)
    state.current(time.time())
    assert ensured == [True]


@pytest.mark.parametrize("now", [-1e18, -1.0, 1e12, 1e300, float("inf"), float("nan")])
def test_a_clock_that_shows_no_time_is_no_failure(worker, monkeypatch, now):
    worker.get("/about/")
    with monkeypatch.context() as wrong:
        # Python 3.12's logging cannot format this time.
        wrong.setattr(logging, "time", SimpleNamespace(**vars(time)))
        wrong.setattr(time, "time", lambda: now)
        worker.cache.freshness.current(now)
        worker.look_again()
    worker.look_again()
    assert worker.get("/about/").status == 200
