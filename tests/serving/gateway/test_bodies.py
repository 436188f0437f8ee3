import asyncio

import pytest

from agency_site.serving.gateway import bodies
from agency_site.serving.gateway.bodies import Bodies, has_body
from agency_site.serving.gateway.refusals import RefusedError
from tests.serving.gateway.conftest import Headers, run

CHUNKED = [("Transfer-Encoding", "chunked")]


def read(protocol, *lines, held=None):
    return run((held or Bodies()).read(Headers(lines), protocol))


def status_of(protocol, *lines, held=None):
    with pytest.raises(RefusedError) as refused:
        read(protocol, *lines, held=held)
    return refused.value.status


def test_a_body_is_joined_from_its_pieces(make_protocol):
    assert read(make_protocol(b"ab", b"c", b""), ("Content-Length", "3")) == b"abc"
    assert read(make_protocol(b"ab", b"c", b""), *CHUNKED) == b"abc"


def test_a_body_that_is_broken_off_is_refused(make_protocol):
    assert status_of(make_protocol(b"ab", b""), ("Content-Length", "3")) == 400
    # The server sends an empty piece for the fault and one for the end.
    assert status_of(make_protocol(b"ab", b"", b""), *CHUNKED) == 400


@pytest.mark.parametrize("length", ["x", "-1", "+1", "1e3", "", "١", "1_0", " 1"])
def test_a_length_that_is_none_is_refused(make_protocol, length):
    assert status_of(make_protocol(b""), ("Content-Length", length)) == 400


@pytest.mark.parametrize("length", [str(bodies.MOST_BYTES + 1), "9" * 30, "9" * 5000])
def test_what_is_announced_too_large_is_refused_unread(make_protocol, length):
    protocol = make_protocol(lambda: pytest.fail("was read"))
    assert status_of(protocol, ("Content-Length", length)) == 413


def test_what_becomes_too_large_is_refused_then(make_protocol, monkeypatch):
    monkeypatch.setattr(bodies, "MOST_BYTES", 5)
    protocol = make_protocol(b"abc", b"def", lambda: pytest.fail("was read on"))
    assert status_of(protocol, *CHUNKED) == 413


def test_who_sends_too_slowly_is_let_go(make_protocol, monkeypatch):
    monkeypatch.setattr(bodies, "MOST_SECONDS", 0)
    held = Bodies()

    async def never():
        await asyncio.Event().wait()

    assert status_of(make_protocol(b"ab", never), ("Content-Length", "9"), held=held) == 408
    assert held.bytes_held == 0


def test_a_worker_holds_no_more_than_its_memory_bears(make_protocol, monkeypatch):
    monkeypatch.setattr(bodies, "MOST_BYTES_IN_ALL", 10)
    held = Bodies()
    first = read(make_protocol(b"12345678", b""), ("Content-Length", "8"), held=held)
    assert status_of(make_protocol(b"123", b""), ("Content-Length", "3"), held=held) == 503
    held.release(first)
    assert read(make_protocol(b"123", b""), ("Content-Length", "3"), held=held) == b"123"


def test_only_what_is_announced_is_a_body():
    assert not has_body(Headers([]))
    assert not has_body(Headers([("Content-Length", "0")]))
    assert has_body(Headers([("Content-Length", "1")]))
    assert has_body(Headers(CHUNKED))
