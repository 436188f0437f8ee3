import gzip
import time
from datetime import timedelta

import brotli
import pytest
from django.db import OperationalError
from django.utils import timezone

from agency_site.serving.page_cache.freshness import Freshness
from directorates.actions.publishing import publishing
from directorates.models import Generation, Unit
from tests.factories import changed, make_user, published, set_survey
from tests.serving.page_cache.conftest import NoThread, Worker

#: The address of a directorate of the sample.
HSI_PAGE = "/directorates/homeland-security-investigations/"


def hsi():
    return Unit.objects.get(identifier="hsi")


@pytest.fixture
def commits(django_capture_on_commit_callbacks):
    """Run the callbacks that wait for a commit."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_a_page_is_made_once(worker):
    first, second = worker.get(), worker.get()
    assert first.status == second.status == 200
    assert first.body == second.body
    assert worker.made == ["/"]


def test_a_kept_page_is_djangos_page(worker, client):
    assert worker.get().body == client.get("/").content


def test_head_has_the_length_and_no_body(worker):
    length = worker.get().headers["Content-Length"]
    answer = worker.get(method="HEAD")
    assert (answer.body, answer.headers["Content-Length"]) == (b"", length)
    assert worker.made == ["/"]


def test_a_head_request_first_keeps_the_whole_page(worker):
    worker.get(method="HEAD")
    assert b"</html>" in worker.get().body


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("br", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br; q=0.0, *", "gzip"),
        ("identity", ""),
        ("", ""),
        ("*", "br"),
        ("gzip;q=0.5, br;q=0.1", "br"),
        ("BR", "br"),
        ("brotli", ""),
    ],
)
def test_each_client_gets_an_encoding_that_it_takes(worker, accepted, encoding):
    plain = worker.get().body
    answer = worker.get(HTTP_ACCEPT_ENCODING=accepted)
    assert answer.headers.get("Content-Encoding", "") == encoding
    decode = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[encoding]
    assert decode(answer.body) == plain
    assert answer.headers["Vary"] == "Accept-Encoding"


def test_a_copy_that_is_still_right_is_not_sent_again(worker):
    etag = worker.get().headers["ETag"]
    for wanted in (etag, f'"other", {etag}', etag.removeprefix("W/"), "*"):
        answer = worker.get(HTTP_IF_NONE_MATCH=wanted)
        assert (answer.status, answer.body) == (304, b"")
        assert answer.headers["ETag"] == etag
        assert "Content-Length" not in answer.headers
    assert worker.get(HTTP_IF_NONE_MATCH='"other"').status == 200
    assert worker.made == ["/"]


def test_shared_caches_may_keep_it_and_no_cookie_matters(worker):
    headers = worker.get().headers
    assert headers["Cache-Control"].startswith("public, max-age=0, s-maxage=5,")
    assert "stale-if-error" in headers["Cache-Control"]
    assert headers["Surrogate-Key"] == "page overview_page"
    assert "Set-Cookie" not in headers


def test_an_analytics_cookie_changes_nothing(worker):
    worker.get()
    worker.get(HTTP_COOKIE="_ga=GA1.2.3")
    assert worker.made == ["/"]


def test_a_session_goes_past_the_cache(worker):
    worker.get()
    worker.get(HTTP_COOKIE="_ga=1; sessionid=abc")
    assert worker.made == ["/", "/"]


@pytest.mark.parametrize("query", ["utm_source=news", "x=1&y=2", "page=7", "=", "&&", "a" * 5000])
def test_parameters_that_a_page_does_not_know_make_no_new_one(worker, query):
    first = worker.get("/about/")
    assert worker.get("/about/", query).body == first.body
    assert worker.made == ["/about/"]


def test_parameters_that_a_page_knows_make_a_page_each(worker):
    by_name, by_parent = worker.get("/offices/"), worker.get("/offices/", "by=part-of")
    assert by_name.body != by_parent.body
    assert worker.get("/offices/", "BY=part-of&X=1").body == by_parent.body
    assert worker.get("/offices/", "BY=x&by=part-of").body == by_parent.body
    assert worker.get("/offices/", "x=1&by=part-of").body == by_parent.body
    assert len(worker.made) == 2


@pytest.mark.parametrize(
    "path",
    [
        "/survey/",
        "/survey/thanks/",
        "/admin/",
        "/accounts/login/",
        "/preview/units/1/",
        "/healthz",
        "/readyz",
        "/metrics",
        "/nothing/",
        "/directorates/nothing/",
        "/about",
    ],
)
def test_forms_staff_pages_and_errors_are_never_kept(worker, path):
    set_survey()
    worker.get(path)
    worker.get(path)
    assert worker.made == [path, path]
    assert len(worker.cache.memory) == 0


def test_a_post_is_never_answered_from_the_cache(worker):
    worker.get()
    assert worker.get(method="POST").status == 403
    assert worker.made == ["/", "/"]


@pytest.mark.parametrize(
    "header",
    [
        {"HTTP_X_FORWARDED_HOST": "evil.example"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_X_ORIGINAL_URL": "/admin/"},
        {"HTTP_ACCEPT_LANGUAGE": "de"},
        {"HTTP_AUTHORIZATION": "Basic Zm9v"},
        {"HTTP_COOKIE": "django_language=de; messages=x"},
        {"HTTP_RANGE": "bytes=0-10"},
        {"HTTP_X_HTTP_METHOD_OVERRIDE": "POST"},
        {"HTTP_IF_MODIFIED_SINCE": "Tue, 24 Nov 2099 10:00:00 GMT"},
    ],
)
def test_no_header_gets_into_a_kept_page(sample, header):
    honest, attacked = Worker(), Worker()
    attacked.cache.freshness = honest.cache.freshness
    plain = honest.get("/about/")
    honest.cache.memory._entries.clear()
    assert attacked.get("/about/", **header).body == plain.body


def test_another_host_is_refused_and_not_kept(worker):
    assert worker.get(HTTP_HOST="evil.example").status == 400
    assert len(worker.cache.memory) == 0


def test_a_host_in_capitals_or_with_a_foreign_port_makes_no_new_page(worker):
    worker.get()
    worker.get(HTTP_HOST="TestServer")
    assert worker.made == ["/"]
    for port in range(5):
        worker.get(HTTP_HOST=f"testserver:{7000 + port}")
    assert len(worker.cache.memory) == 1


def test_a_publication_is_seen_by_the_next_request_of_every_worker(worker, commits):
    other = Worker()
    before = worker.get(HSI_PAGE), other.get(HSI_PAGE)
    with commits():
        published(changed(hsi(), head_title="First of Her Name"), at=timezone.now())
    for each in (worker, other):
        assert "First of Her Name" in each.get(HSI_PAGE).text
    assert "First of Her Name" not in before[0].text + before[1].text


def test_a_host_without_the_stamp_sees_it_at_its_next_look(worker):
    worker.get(HSI_PAGE)
    # No callback runs, like after a commit on another host.
    published(changed(hsi(), head_title="First of Her Name"), at=timezone.now())
    assert "First of Her Name" not in worker.get(HSI_PAGE).text
    worker.look_again()
    assert "First of Her Name" in worker.get(HSI_PAGE).text


def test_an_edition_is_seen_from_its_instant_and_not_before(worker, commits, monkeypatch):
    import time

    instant = timezone.now() + timedelta(seconds=30)
    with commits():
        published(
            changed(hsi(), head_title="First of Her Name"),
            at=timezone.now(),
            effective_from=instant,
        )
    assert "First of Her Name" not in worker.get(HSI_PAGE).text
    for offset, is_seen in ((-0.001, False), (0, True)):
        now = instant + timedelta(seconds=offset)
        monkeypatch.setattr(timezone, "now", lambda now=now: now)
        monkeypatch.setattr(time, "time", lambda now=now: now.timestamp())
        assert ("First of Her Name" in worker.get(HSI_PAGE).text) == is_seen


def test_a_withdrawal_is_seen_at_its_instant(worker, commits, monkeypatch):
    import time

    at = timezone.now()
    later = at + timedelta(seconds=20)
    with commits():
        published(changed(hsi(), name="Later"), at=at, effective_from=later)
    worker.get()
    with commits():
        publishing.withdraw(
            editions=[hsi().editions.latest("number")], by=make_user(), at=timezone.now()
        )
    monkeypatch.setattr(timezone, "now", lambda: later)
    monkeypatch.setattr(time, "time", lambda: later.timestamp())
    assert "Later" not in worker.get(HSI_PAGE).text


def test_a_page_that_did_not_change_is_not_compressed_again(worker, commits, monkeypatch):
    worker.get("/about/", HTTP_ACCEPT_ENCODING="br")
    with commits():
        Generation.objects.advance()
    monkeypatch.setattr("brotli.compress", None)
    assert worker.get("/about/", HTTP_ACCEPT_ENCODING="br").headers["Content-Encoding"] == "br"
    assert worker.made == ["/about/", "/about/"]


def test_no_request_waits_for_the_state_while_the_database_unavailable(worker, commits):
    worker.get("/about/")
    with commits():
        Generation.objects.advance()
    freshness = worker.cache.freshness
    freshness.is_database_unavailable = True
    # Like the poller while it waits for an answer.
    with freshness._lock:
        assert "Warning" in worker.get("/about/").headers
        assert worker.get("/offices/").status == 503


def test_a_request_waits_a_bounded_time_for_another_that_asks(worker, commits, monkeypatch):
    monkeypatch.setattr("agency_site.serving.page_cache.freshness.ANSWER_SECONDS", 0.1)
    worker.get("/about/")
    with commits():
        Generation.objects.advance()
    with worker.cache.freshness._lock:
        assert "Warning" in worker.get("/about/").headers


# Without the database


@pytest.fixture
def no_database():
    def refuse(*args, **kwargs):
        raise OperationalError("the connection was refused")

    with pytest.MonkeyPatch.context() as broken:
        broken.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", refuse)
        broken.setattr("django.db.connections.close_all", lambda: None)
        yield


def test_pages_seen_before_are_answered_without_the_database(worker, request):
    fresh = worker.get("/about/")
    request.getfixturevalue("no_database")
    worker.look_again()
    answer = worker.get("/about/")
    assert (answer.status, answer.body) == (200, fresh.body)
    assert answer.headers["Warning"] == '111 - "Revalidation Failed"'
    assert int(answer.headers["Age"]) >= 0
    assert worker.made == ["/about/"]


def test_the_last_good_page_is_shown_even_if_its_state_has_passed(worker, request, commits):
    worker.get("/about/")
    with commits():
        Generation.objects.advance()
    request.getfixturevalue("no_database")
    answer = worker.get("/about/")
    assert (answer.status, "Warning" in answer.headers) == (200, True)


def test_a_page_that_cannot_be_had_says_so_and_when_to_ask_again(worker, request):
    worker.get("/about/")
    request.getfixturevalue("no_database")
    worker.look_again()
    for path in ("/offices/", "/survey/", "/admin/", "/nothing/"):
        answer = worker.get(path)
        assert answer.status == 503, path
        assert answer.headers["Retry-After"] == "30"
        assert "cannot be shown" in answer.text or "can be read or saved" in answer.text


def test_a_form_is_told_before_the_worker_has_noticed(worker, request):
    worker.get("/about/")
    request.getfixturevalue("no_database")
    assert worker.get("/survey/").status == 503


def test_it_recovers_by_itself(worker, monkeypatch):
    worker.get("/about/")
    with monkeypatch.context() as broken:
        broken.setattr(
            Generation.objects.__class__,
            "current",
            lambda self: (_ for _ in ()).throw(OperationalError("gone")),
        )
        broken.setattr("django.db.connections.close_all", lambda: None)
        worker.look_again()
        assert worker.get("/offices/").status == 503
    worker.look_again()
    assert worker.get("/offices/").status == 200
    assert "Warning" not in worker.get("/about/").headers


def test_an_error_of_the_program_leaves_the_last_good_page(worker, commits, monkeypatch):
    worker.get("/about/")
    with commits():
        Generation.objects.advance()

    def fail(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("directorates.queries.pages.unit_page.find_agency", fail)
    monkeypatch.setattr("django.core.handlers.exception.log_response", lambda *a, **k: None)
    answer = worker.get("/about/")
    assert (answer.status, "Warning" in answer.headers) == (200, True)


def test_the_state_is_found_anew_at_start(sample):
    freshness = Freshness()
    # A thread that asks the database would run beyond this test.
    freshness._poller = NoThread()
    assert freshness.current(time.time()).generation == Generation.objects.current()


def test_the_cache_holds_its_bound_under_many_addresses(sample):
    small = Worker(most_bytes=400_000)
    for number in range(40):
        small.get("/offices/", f"page={number}")
        small.get("/about/", f"x={number}")
    for path in ("/", "/about/", "/offices/", "/directorates/", HSI_PAGE):
        small.get(path)
    memory = small.cache.memory
    assert 0 < memory.bytes <= 400_000
    assert memory.bytes == sum(entry.weight for entry in memory._entries.values())
