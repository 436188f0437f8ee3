"""Thousands of hostile requests: no 5xx, nothing repeated, no page poisoned.

With less than a minute, a twelfth is sent.
"""

import contextlib
import itertools
import re
import socket
from collections import Counter

from bin.drills.rig.by_worker import connections_by_worker
from bin.drills.rig.hostile_list import HOST, MARK, MARKUP, families
from bin.drills.rig.kept_pages import SEEN
from bin.drills.rig.load import HEADERS
from bin.drills.rig.report import Report
from bin.production import Site

#: Seconds to wait for an answer. Requests that announce more than they send get none.
PATIENCE = 2
OWN = re.compile(rb"(?:https?://www\.agency\.gov\.?(?::\d+)?)?/(?![/\\])", re.IGNORECASE)
COMPARED = ("content-type", "location", "content-security-policy", "set-cookie", "vary")


def drill(folder, *, seconds):
    is_full = seconds >= 60
    site = Site(folder, LOG_LEVEL="ERROR")
    site.prepare(units=400 if is_full else 60)
    # The same record without a page cache, which gives the right pages.
    truth = Site(folder, PAGE_CACHE_MEGABYTES="0", GRANIAN_WORKERS="1", LOG_LEVEL="CRITICAL")
    truth.output = folder / "output of the truth"
    with truth, site:
        return _send_all(site, truth, every=1 if is_full else 12)


def _send_all(site, truth, every):
    report = Report("hostile requests, with a look at plain pages on both workers after each")
    plain = _Plain(site, truth)
    cold = itertools.cycle(_cold_pages(truth))
    for family, requests in families(cold):
        requests, outcomes = requests[::every], Counter()
        for number, one in enumerate(requests):
            sent, page = one if isinstance(one, tuple) else (one, SEEN[number % len(SEEN)])
            answer = send(site.port, sent)
            outcomes[_judge(report, family, sent, answer)] += 1
            for loss in plain.differences([page]):
                report.expect(False, f"{family}: after {_short(sent)}: {loss}")
        for loss in plain.differences(SEEN):
            report.expect(False, f"{family}: {loss}")
        report.figures[family] = f"{len(requests):,} requests; " + ", ".join(
            f"{what}: {many:,}" for what, many in sorted(outcomes.items())
        )
    plain.close()
    report.figures["plain pages compared"] = plain.compared
    report.expect(site.process.poll() is None, "the server has ended")
    for line in site.lines():
        report.expect('"ERROR"' not in line, f"the log has an error: {line[:300]}")
    return report


def _cold_pages(truth):
    found = re.findall(
        r"<loc>https://[^/]+(/offices/[^<]+/)</loc>", truth.ask("/sitemap.xml").body.decode()
    )
    return found


class _Plain:
    """Requests pages from every worker as a plain visitor does, and compares them with the right pages."""

    def __init__(self, site, truth):
        self.site, self.truth, self.compared = site, truth, 0
        self._known = {}
        self._connections = {}

    def differences(self, pages):
        """Return the differences on any worker, as texts."""
        if set(self._connections) != self.site.workers():
            self.close()
            found = connections_by_worker(self.site)
            self._connections = {worker: one for worker, [one] in found.items()}
        return [
            f"{page} differs on a worker: {answer[0]} {answer[1:]} instead of {self._true(page)}"[
                :600
            ]
            for page in pages
            for connection in self._connections.values()
            if (answer := self._ask(connection, page)) != self._true(page)
        ]

    def close(self):
        for connection in self._connections.values():
            connection.close()

    def _true(self, page):
        if page not in self._known:
            answer = self.truth.ask(page)
            self._known[page] = _compared(answer.status, answer.headers, answer.body)
        return self._known[page]

    def _ask(self, connection, page):
        self.compared += 1
        connection.request("GET", page, headers=HEADERS)
        response = connection.getresponse()
        return _compared(response.status, response.headers, response.read())


def _compared(status, headers, body):
    return (status, *(headers[name] for name in COMPARED if name != "vary"), body)


def send(port, sent):
    """Return all bytes of the answer; b'' if the connection just ends."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as client:
        # If the server has closed early, its answer may still be readable.
        with contextlib.suppress(OSError):
            client.sendall(sent)
        try:
            while piece := client.recv(65536):
                received += piece
        except TimeoutError:
            return received or b"HTTP/1.1 (no answer)"
        except OSError:
            pass
    return received


def _judge(report, family, sent, answer):
    """Return the outcome of a request as one word."""
    if not answer:
        return "closed"
    head, _, body = answer.partition(b"\r\n\r\n")
    status = head[9:].split(b"\r\n")[0].decode(errors="replace")[:3].replace("(no", "no answer")
    request_line = _short(sent)
    report.expect(
        not re.search(rb"(?:^|\r\n\r\n)HTTP/1.. 5", answer),
        f"{family}: {request_line}: {head[:60]}",
    )
    report.expect(MARKUP.encode() not in answer, f"{family}: {request_line}: markup comes back")
    report.expect(MARK.encode() not in body, f"{family}: {request_line}: the body repeats the mark")
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"location":
            report.expect(
                OWN.match(value.strip()), f"{family}: {request_line}: leads to {value[:80]}"
            )
        else:
            report.expect(
                MARK.encode() not in line,
                f"{family}: {request_line}: a header repeats: {line[:80]}",
            )
    return status


def _short(sent):
    line = sent[:160].replace(f"Host: {HOST}".encode(), b"").split(b"Connection: close")[0]
    return repr(line)[2:-1]
