"""The shared cache can hold anything: another release's page, a half page, another program's value."""

import pytest
from django.core.cache import caches

from agency_site.serving.page_cache import shared
from tests.serving.page_cache.conftest import Worker

HEADERS = [("Content-Type", "text/html")]


@pytest.fixture
def names(monkeypatch):
    """The names of looked-up and kept pages."""
    found = []
    name_of = shared._name
    monkeypatch.setattr(shared, "_name", lambda *key: found.append(name_of(*key)) or found[-1])
    return found


@pytest.mark.parametrize(
    "garbage",
    [
        b"garbage",
        "a text",
        7,
        (),
        (1, 2, 3, 4, 5, 6),
        ("200 OK", HEADERS, b"page", 1.0, "etag"),
        ("200 OK", HEADERS, "no bytes", 1.0, "etag", {}, 0),
        ("200 OK", HEADERS, None, 1.0, "etag", {}, 0),
        ("200 OK", HEADERS, None, 1.0, "etag", {"br": b"x"}, 0),
        ("200 OK", HEADERS, None, 1.0, "etag", {"gzip": "x"}, 0),
        ("200 OK", HEADERS, b"page", 1.0, "etag", {"zip": b"x"}, 0),
        ("200 OK", HEADERS, b"page", 1.0, "", {}, 0),
        ("200 OK", [("Content-Type",)], b"page", 1.0, "etag", {}, 0),
        ("200 OK", [("Content-Type", 5)], b"page", 1.0, "etag", {}, 0),
        ("200 OK", None, b"page", 1.0, "etag", {}, 0),
        (200, HEADERS, b"page", 1.0, "etag", {}, 0),
        ("200 OK", HEADERS, b"page", "yesterday", "etag", {}, 0),
    ],
    ids=repr,
)
def test_what_is_no_page_is_made_and_replaced(worker, names, caplog, garbage):
    page = worker.get("/about/")
    caches["pages"].set(names[0], garbage)
    second, third = Worker(), Worker()
    for _ in range(2):
        assert second.get("/about/").body == page.body
    assert second.made == ["/about/"]
    assert caplog.text.count("holds what is no page") == 1
    assert third.get("/about/").body == page.body
    assert third.made == []


def test_what_cannot_be_unpacked_is_made_and_replaced(worker, names):
    worker.get("/about/")
    cache = caches["pages"]
    cache._cache[cache.make_and_validate_key(names[0])] = b"\x80\x05garbage"
    second, third = Worker(), Worker()
    assert second.get("/about/").status == 200
    third.get("/about/")
    assert (second.made, third.made) == (["/about/"], [])


def test_a_body_that_cannot_be_unpacked_is_made(worker, names):
    worker.get("/about/")
    status, common, plain, made_at, etag, compressed, total = caches["pages"].get(names[0])
    damaged = {encoding: b"x" + body[1:] for encoding, body in compressed.items()}
    caches["pages"].set(names[0], (status, common, plain, made_at, etag, damaged, total))
    second = Worker()
    for _ in range(2):
        assert "</html>" in second.get("/about/").text
