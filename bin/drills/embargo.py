"""A set of texts takes effect at an instant: no reader sees any text before, and every reader sees all afterwards.

Readers ask the workers of two hosts, and the nginx in front of each.
"""

import time
from contextlib import ExitStack

from bin.drills.rig.editor import Editor
from bin.drills.rig.hosts import behind_fronts, connected_front, connected_workers, two_hosts
from bin.drills.rig.report import Report
from bin.drills.rig.watching import Watch

MARKER = "Things Under Embargo"
WITHDRAWN = "Things Never Shown"
#: Seconds from the approval to the instant.
SECONDS_AHEAD = 6
#: Seconds for which a shared cache may show an old page, because every page has one policy at all times.
MOST_SECONDS_LATE = 10


def drill(folder, *, seconds):
    with two_hosts(folder) as sites, behind_fronts(sites) as fronts:
        return watch(sites, fronts)


def watch(sites, fronts, seconds_ahead=SECONDS_AHEAD):
    report = Report("a rename, a move and a figure take effect at an instant, on two hosts")
    with ExitStack() as stack:
        editor = stack.enter_context(Editor(sites[0]))
        hosts = [stack.enter_context(connected_workers(site)) for site in sites]
        hosts += [stack.enter_context(connected_front(front)) for front in fronts]
        watched = editor.run("find_addresses")[0]
        before = editor.run("render", watched)[0]
        editor.run("schedule_and_withdraw", seconds_ahead / 2, WITHDRAWN)
        instant = editor.run("schedule", seconds_ahead, MARKER)[0]
        with Watch(hosts, watched) as readers:
            time.sleep(max(0, instant - 1 - time.time()))
            # All pages are made again within the last second.
            editor.run("count_a_change")
            time.sleep(max(0, instant + 3 - time.time()))
        after = editor.run("render", watched)[0]
    report.expect(MARKER in str(after), "the set never took effect, so nothing was tried")
    report.expect(WITHDRAWN not in str(after), "a withdrawn text took effect")
    report.figures["exits"] = len(watched)
    report.figures["exits changed"] = sum(after[a] != before[a] for a in watched)
    for who, is_front in (("", False), ("behind nginx: ", True)):
        answers = [one for one in readers.answers if (one.host >= len(sites)) == is_front]
        judge(report, answers, before, after, instant, who=who)
    return report


def judge(report, answers, before, after, instant, *, who=""):
    """Compare each answer with the expected page, and expect the same headers all the time.

    An answer that arrived before the instant must show the old page. A request after the instant must get the
    new page. Other answers must show one of the two.
    """
    changed = {address for address in before if before[address] != after[address]}
    early, late, unexpected = [], [], []
    for one in answers:
        old, new = tuple(before[one.address]), tuple(after[one.address])
        if one.what not in (old, new):
            unexpected.append(one)
        elif one.ended < instant and one.what != old:
            early.append(one)
        elif one.began > instant and one.what != new:
            late.append(one)
    outlived = [
        one
        for one in answers
        if one.ended < instant and one.kept_until > instant + MOST_SECONDS_LATE
        if one.address in changed
    ]
    for found, words in (
        (early, "showed before the instant what was not public yet"),
        (late, "showed after the instant what was over"),
        (unexpected, "were neither what was before nor what is after"),
        (outlived, f"may be kept by shared caches {MOST_SECONDS_LATE} s beyond the instant"),
        (_telling(answers), "have headers that others of the same page had not"),
    ):
        report.expect(not found, f"{who}{len(found)} answers {words}: {_listed(found)}")
    _measure(report, answers, before, after, instant, changed, who)


def _telling(answers):
    """Return the answers whose headers differ from the first headers of their page.

    Such headers would reveal that something is scheduled.
    """
    first = {}
    checked = [one for one in answers if not one.is_stale]
    return [
        one
        for one in checked
        if one.headers != first.setdefault((one.address, one.status), one.headers)
    ]


def _listed(answers):
    return ", ".join(sorted({f"{one.address} of host {one.host}" for one in answers})[:5])


def _measure(report, answers, before, after, instant, changed, who):
    relevant = [one for one in answers if one.address in changed]
    new = [one.ended for one in relevant if one.what == tuple(after[one.address])]
    old = [one.began for one in relevant if one.what == tuple(before[one.address])]
    report.figures[f"{who}answers before and after"] = (
        f"{sum(one.ended < instant for one in relevant):,}"
        f" and {sum(one.began > instant for one in relevant):,}"
    )
    if new and old:
        report.figures |= {
            f"{who}first new answer, ms after the instant": (min(new) - instant) * 1000,
            f"{who}last old one was asked for, ms before it": (instant - max(old)) * 1000,
        }
    report.expect(
        any(one.ended < instant for one in relevant)
        and any(one.began > instant for one in relevant),
        f"{who}nobody asked on both sides of the instant",
    )
