"""Runs hosts that share a database, with an open connection to each worker."""

import gzip
import http.client
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email.message import Message

import brotli

from bin.drills.rig.by_worker import find_workers
from bin.drills.rig.front import behind_nginx
from bin.drills.rig.load import HEADERS, connect
from bin.drills.rig.postgresql import running_postgresql
from bin.production import Site

DECODE = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}


@dataclass(frozen=True)
class Seen:
    """One answer of one worker. Times are seconds since 1970."""

    began: float
    ended: float
    status: int
    headers: Message
    body: str

    @property
    def what(self):
        """The part that must be the same for everybody at an instant."""
        return self.status, self.headers.get("Location", ""), self.body


class Worker:
    """A worker of a site, asked over one connection that stays open."""

    def __init__(self, connection):
        self._connection = connection

    def ask(self, address, *, method="GET", **headers):
        began = time.time()
        self._connection.request(method, address, headers=HEADERS | headers)
        response = self._connection.getresponse()
        body = response.read()
        ended = time.time()
        body = DECODE[response.headers.get("Content-Encoding", "")](body)
        return Seen(began, ended, response.status, response.headers, body.decode(errors="replace"))

    def close(self):
        self._connection.close()


@contextmanager
def connected_workers(site):
    """Yield the site's workers. The system chooses the worker of a connection, so some connections are opened
    in vain."""
    found, spare = {}, []
    wanted = int(site.environment["GRANIAN_WORKERS"])
    while len(found) < wanted:
        if len(spare) > 500:
            raise AssertionError(f"of {wanted} workers only {len(found)} answer")
        connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
        connection.request("GET", "/healthz", headers=HEADERS)
        connection.getresponse().read()
        [pid] = find_workers(site, [connection])
        if pid in found:
            spare.append(connection)
        else:
            found[pid] = Worker(connection)
    for connection in spare:
        connection.close()
    try:
        yield [found[pid] for pid in sorted(found)]
    finally:
        for worker in found.values():
            worker.close()


@contextmanager
def connected_front(nginx):
    """Yield the nginx in front of a site as one reader with an open connection, in a list."""
    front = Worker(connect(nginx.port, over_tls=True))
    try:
        yield [front]
    finally:
        front.close()


@contextmanager
def behind_fronts(sites):
    """Yield the nginx in front of each site."""
    with ExitStack() as stack:
        yield [stack.enter_context(behind_nginx(site)) for site in sites]


#: A worker closes a connection after the 10 idle seconds that `bin/serve` sets. A busy machine may leave these
#: connections idle for longer.
MILLISECONDS_OF_IDLENESS = 60_000


@contextmanager
def two_hosts(folder, *, units=20, second=None):
    """Yield two running sites that share only a database.

    `second` has more variables for the second site's environment.
    """
    with running_postgresql() as database, ExitStack() as stack:
        sites = []
        for name, more in (("first", {}), ("second", second or {})):
            (folder / name).mkdir()
            known = {
                "DATABASE_URL": database.get_uri(),
                "STATIC_ROOT": str(folder / "static"),
                "GRANIAN_HTTP1_HEADER_READ_TIMEOUT": str(MILLISECONDS_OF_IDLENESS),
            }
            sites.append(Site(folder / name, **known | more))
        sites[0].prepare(units=units)
        for site in sites:
            stack.enter_context(site)
        yield sites
