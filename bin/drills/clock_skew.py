"""The clock of one of two hosts is ten minutes ahead or behind, and is corrected later.

Each host must show the record as of its own clock, without mixed pages and errors. After the correction every
page must be right at the next request.
"""

import os
import time
from contextlib import ExitStack
from pathlib import Path

from bin.drills.embargo import judge
from bin.drills.every_exit import SECONDS_TO_OTHER_HOST
from bin.drills.rig.editor import Editor
from bin.drills.rig.hosts import connected_workers, two_hosts
from bin.drills.rig.report import Report
from bin.drills.rig.watching import Watch
from bin.production import ROOT

SHIFT = 600
MARKER = "Things Ahead of Time"
AHEAD, RIGHT, BEHIND = SHIFT, 0, -SHIFT


class Clock:
    """The clock of a host, which `shifted_clock` reads."""

    def __init__(self, folder):
        self._file = folder / "clock-shift"
        self.set(RIGHT)
        self.environment = {
            "CLOCK_SHIFT": str(self._file),
            "PYTHONPATH": str(ROOT / "bin/shifted_clock"),
        }

    def set(self, seconds):
        # Replaced in one step, because processes read the file all the time.
        new = self._file.with_suffix(".new")
        new.write_text(str(seconds + _shift_of_the_run()))
        new.replace(self._file)


def _shift_of_the_run():
    """Return the seconds by which `bin/with-clock` shifts the clock of all processes."""
    file = os.environ.get("CLOCK_SHIFT")
    return float(Path(file).read_text()) if file else 0


def drill(folder, *, seconds):
    clock = Clock(folder)
    with two_hosts(folder, second=clock.environment) as sites:
        return watch(sites, clock)


def watch(sites, clock, seconds_ahead=8):
    report = Report(
        f"the clock of one of two hosts {SHIFT} s ahead, then {SHIFT} s behind, then right"
    )
    with ExitStack() as stack:
        editor = stack.enter_context(Editor(sites[0]))
        # Otherwise the host whose clock is behind would show nothing.
        editor.run("make_older", 2 * SHIFT)
        hosts = [stack.enter_context(connected_workers(site)) for site in sites]
        watched = editor.run("find_addresses")[0]
        time.sleep(SECONDS_TO_OTHER_HOST)
        _set_ahead(report, editor, hosts, watched, clock, seconds_ahead)
        _set_behind(report, editor, hosts, watched, clock)
        clock.set(AHEAD)
        other_editor = stack.enter_context(Editor(sites[1]))
        _publish_ahead(report, editor, other_editor, hosts, watched, clock)
    return report


def _set_ahead(report, editor, hosts, watched, clock, seconds_ahead):
    """The wrong clock has passed a scheduled instant. It is corrected before the real instant."""
    before = editor.run("render", watched)[0]
    clock.set(AHEAD)
    instant, approved = editor.run("schedule", seconds_ahead, MARKER)
    with Watch(hosts, watched) as readers:
        righted = instant - seconds_ahead / 4
        time.sleep(max(0, righted - time.time()))
        clock.set(RIGHT)
        righted = time.time()
        time.sleep(max(0, instant + 2 - time.time()))
    after = editor.run("render", watched)[0]
    near = [one for one in readers.answers if one.host == 0]
    far = [one for one in readers.answers if one.host == 1]
    known_at = approved + SECONDS_TO_OTHER_HOST
    judge(report, near, before, after, instant, who="right clock: ")
    right_again = [one for one in far if one.began > righted]
    judge(report, right_again, before, after, instant, who="clock set back: ")
    ahead = [one for one in far if known_at < one.began and one.ended < righted - 0.5]
    _expect_all(report, ahead, after, "clock ahead")
    report.figures["answers with the clock ahead"] = len(ahead)


def _set_behind(report, editor, hosts, watched, clock):
    """The wrong clock has not reached the instant of the newest publication."""
    before = editor.run("render", watched)[0]
    clock.set(BEHIND)
    long_before = editor.run("render_as_of", watched, SHIFT)[0]
    _, committed = editor.run("publish_a_text")
    after = editor.run("render", watched)[0]
    report.expect(after != before, "a text was published and changed nothing")
    with Watch(hosts, watched) as readers:
        time.sleep(SECONDS_TO_OTHER_HOST + 1)
    since = [one for one in readers.answers if one.began > committed + SECONDS_TO_OTHER_HOST]
    _expect_all(report, [one for one in readers.answers if one.host == 0], after, "right clock")
    _expect_all(report, [one for one in since if one.host == 1], long_before, "clock behind")
    clock.set(RIGHT)
    _expect_right(report, hosts, watched, after, "clock set forward")


def _publish_ahead(report, editor, other_editor, hosts, watched, clock):
    """Publish on the host whose clock is ahead.

    For everybody else the instant lies in the future, and they can withdraw the edition like any scheduled
    edition.
    """
    before = editor.run("render", watched)[0]
    other_editor.run("publish_a_figure")
    seen = [worker.ask(address) for worker in hosts[1] for address in watched]
    report.expect(
        any(one.what != tuple(before[a]) for one, a in zip(seen, watched * 2, strict=True)),
        "what was published on the host ahead is not seen there",
    )
    time.sleep(SECONDS_TO_OTHER_HOST)
    _expect_right(report, hosts[:1], watched, before, "published on a host ahead")
    clock.set(RIGHT)
    _expect_right(report, hosts, watched, before, "clock set back after a publication")
    withdrawn = editor.run("withdraw_what_is_scheduled")[0]
    report.expect(withdrawn == 1, f"{withdrawn} editions were scheduled, and not 1")
    time.sleep(SECONDS_TO_OTHER_HOST)
    _expect_right(report, hosts, watched, before, "withdrawn")


def _expect_right(report, hosts, watched, truth, when):
    """Request every address from every worker once."""
    for number, workers in enumerate(hosts):
        for worker in workers:
            wrong = [a for a in watched if worker.ask(a).what != tuple(truth[a])]
            report.expect(not wrong, f"{when}: host {number} was wrong at {', '.join(wrong[:5])}")


def _expect_all(report, answers, truth, when):
    wrong = [one for one in answers if one.what != tuple(truth[one.address])]
    failed = sum(one.what[0] >= 500 for one in answers)
    report.expect(answers, f"{when}: nobody asked")
    report.expect(
        not wrong,
        f"{when}: {len(wrong)} of {len(answers)} answers were not as due, {failed} of them errors: "
        + ", ".join(sorted({one.address for one in wrong})[:5]),
    )
