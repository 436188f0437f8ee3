"""A crowd: far more requests than the site can answer, each over a new connection.

The crowd runs in other processes, so it does not slow the drill's readers.
"""

import asyncio
import itertools
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from bin.production import HOST

PROCESSES = 2
#: Seconds until a visitor gives up.
PATIENCE = 20


def measure_ceiling(port, path, *, seconds=3, at_once=16):
    """Return the pages a second for this many visitors, each with one request at a time."""
    return asyncio.run(_ask_one_after_the_other(port, path, seconds, at_once)) / seconds


async def _ask_one_after_the_other(port, path, seconds, at_once):
    numbers, ends = itertools.count(), time.monotonic() + seconds

    async def visit():
        answered = 0
        while time.monotonic() < ends:
            what = await _ask(port, path.format(next(numbers)))
            assert what == "404", f"{path} was answered with {what}"
            answered += 1
        return answered

    return sum(await asyncio.gather(*(visit() for _ in range(at_once))))


class Crowd:
    """Requests `path`, with a number in it, `per_second` times a second, whatever the answers are.

    Use it as a context: the crowd runs in the background. `wait()` returns {outcome: number}.
    """

    def __init__(self, port, path, *, per_second, seconds):
        self.arguments = (port, path, per_second / PROCESSES, seconds)

    def __enter__(self):
        self._pool = ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"))
        self._parts = [
            self._pool.submit(_come, number, *self.arguments) for number in range(PROCESSES)
        ]
        return self

    def __exit__(self, *error):
        self._pool.shutdown()

    def wait(self):
        return sum((part.result() for part in self._parts), Counter())


def _come(number, port, path, per_second, seconds):
    return asyncio.run(_come_at_a_rate(number, port, path, per_second, seconds))


async def _come_at_a_rate(number, port, path, per_second, seconds):
    began, visits = time.monotonic(), []
    # Requests that the machine cannot send in time are left out, so the burst ends in time.
    while (elapsed := time.monotonic() - began) < seconds:
        due = int(elapsed * per_second) - len(visits)
        for _ in range(min(due, 200)):
            address = path.format(f"{number}-{len(visits)}")
            visits.append(asyncio.create_task(_ask(port, address)))
        await asyncio.sleep(0.005)
    return Counter(await asyncio.gather(*visits))


async def _ask(port, path):
    """Return the outcome as text. A 503 with Retry-After is a separate outcome."""
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(
                    f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-Proto: https\r\n"
                    "Connection: close\r\n\r\n".encode()
                )
                head, _, _ = (await reader.read()).partition(b"\r\n\r\n")
            finally:
                writer.close()
    except TimeoutError:
        return "gave up waiting"
    except OSError:
        return "connection refused or lost"
    status = head[9:12].decode()
    is_stated = status == "503" and b"\r\nretry-after:" in head.lower()
    return "503 with Retry-After" if is_stated else status or "closed without an answer"
