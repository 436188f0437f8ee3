"""What the page cache tells nginx: until when it may keep an answer."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone

from agency_site.serving.page_cache.answers import nginx_headers
from directorates.models import Generation, Unit
from directorates.queries.pages import unit_page
from tests.factories import changed, published
from tests.serving.page_cache.conftest import Worker
from tests.serving.page_cache.test_clock import Clock

PAGE = "/directorates/homeland-security-investigations/"
NGINX = {"HTTP_X_ACCEL_TIME": "1000.250"}


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


def until(answer):
    return answer.headers.get("X-Accel-Expires")


@pytest.mark.parametrize(
    ("time", "seconds", "kept"),
    [
        ("1000.000", float("inf"), "@1000"),
        ("1000.999", float("inf"), "@1000"),
        ("1000.250", 0.5, "@999"),
        ("1000.250", 0.8, "@1000"),
        ("1000.250", 1.8, "@1000"),
        ("1000.000", 1.0, "@1000"),
        ("1000.000", 0.001, "@999"),
    ],
)
def test_nginx_keeps_an_answer_for_the_present_second_and_never_across_an_instant(
    time, seconds, kept
):
    assert nginx_headers(time, seconds=seconds) == [("X-Accel-Expires", kept)]


@pytest.mark.parametrize("time", ["", "x", "nan", "inf", "1e999", "1000,5"])
def test_a_time_that_is_none_lets_nothing_be_kept(time):
    assert nginx_headers(time) == []


def test_only_nginx_is_told_and_by_its_own_clock(worker):
    for _ in range(2):
        assert until(worker.get(PAGE)) is None
        assert until(worker.get(PAGE, **NGINX)) == "@1000"


def test_a_page_that_is_made_and_one_that_is_still_right_are_told_too(worker):
    made = worker.get(PAGE, **NGINX)
    same = worker.get(PAGE, HTTP_IF_NONE_MATCH=made.headers["ETag"], **NGINX)
    assert (until(made), until(same), same.status) == ("@1000", "@1000", 304)


def test_the_second_of_a_scheduled_change_is_left_out(worker, clock):
    unit = Unit.objects.get(identifier="hsi")
    instant = clock.now + timedelta(seconds=60)
    published(changed(unit, head_title="Later"), at=clock.now, effective_from=instant)
    worker.look_again()
    found = []
    for seconds in (60, 2, 0.5, 0, -1):
        clock.now = instant - timedelta(seconds=seconds)
        found.append(until(worker.get(PAGE, **NGINX)))
    # nginx's second begins a quarter of a second before its time.
    assert found == ["@1000", "@1000", "@999", "@1000", "@1000"]


@pytest.mark.parametrize(
    ("path", "query", "more"),
    [
        (PAGE, "utm_source=news", {}),
        ("/offices/", "by=part-of&x=1", {}),
        ("/offices/", "BY=part-of", {}),
        ("/nothing/", "", {}),
        ("/offices/", "page=99", {}),
        ("/survey/", "", {}),
        ("/admin/login/", "", {}),
        ("/accounts/login/", "", {}),
        ("/healthz", "", {}),
        (PAGE, "", {"HTTP_COOKIE": "sessionid=x"}),
        (PAGE, "", {"method": "POST"}),
        (PAGE, "", {"HTTP_HOST": "testserver:7000"}),
    ],
)
def test_what_nobody_linked_and_what_is_for_one_person_is_not_for_nginx(worker, path, query, more):
    for _ in range(2):
        assert until(worker.get(path, query, **NGINX | more)) is None


def test_a_linked_address_with_parameters_is_for_nginx(worker):
    assert until(worker.get("/offices/", "by=part-of", **NGINX)) == "@1000"


def test_a_copy_of_nginx_whose_page_is_gone_is_replaced(worker):
    """Otherwise nginx would show its copy again when the application stops."""
    gone = worker.get("/offices/nothing/", HTTP_IF_NONE_MATCH='W/"a copy"', **NGINX)
    assert (gone.status, until(gone)) == (404, "@1000")


def test_a_page_that_is_gone_is_no_last_good_page(worker, monkeypatch):
    assert worker.get(PAGE).status == 200
    with monkeypatch.context() as gone:
        gone.setattr(unit_page, "find", find_nothing)
        Generation.objects.advance()
        worker.look_again()
        assert worker.get(PAGE).status == 404
    worker.cache.freshness.is_database_unavailable = True
    assert worker.get(PAGE).status == 503


def find_nothing(*arguments, **keywords):
    raise Http404


def test_a_release_that_changes_a_header_is_another_page(worker, settings):
    before = worker.get(PAGE)
    settings.SECURE_REFERRER_POLICY = "no-referrer"
    other = Worker()
    assert other.get(PAGE).body == before.body
    assert other.get(PAGE).headers["ETag"] != before.headers["ETag"]
    assert other.get(PAGE, HTTP_IF_NONE_MATCH=before.headers["ETag"]).status == 200


def test_a_stale_page_is_marked_in_full_and_not_kept(worker):
    etag = worker.get(PAGE).headers["ETag"]
    Generation.objects.advance()
    worker.cache.freshness.is_database_unavailable = True
    answer = worker.get(PAGE, HTTP_IF_NONE_MATCH=etag, **NGINX)
    assert (answer.status, until(answer)) == (200, None)
    assert "Warning" in answer.headers
    assert worker.get(PAGE, HTTP_IF_NONE_MATCH=etag).status == 304


def test_an_old_address_is_sent_again_to_who_knows_it(worker):
    """A condition counts only for a page (RFC 9110, 13.2.1)."""
    unit = Unit.objects.get(identifier="hsi")
    published(changed(unit, slug="hsi"), at=timezone.now())
    worker.look_again()
    moved = worker.get(PAGE)
    assert moved.status == worker.get(PAGE, HTTP_IF_NONE_MATCH=moved.headers["ETag"]).status == 301
