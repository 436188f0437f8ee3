"""Readers that request every exit from every worker again and again, and keep the answers."""

import re
import threading
import time
from dataclasses import dataclass

#: Seconds for which shared caches may show a page: s-maxage, and the time in which they ask again.
_LIFETIMES = re.compile(r"(?:s-maxage|stale-while-revalidate)=(\d+)")
#: Headers that depend on the body, or change with each answer.
_OF_ONE_ANSWER = {
    "content-encoding", "content-length", "date", "etag", "expires", "last-modified", "location",
    "set-cookie", "x-request-id",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer. `host` is a number, times are seconds since 1970, and `what` is the same as in `Seen`.

    `headers` are the headers that must not depend on scheduled changes.
    """

    host: int
    address: str
    began: float
    ended: float
    what: tuple
    headers: tuple

    @property
    def status(self):
        return self.what[0]

    @property
    def is_stale(self):
        return "warning" in dict(self.headers)

    @property
    def kept_until(self):
        """The last second in which a shared cache may show the answer without asking."""
        policy = dict(self.headers).get("cache-control", "")
        return self.ended + sum(map(int, _LIFETIMES.findall(policy)))


class Watch:
    """Asks the workers of hosts within a context, or until `ends`, in seconds since 1970. `answers` is unordered."""

    def __init__(self, hosts, addresses):
        self.answers = []
        self.ends = float("inf")
        self._addresses = addresses
        # Thousands of answers have few different pages, so each page is kept once.
        self._pages = {}
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._ask, args=(number, worker), daemon=True)
            for number, workers in enumerate(hosts)
            for worker in workers
        ]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=60)

    def _ask(self, host, worker):
        while not self._stop.is_set():
            for address in self._addresses:
                if time.time() > self.ends:
                    return
                seen = worker.ask(address)
                what = self._pages.setdefault(seen.what, seen.what)
                headers = _lasting(seen.headers)
                headers = self._pages.setdefault(headers, headers)
                self.answers.append(Answered(host, address, seen.began, seen.ended, what, headers))


def _lasting(headers):
    lower = ((name.lower(), value) for name, value in headers.items())
    return tuple(sorted(pair for pair in lower if pair[0] not in _OF_ONE_ANSWER))
