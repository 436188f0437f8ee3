"""A crowd: far more requests than the site can answer, each over a connection of its own.

Made in processes of their own, so that the crowd does not slow the readers that a drill looks at.
"""

import asyncio
import itertools
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from bin.production import HOST

PROCESSES = 2
#: A visitor gives up after so many seconds.
PATIENCE = 20


def measure_ceiling(port, path, *, seconds=3, at_once=16):
    """Return how many pages a second are answered if so many visitors ask one after the other."""
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
    """Asks for `path`, with a number put into it, `per_second` times a second, whatever comes of it.

    Used as a context, it begins and goes on meanwhile; `wait()` returns {outcome: how many}.
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
    # What the machine cannot offer in time is not made up for: the burst ends when it should.
    while (elapsed := time.monotonic() - began) < seconds:
        due = int(elapsed * per_second) - len(visits)
        for _ in range(min(due, 200)):
            address = path.format(f"{number}-{len(visits)}")
            visits.append(asyncio.create_task(_ask(port, address)))
        await asyncio.sleep(0.005)
    return Counter(await asyncio.gather(*visits))


async def _ask(port, path):
    """Return the status in words; what a stated 503 is depends on Retry-After, and so it is said."""
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
