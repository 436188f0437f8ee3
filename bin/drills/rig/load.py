"""Readers: requests at a steady rate, even if the site is too slow, each with its outcome."""

import http.client
import ssl
import statistics
import threading
import time
from collections import Counter
from dataclasses import dataclass
from itertools import count

from bin.production import HOST

READERS = 16
#: The headers that nginx sends.
HEADERS = {"Host": HOST, "X-Forwarded-Proto": "https"}


@dataclass(frozen=True)
class Outcome:
    """The outcome of a request. `status` is 0 without an answer, and `error` says why. Times are monotonic seconds.

    `is_second_try` means that the first connection broke before the answer.
    """

    began: float
    seconds: float
    path: str
    status: int
    is_stale: bool = False
    error: str = ""
    is_second_try: bool = False


def connect(port, *, over_tls=False, timeout=30):
    """Return a connection to a port of this machine. The certificate is not checked."""
    if not over_tls:
        return http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    return http.client.HTTPSConnection("127.0.0.1", port, timeout=timeout, context=trusting)


class Load:
    """Requests `paths` in turn, `per_second` times a second, from start to end.

    Use it as a context. A connection stays open until it breaks. If it breaks before the answer, a reader tries
    once more over a new connection, as a proxy does; `asks_again` turns this off. With the header `Connection:
    close` each request has a new connection. `over_tls` is for a proxy on this machine.
    """

    def __init__(
        self,
        port,
        paths,
        *,
        per_second=200,
        asks_again=True,
        headers=None,
        over_tls=False,
        timeout=30,
    ):
        self.port, self.paths, self.per_second = port, list(paths), per_second
        self.asks_again, self.over_tls, self.timeout = asks_again, over_tls, timeout
        self.headers = HEADERS | (headers or {})
        self.outcomes = []
        self._numbers = count()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._read, daemon=True) for _ in range(READERS)]

    def __enter__(self):
        self._began = time.monotonic()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=60)

    def _read(self):
        connection = None
        while not self._stop.is_set():
            number = next(self._numbers)
            waiting = self._began + number / self.per_second - time.monotonic()
            if waiting > 0 and self._stop.wait(waiting):
                break
            path = self.paths[number % len(self.paths)]
            outcome, connection = self._ask(connection, path)
            self.outcomes.append(outcome)
        if connection is not None:
            connection.close()

    def _ask(self, connection, path):
        began = time.monotonic()
        for is_last in (not self.asks_again, True):
            connection = connection or connect(
                self.port, over_tls=self.over_tls, timeout=self.timeout
            )
            try:
                connection.request("GET", path, headers=self.headers)
                response = connection.getresponse()
                response.read()
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                connection = None
                if is_last:
                    error_text = f"{type(error).__name__}: {error}"
                    seconds = time.monotonic() - began
                    return Outcome(began, seconds, path, 0, error=error_text), None
            else:
                is_stale = "Warning" in response.headers
                seconds = time.monotonic() - began
                is_second = is_last and self.asks_again
                outcome = Outcome(began, seconds, path, response.status, is_stale, "", is_second)
                return outcome, connection
        raise AssertionError("the last try always returns")

    # Results

    def failed(self, *allowed):
        """Return the outcomes without an answer below 400 or an allowed status."""
        return [one for one in self.outcomes if not (0 < one.status < 400 or one.status in allowed)]

    def figures(self):
        """Return {description: figure} for a report."""
        statuses = Counter(one.status or one.error.partition(":")[0] for one in self.outcomes)
        seconds = sorted(one.seconds for one in self.outcomes)
        return {
            "requests": len(self.outcomes),
            "answers by status": ", ".join(f"{what}: {many:,}" for what, many in statuses.items()),
            "marked as stale": sum(one.is_stale for one in self.outcomes),
            "asked a second time": sum(one.is_second_try for one in self.outcomes),
            "median ms": statistics.median(seconds) * 1000,
            "99th percentile ms": seconds[len(seconds) * 99 // 100] * 1000,
            "slowest ms": seconds[-1] * 1000,
        }

    def last(self, is_so):
        """Return the start of the last outcome of a kind; None without one."""
        return max((one.began for one in self.outcomes if is_so(one)), default=None)
