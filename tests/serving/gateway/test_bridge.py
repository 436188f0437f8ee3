import asyncio
import threading

import pytest

from agency_site.serving.gateway import bodies
from agency_site.serving.gateway.bridge import LONGEST_TARGET, Bridge
from tests.serving.gateway.conftest import run


def echo(environ, start_response):
    start_response("200 OK", [("X-Length", environ["CONTENT_LENGTH"])])
    return [environ["wsgi.input"].read()]


def ask(application, scope, protocol, **options):
    bridge = Bridge(application, threads=1, **options)
    run(bridge.__rsgi__(scope, protocol))
    bridge.__rsgi_del__(None)
    return protocol


def test_a_form_reaches_the_application(make_scope, make_protocol):
    scope = make_scope(("Content-Length", "3"), method="POST")
    answer = ask(echo, scope, make_protocol(b"ab", b"c", b""))
    assert (answer.status, answer.headers["X-Length"], answer.body) == (200, "3", b"abc")


def test_an_unforeseen_fault_is_answered_and_logged(make_scope, make_protocol, caplog):
    def broken(environ, start_response):
        raise LookupError("a codec")

    answer = ask(broken, make_scope(path="/about/"), make_protocol())
    assert (answer.status, b"Something went wrong" in answer.body) == (500, True)
    [record] = caplog.records
    assert record.exc_info[0] is LookupError
    assert "/about/" in record.getMessage()


def test_a_refusal_says_why_and_ends_the_connection(make_scope, make_protocol):
    answer = ask(echo, make_scope(("Content-Length", "x"), method="POST"), make_protocol())
    assert answer.status == 400
    assert answer.headers["Connection"] == "close"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("part", ["path", "query_string"])
def test_an_endless_address_is_refused(make_scope, make_protocol, part):
    answer = ask(echo, make_scope(**{part: "/" * (LONGEST_TARGET + 1)}), make_protocol())
    assert answer.status == 414


def test_what_is_answered_at_once_takes_no_thread(make_scope, make_protocol):
    def at_once(environ, start_response):
        start_response("200 OK", [])
        return [threading.current_thread().name.encode()]

    answer = ask(pytest.fail, make_scope(), make_protocol(), at_once=at_once)
    assert answer.body.startswith(b"loop")


def test_what_is_not_answered_at_once_is_asked_in_a_thread(make_scope, make_protocol):
    def application(environ, start_response):
        start_response("200 OK", [])
        return [threading.current_thread().name.encode()]

    answer = ask(application, make_scope(), make_protocol(), at_once=lambda *_: None)
    assert answer.body.startswith(b"request")


def test_an_answer_made_piece_by_piece_is_sent_so_and_closed(make_scope, make_protocol):
    class Pieces:
        streaming, is_closed = True, False

        def __iter__(self):
            return iter([b"a", b"b"])

        def close(self):
            self.is_closed = True

    pieces = Pieces()

    def application(environ, start_response):
        start_response("200 OK", [])
        return pieces

    assert ask(application, make_scope(), make_protocol()).body == b"ab"
    assert pieces.is_closed


def test_who_sends_slowly_holds_no_thread(make_scope, make_protocol):
    """With one thread and a body that never arrives, a reader gets an answer."""

    async def both():
        bridge, comes = Bridge(echo, threads=1), asyncio.Event()

        async def last_piece():
            await comes.wait()
            return b"c"

        slow, quick = make_protocol(b"ab", last_piece, b""), make_protocol()
        scope = make_scope(("Content-Length", "3"), method="POST")
        sending = asyncio.create_task(bridge.__rsgi__(scope, slow))
        await bridge.__rsgi__(make_scope(), quick)
        assert (quick.status, slow.status) == (200, 0)
        comes.set()
        await sending
        assert (slow.status, slow.body, bridge.bodies.bytes_held) == (200, b"abc", 0)
        bridge.__rsgi_del__(None)

    run(asyncio.wait_for(both(), bodies.MOST_SECONDS))


def test_requests_that_hang_are_bounded_and_monitoring_is_still_answered(
    make_scope, make_protocol, monkeypatch
):
    monkeypatch.setattr("agency_site.serving.gateway.bridge.MOST_AT_ONCE", 2)
    is_over = threading.Event()

    def application(environ, start_response):
        if environ["PATH_INFO"] != "/healthz":
            is_over.wait(20)
        start_response("200 OK", [])
        return [b"answered"]

    async def send_all():
        bridge = Bridge(application, threads=1)
        protocols = [make_protocol() for _ in range(4)]
        hanging = [
            asyncio.ensure_future(bridge.__rsgi__(make_scope(path="/about/"), one))
            for one in protocols[:2]
        ]
        await asyncio.sleep(0)
        await bridge.__rsgi__(make_scope(path="/about/"), protocols[2])
        await bridge.__rsgi__(make_scope(path="/healthz"), protocols[3])
        is_over.set()
        await asyncio.gather(*hanging)
        later = make_protocol()
        await bridge.__rsgi__(make_scope(path="/about/"), later)
        bridge.__rsgi_del__(None)
        return [*protocols, later]

    first, second, refused, monitoring, later = run(send_all())
    assert [first.status, second.status, monitoring.status, later.status] == [200] * 4
    assert (refused.status, refused.headers["Retry-After"]) == (503, "5")
    assert b"try again" in refused.body
