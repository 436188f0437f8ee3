"""Attempts to put pages of one visitor, of staff, or of nobody into the cache."""

import pytest
from django.urls import reverse
from django.utils import timezone

from agency_site.serving.page_cache import answers, keys
from directorates.actions import sharing
from directorates.actions.reviewing import reviewing
from directorates.models import Unit
from tests.factories import changed, make_user, set_survey
from tests.serving.page_cache.conftest import Worker


class Response(list):
    """The answer of a view that declares its page."""

    cached_under = "page made_up"

    def __init__(self, status_code):
        super().__init__([b"made up"])
        self.status_code = status_code

    def close(self):
        pass


def answering(worker, status, *headers):
    """Give this answer at every address of the worker's application."""

    def application(environ, start_response):
        worker.made.append(environ)
        start_response(f"{status} Made up", [("Content-Type", "text/html"), *headers])
        return Response(status)

    worker.cache.application = application
    return worker


@pytest.mark.parametrize(
    ("status", "header"),
    [
        (200, ("Set-Cookie", "sessionid=x")),
        (200, ("set-cookie", "csrftoken=x")),
        (200, ("Vary", "Accept-Encoding, Cookie")),
        (200, ("Vary", "*")),
        (200, ("Vary", "Accept-Language")),
        (200, ("Cache-Control", "private")),
        (200, ("Cache-Control", "max-age=0, No-Store")),
        (302, ("Location", "/")),
        (404, ("X-Nothing", "")),
        (500, ("X-Nothing", "")),
    ],
)
def test_what_is_not_the_same_for_everybody_is_not_kept(worker, status, header):
    answering(worker, status, header)
    assert [worker.get("/about/").status for _ in range(2)] == [status, status]
    assert (len(worker.made), len(worker.cache.memory)) == (2, 0)


def test_what_is_the_same_for_everybody_is_kept(worker):
    answering(worker, 200, ("Vary", "Accept-Encoding"), ("Cache-Control", "no-cache"))
    assert [worker.get("/about/").status for _ in range(2)] == [200, 200]
    assert (len(worker.made), len(worker.cache.memory)) == (1, 1)


@pytest.mark.parametrize("key", ["sessionid=x", "a=b; sessionid=x", "messages=x;sessionid=x"])
def test_whoever_has_a_session_neither_fills_the_cache_nor_reads_it(worker, key):
    worker.get("/about/", HTTP_COOKIE=key)
    assert len(worker.cache.memory) == 0
    worker.get("/about/")
    worker.get("/about/", HTTP_COOKIE=key)
    assert worker.made == ["/about/"] * 3


def test_a_page_that_staff_looked_at_shows_visitors_nothing_of_theirs(worker, client):
    client.force_login(make_user(is_superuser=True, first_name="Somebody"))
    cookie = f"sessionid={client.cookies['sessionid'].value}; csrftoken=x; messages=y"
    for path in ("/", "/about/", "/admin/"):
        worker.get(path, HTTP_COOKIE=cookie)
    assert len(worker.cache.memory) == 0
    seen = worker.get("/")
    assert "Set-Cookie" not in seen.headers
    assert not any(word in seen.text for word in ("Somebody", "csrfmiddlewaretoken", "/admin/"))


@pytest.mark.parametrize(
    "cookie", ["csrftoken=x", "messages=W1siX19q", "sessionid", " sessionid =x"]
)
def test_a_cookie_that_makes_no_session_gets_into_no_page(worker, cookie):
    answering(worker, 200)
    worker.get("/about/", HTTP_COOKIE=cookie, HTTP_X_CSRFTOKEN="x", REMOTE_USER="x")
    [environ] = worker.made
    assert set(environ) & {"HTTP_COOKIE", "HTTP_X_CSRFTOKEN", "REMOTE_USER", "REMOTE_ADDR"} == set()


def test_a_preview_for_people_without_an_account_is_not_kept(worker):
    by, at = make_user(is_superuser=True), timezone.now()
    draft = changed(Unit.objects.get(identifier="hsi"), head_title="First of Her Name", at=at)
    change_set = reviewing.create(title="A set", records=[draft], by=by, at=at)
    token = sharing.share(change_set=change_set, for_whom="Counsel", days=7, by=by, at=at)[1]
    prefix = reverse("directorates:shared-preview", args=[token])
    page = "directorates/homeland-security-investigations/"
    assert "First of Her Name" in worker.get(prefix + page).text
    for path in (prefix, f"{prefix}about/", f"{prefix}offices/"):
        assert worker.get(path).status == 200
    assert len(worker.cache.memory) == 0
    assert "First of Her Name" not in worker.get(f"/{page}").text


def test_the_surveys_form_with_its_number_is_another_for_each(worker):
    set_survey()
    first, second = worker.get("/survey/"), worker.get("/survey/")
    assert first.status == 200
    assert first.body != second.body
    assert len(worker.cache.memory) == 0


@pytest.mark.parametrize(
    "first",
    [
        {"method": "HEAD"},
        {"HTTP_IF_NONE_MATCH": "*"},
        {"HTTP_IF_NONE_MATCH": 'W/"x"'},
        {"HTTP_IF_MODIFIED_SINCE": "Tue, 24 Nov 2099 10:00:00 GMT"},
        {"HTTP_RANGE": "bytes=0-10"},
        {"HTTP_ACCEPT": "application/json"},
        {"CONTENT_LENGTH": "5", "CONTENT_TYPE": "text/plain"},
    ],
    ids=str,
)
def test_an_odd_first_request_leaves_the_whole_page(sample, first):
    honest, odd = Worker(), Worker()
    plain = honest.get("/about/")
    honest.cache.memory._entries.clear()
    odd.get("/about/", **first)
    second = odd.get("/about/")
    assert (second.status, second.body) == (200, plain.body)
    assert second.headers["Content-Length"] == str(len(plain.body))


@pytest.mark.parametrize(
    ("path", "query"),
    [
        *(("/offices/", f"page={page}") for page in ("01", "%2B1", "1_0", "+1", "%EF%BC%91")),
        *(("/sitemap.xml", f"p={number}") for number in ("01", "%2B1", "0", "", "x", "%EF%BC%91")),
    ],
)
def test_no_page_has_countless_addresses(worker, path, query):
    assert worker.get(path, query).status == 404
    assert len(worker.cache.memory) == 0


def test_nothing_long_that_visitors_send_is_remembered(worker):
    keys.view_of.cache_clear()
    answers._best_encoding.cache_clear()
    worker.get(f"/{'a' * 5000}/", "x=1")
    assert keys.view_of.cache_info().currsize == 0
    for number in range(3):
        long = f"gzip, {'x' * 5000}{number}"
        assert (
            worker.get("/about/", HTTP_ACCEPT_ENCODING=long).headers["Content-Encoding"] == "gzip"
        )
    assert answers._best_encoding.cache_info().currsize == 1
