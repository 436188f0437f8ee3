"""3,000 random requests, public, at the sign-in and signed in: no 5xx except a 503 with Retry-After.

With less than a minute, a tenth is sent.
"""

import re
from collections import Counter

from bin.drills.hostile_requests import send
from bin.drills.rig.person import Person
from bin.drills.rig.raw_request_list import RawRequests
from bin.drills.rig.report import Report
from bin.production import Site

REQUESTS = 3_000
SEED = 20
#: Some requests end a session.
SIGNED_IN_FOR = 250


def drill(folder, *, seconds):
    site = Site(folder, LOG_LEVEL="WARNING")
    site.prepare()
    with site:
        return send_all(site, REQUESTS if seconds >= 60 else REQUESTS // 10, seed=SEED)


def send_all(site, many, *, seed):
    report = Report("requests made by chance, a third of them with a session")
    requests, outcomes = RawRequests(seed), Counter()
    for number in range(many):
        if number % SIGNED_IN_FOR == 0:
            requests.session = Person(site, f"Kim {number}").cookies["sessionid"]
        sent = requests.make()
        answer = send(site.port, sent)
        outcomes[_judge(report, f"number {number} of seed {seed}", sent, answer)] += 1
    report.figures["answers by status"] = ", ".join(
        f"{status}: {count:,}" for status, count in sorted(outcomes.items())
    )
    report.expect(site.process.poll() is None, "the server has ended")
    for line in site.lines():
        report.expect('"ERROR"' not in line, f"the log has an error: {line[:2000]}")
    return report


def _judge(report, which, sent, answer):
    """Return the status of an answer. No answer means that the server refused the bytes as no request."""
    if not answer:
        return "closed"
    head = answer.partition(b"\r\n\r\n")[0]
    status = head[9:12].decode(errors="replace")
    is_stated = status == "503" and re.search(rb"(?im)^retry-after: \d+", head)
    report.expect(not status.startswith("5") or is_stated, f"{which}: {status} for {sent[:700]!r}")
    return status
