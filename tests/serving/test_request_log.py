import re

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from agency_site.serving.log_lines import current_request
from agency_site.serving.request_log import request_log
from tests.factories import make_user
from tests.sample import load_sample

GIVEN = "0123456789abcdef-proxy"


@pytest.fixture
def lines(caplog):
    caplog.set_level("INFO", logger="directorates.request")

    def read():
        return [r for r in caplog.records if r.name == "directorates.request"]

    return read


def test_a_request_has_one_line_with_status_and_duration(client, db, lines):
    client.get("/about/?name=Somebody")
    [line] = lines()
    assert re.fullmatch(r"GET /about/ 404 in [\d.]+ ms", line.getMessage())
    assert line.status == 404
    assert line.duration_ms >= 0
    assert not hasattr(line, "user_id")


def test_line_breaks_in_a_path_are_escaped(client, db, lines):
    client.get("/x%0Aforged/")
    assert lines()[0].getMessage().startswith("GET /x%0Aforged/ 404")


def test_a_failure_is_an_error(client, db, lines, monkeypatch):
    load_sample()
    monkeypatch.setattr("directorates.queries.pages.overview.get", lambda **kwargs: 1 / 0)
    client.raise_request_exception = False
    client.get("/")
    assert [(line.levelname, line.status) for line in lines()] == [("ERROR", 500)]


def test_staff_are_named_by_number(client, db, lines):
    user = make_user(is_superuser=True)
    client.force_login(user)
    client.get("/admin/")
    assert lines()[0].user_id == user.pk


def test_visitors_and_their_addresses_are_not_named(client, db, lines):
    client.get("/", REMOTE_ADDR="192.0.2.77")
    assert "192.0.2.77" not in str(vars(lines()[0]))


def test_probes_that_find_nothing_wrong_write_nothing(client, lines):
    client.get("/healthz")
    assert lines() == []


def test_an_uncached_answer_has_an_id_of_its_own(client):
    first, second = client.get("/healthz"), client.get("/healthz")
    assert re.fullmatch(r"[0-9a-f]{32}", first["X-Request-ID"])
    assert first["X-Request-ID"] != second["X-Request-ID"]


def test_a_page_that_is_kept_has_none(client, db):
    load_sample()
    response = client.get("/about/")
    assert response.status_code == 200
    assert "X-Request-ID" not in response


@pytest.mark.parametrize(
    ("proxies", "given", "is_taken"),
    [(1, GIVEN, True), (0, GIVEN, False), (1, "short", False), (1, "no spaces here", False)],
)
def test_the_id_of_a_proxy_of_ours_is_taken_if_it_is_well_formed(
    client, settings, proxies, given, is_taken
):
    settings.TRUSTED_PROXY_COUNT = proxies
    response = client.get("/healthz", HTTP_X_REQUEST_ID=given)
    assert (response["X-Request-ID"] == given) is is_taken


def test_what_is_written_within_a_request_knows_it_and_what_follows_does_not():
    seen = []

    def answer(request):
        seen.append(current_request.get())
        return HttpResponse()

    request = RequestFactory().get("/about/?q=1")
    request.resolver_match = None
    response = request_log(answer)(request)
    [facts] = seen
    assert facts == {"request_id": response["X-Request-ID"], "method": "GET", "path": "/about/"}
    assert current_request.get() is None
