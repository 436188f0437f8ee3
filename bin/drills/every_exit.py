"""Staff change public content in every way. Each exit must be right at the next request.

Behind nginx, which keeps pages, it must be right a second later.
"""

import time
from contextlib import ExitStack

from bin.drills.rig.editor import Editor
from bin.drills.rig.hosts import behind_fronts, connected_front, connected_workers, two_hosts
from bin.drills.rig.report import Report
from bin.drills.rig.watching import Watch

#: Seconds for which another host may show old pages.
SECONDS_TO_OTHER_HOST = 2.0
#: Seconds for which a worker trusts the time of the stamp (`directorates/models/database/generation_stamp.py`).
SECONDS_OF_STAMP = 0.002
#: Seconds for which nginx may show an old page.
SECONDS_OF_NGINX = 1.0


def drill(folder, *, seconds):
    with two_hosts(folder) as sites, behind_fronts(sites[:1]) as [front]:
        return watch(sites, front)


def watch(sites, front, names=(), *, is_small=False):
    """Make the named changes, or all, in turn on the first host. If small, ask fewer addresses of the same kind."""
    with ExitStack() as stack:
        editor = stack.enter_context(Editor(sites[0]))
        names = names or editor.run("names")[0]
        report = Report(
            f"{len(names)} changes, every exit asked of every worker of two hosts after each"
        )
        near, far = (stack.enter_context(connected_workers(site)) for site in sites)
        [front] = stack.enter_context(connected_front(front))
        watched = _find_watched(editor, (), is_small)
        before = editor.run("render", watched)[0]
        for worker in (*near, *far, front):
            _ask_in_every_way(worker, watched, before, report, "before", is_small)
        slowest = slowest_front = 0.0
        for name in names:
            now, seconds, of_nginx = _change(
                name, editor, near, far, front, watched, report, is_small
            )
            slowest, slowest_front = max(slowest, seconds), max(slowest_front, of_nginx)
            was_changed = sum(now[address] != before[address] for address in watched)
            report.expect(was_changed, f"{name}: no exit changed, so nothing was tried")
            report.figures[f"exits changed by {name.replace('_', ' ')}"] = was_changed
            known, watched = watched, _find_watched(editor, watched, is_small)
            # Nothing has changed since the addresses that were known were rendered.
            before = now | editor.run("render", watched[len(known) :])[0]
        unwatched = editor.run("find_unwatched", watched)[0]
    report.expect(not unwatched, f"exits that nobody watched: {', '.join(unwatched)}")
    report.figures |= {
        "exits": len(watched),
        "redirects among them": sum(status == 301 for status, _, _ in before.values()),
        "last old answer on the other host, s": slowest,
        "last old answer of nginx, s": slowest_front,
    }
    return report


def _find_watched(editor, known, is_small):
    found = editor.run("find_addresses", is_small)[0]
    return list(dict.fromkeys([*known, *found]))


def _change(name, editor, near, far, front, watched, report, is_small):
    """Make one change; return the right pages, and the seconds by which the second host and nginx were behind."""
    with Watch([far, [front]], watched) as others:
        _, committed = editor.run(name)
        others.ends = committed + SECONDS_TO_OTHER_HOST + 0.3
        time.sleep(SECONDS_OF_STAMP)
        next_requests = [
            (number, address, worker.ask(address))
            for number, worker in enumerate(near)
            for address in watched
        ]
        time.sleep(max(0, others.ends - time.time()))
    # Afterwards, because the readers need all processors.
    truth, _ = editor.run("render", watched)
    for number, address, seen in next_requests:
        report.expect(
            seen.what == tuple(truth[address]),
            f"{name}: {address} of worker {number} was not what it is now, at the next request",
        )
    # The other encodings were not requested since the last change.
    asked = [
        *((worker, name) for worker in near),
        *((worker, f"{name}, other host") for worker in far),
        (front, f"{name}, behind nginx"),
    ]
    for worker, when in asked:
        _ask_in_every_way(worker, watched, truth, report, when, is_small)
    behind = []
    for host, (who, most) in enumerate(
        (("the other host", SECONDS_TO_OTHER_HOST), ("nginx", SECONDS_OF_NGINX))
    ):
        old = [
            one.began - committed
            for one in others.answers
            if one.host == host and one.what != tuple(truth[one.address])
        ]
        behind.append(max(old, default=0.0))
        report.expect(behind[-1] < most, f"{name}: {who} was {behind[-1]:.2f} s behind")
    return truth, *behind


def _ask_in_every_way(worker, watched, truth, report, when, is_small):
    """Request a page as different visitors do: in every encoding, with HEAD, and with a cached copy.

    If small, request an answer that no cache keeps in one encoding, because it is made again for each request.
    """
    for address in watched:
        status, location, body = truth[address]
        for encoding in ("br", "gzip", "identity"):
            seen = worker.ask(address, **{"Accept-Encoding": encoding})
            report.expect(
                seen.what == (status, location, body),
                f"{when}: {address} as {encoding} is not right",
            )
            if is_small and not seen.headers["ETag"]:
                break
        head = worker.ask(address, method="HEAD")
        report.expect(head.status == status, f"{when}: HEAD {address} is {head.status}")
        etag = seen.headers["ETag"]
        if etag and status == 200:
            again = worker.ask(address, **{"If-None-Match": etag})
            report.expect(again.status == 304, f"{when}: {address} was sent again unchanged")
