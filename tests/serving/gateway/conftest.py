"""Requests as the server passes them on, and the answers."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest


def run(coroutine):
    """Run a coroutine in a thread of its own: the browser of other tests keeps a loop in the main thread."""
    with ThreadPoolExecutor(1, thread_name_prefix="loop") as pool:
        return pool.submit(asyncio.run, coroutine).result()


class Headers:
    """Like the server's headers: names in lowercase, lines unchanged."""

    def __init__(self, lines):
        self.lines = [(name.lower(), value) for name, value in lines]

    def items(self):
        return self.lines

    def get(self, name, default=None):
        return next((value for known, value in self.lines if known == name), default)

    def __contains__(self, name):
        return self.get(name) is not None


@dataclass
class Scope:
    headers: Headers
    method: str = "GET"
    path: str = "/"
    query_string: str = ""
    http_version: str = "1.1"
    scheme: str = "http"
    server: str = "127.0.0.1:8000"
    client: str = "192.0.2.1:50000"
    authority: str | None = None


@dataclass
class Protocol:
    """Yields the pieces of a body and keeps the answer."""

    pieces: list = field(default_factory=list)
    status: int = 0
    headers: dict = field(default_factory=dict)
    body: bytes = b""

    async def __aiter__(self):
        for piece in self.pieces:
            yield await piece() if callable(piece) else piece

    def response_bytes(self, status, headers, body):
        assert not self.status, "answered twice"
        self.status, self.headers, self.body = status, dict(headers), body

    def response_stream(self, status, headers):
        self.response_bytes(status, headers, b"")
        return self

    def send_bytes(self, piece):
        self.body += piece


@pytest.fixture
def make_scope():
    return lambda *lines, **facts: Scope(Headers(lines), **facts)


@pytest.fixture
def make_protocol():
    return lambda *pieces: Protocol(list(pieces))
