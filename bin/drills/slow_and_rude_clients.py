"""Hundreds of clients are slow, send nonsense or leave, beside readers, with nginx and without it.

Without nginx the site is not made for the open internet, so failures of its readers are only reported. With
less than ten seconds, this part is left out.
"""

import asyncio
import socket
import ssl
import struct
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from bin.drills.rig.front import behind_nginx
from bin.drills.rig.kept_pages import SEEN
from bin.drills.rig.load import Load, connect
from bin.drills.rig.readers import NEW
from bin.drills.rig.report import Report
from bin.production import HOST, Site, until

HEAD = f"Host: {HOST}\r\nX-Forwarded-Proto: https\r\n"
ASK = f"GET / HTTP/1.1\r\n{HEAD}\r\n".encode()
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
CLIENTS = 568
#: Closing with this option drops unread data and resets the connection.
RESET = struct.pack("ii", 1, 0)


class RudeClients:
    """Disturbs a port for some seconds; `did` counts the attempts."""

    def __init__(self, port, *, over_tls):
        self.port, self.did = port, Counter()
        self.tls = ssl._create_unverified_context() if over_tls else None

    async def plague(self, seconds):
        kinds = {
            self._drip: 250,
            self._say_nothing: 150,
            self._read_slowly: 80,
            self._close_half: 40,
            self._announce_a_body: 40,
            self._send_garbage: 4,
            self._leave_at_once: 4,
        }
        clients = [
            asyncio.create_task(self._again_and_again(kind))
            for kind, many in kinds.items()
            for _ in range(many)
        ]
        assert len(clients) == CLIENTS
        await asyncio.sleep(seconds)
        for client in clients:
            client.cancel()
        await asyncio.gather(*clients, return_exceptions=True)

    async def _again_and_again(self, kind):
        while True:
            self.did[kind.__name__.strip("_").replace("_", " ")] += 1
            try:
                await kind()
            except (OSError, TimeoutError, asyncio.IncompleteReadError):
                await asyncio.sleep(0.2)

    def _open(self, *, tls=True, **options):
        return asyncio.open_connection(
            "127.0.0.1", self.port, ssl=self.tls if tls else None, **options
        )

    async def _drip(self):
        """Send one byte of a request each second."""
        _, writer = await self._open()
        try:
            for number in range(1000):
                writer.write(ASK[number : number + 1] or b"x")
                await writer.drain()
                await asyncio.sleep(1)
        finally:
            writer.close()

    async def _say_nothing(self):
        reader, writer = await self._open(tls=False)
        try:
            await reader.read()
        finally:
            writer.close()

    async def _read_slowly(self):
        """Request a large answer, and read ten bytes each second."""
        reader, writer = await self._open(limit=64)
        try:
            writer.write(ASK * 40)
            while await reader.read(10):
                await asyncio.sleep(1)
        finally:
            writer.close()

    async def _close_half(self):
        """Send a request, close the sending side, and stay."""
        reader, writer = await self._open(tls=False)
        try:
            if self.tls is None:
                writer.write(ASK)
            writer.write_eof()
            await reader.read()
            await asyncio.sleep(1)
        finally:
            writer.close()

    async def _announce_a_body(self):
        """Announce a form and send two bytes of it."""
        reader, writer = await self._open()
        try:
            head = f"POST /survey/ HTTP/1.1\r\n{HEAD}{FORM}Content-Length: 100000\r\n\r\n"
            writer.write(head.encode() + b"a=")
            await reader.read()
        finally:
            writer.close()

    async def _send_garbage(self):
        reader, writer = await self._open(tls=False)
        try:
            writer.write(bytes(range(256)) * 40)
            await asyncio.wait_for(reader.read(), 5)
            await asyncio.sleep(0.1)
        finally:
            writer.close()

    async def _leave_at_once(self):
        """Send a request, and leave before the answer."""
        _, writer = await self._open()
        writer.write(ASK)
        await writer.drain()
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        writer.transport.abort()
        await asyncio.sleep(0.05)


def _plague(port, over_tls, seconds):
    """Disturb from another process, which does not slow the readers; return the counts."""
    clients = RudeClients(port, over_tls=over_tls)
    asyncio.run(clients.plague(seconds))
    return clients.did


def drill(folder, *, seconds):
    site = Site(folder, LOG_LEVEL="CRITICAL")
    site.prepare()
    report = Report(f"{CLIENTS} slow and rude clients for {seconds} s, beside 100 readers a second")
    with behind_nginx(site) as nginx, site:
        _read_meanwhile(report, "behind nginx", nginx.port, True, seconds)
        if seconds >= 10:
            _read_meanwhile(report, "without nginx", site.port, False, seconds)
    return report


def _read_meanwhile(report, who, port, over_tls, seconds):
    # A reader waits as long as a person, and tries once, like a browser.
    reading = {"per_second": 50, "asks_again": False, "over_tls": over_tls, "timeout": 5}
    kept, new = Load(port, SEEN, **reading), Load(port, SEEN, headers=NEW, **reading)
    with kept, new, ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        did = pool.submit(_plague, port, over_tls, seconds).result()
        recovery = until(lambda: _is_answered(port, over_tls), 60)
        time.sleep(1)
    report.figures[f"{who}: what they did"] = ", ".join(
        f"{what} {many:,}" for what, many in sorted(did.items())
    )
    for readers, load in (("connections kept", kept), ("new connections", new)):
        figures = load.figures()
        report.figures[f"{who}: readers with {readers}"] = (
            f"{figures['answers by status']}; median {figures['median ms']:.1f} ms,"
            f" 99th percentile {figures['99th percentile ms']:.0f} ms,"
            f" marked as stale {figures['marked as stale']}"
        )
        if who == "behind nginx":
            failed = load.failed()
            report.expect(not failed, f"{who}: {len(failed)} readers failed: {failed[:3]}")
            report.expect(len(load.outcomes) > seconds * 10, f"{who}: too few readers asked")
    report.expect(did.total() > CLIENTS, f"{who}: the clients were not rude: {did}")
    report.figures[f"{who}: recovery"] = f"{recovery:.1f} s"
    report.expect(recovery < 10, f"{who}: it took {recovery:.1f} s to be as before")
    report.recovery_seconds = max(report.recovery_seconds or 0, recovery)


def _is_answered(port, over_tls):
    connection = connect(port, over_tls=over_tls, timeout=1)
    try:
        connection.request("GET", "/readyz", headers={"Host": HOST, "X-Forwarded-Proto": "https"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
