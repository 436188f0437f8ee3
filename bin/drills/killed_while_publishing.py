"""A reviewer approves a change of 200 units, and the approving worker is killed, again and again."""

import http.client
import json
import os
import random
import signal
import threading
import time
from pathlib import Path

from bin.drills.rig.kept_pages import SEEN, show_to_every_worker
from bin.drills.rig.load import Load
from bin.drills.rig.person import Person
from bin.drills.rig.postgresql import running_postgresql
from bin.drills.rig.report import Report
from bin.production import Site, until

RECORDS = 200
#: Seconds until every worker must show the right pages.
MOST_SECONDS = 2.0
SECONDS_BETWEEN_DEATHS = 8.0
#: Seconds until the system has released the port of a killed process.
SECONDS_OF_DYING = 1.0
MIGRATES = Path("/proc/sys/net/ipv4/tcp_migrate_req")

#: Renames the offices and submits the set for review; prints addresses and forms.
MAKE_SET = """
import json
from django.utils import timezone
from directorates.actions.publishing import drafting
from directorates.actions.reviewing import reviewing
from directorates.models import Unit
at, records = timezone.now(), []
for unit in Unit.objects.filter(kind="office").order_by("pk")[:{records}]:
    unit.name = f"Office {{unit.pk}} of round {round}"
    records.append(drafting.save(record=unit, relations={{}}, by=None, at=at))
made = reviewing.create(title="Round {round}", records=records, by=None, at=at)
made = reviewing.submit(change_set=made, by=None, at=at)
print(json.dumps({{
    "pk": made.pk, "version": made.version, "address": made.get_absolute_url(),
    "pages": [unit.editions.latest("number").get_absolute_url() for unit in records[::70]],
}}))
"""
COUNT = """
import json
from directorates.models import AuditEntry, ChangeSet, Generation, Unit, UnitEdition
found = ChangeSet.objects.get(pk={pk})
print(json.dumps({{
    "state": found.state,
    "editions": UnitEdition.objects.filter(change_set=found).count(),
    "held": Unit.objects.filter(change_set=found).count(),
    "generation": Generation.objects.current(),
}}))
"""
NOTHING = {"state": "in-review", "editions": 0, "held": RECORDS}
ALL = {"state": "approved", "editions": RECORDS, "held": 0}


def drill(folder, *, seconds):
    report = Report(f"the worker that approves {RECORDS} units killed, on SQLite and on PostgreSQL")
    report.recovery_seconds = 0.0
    (folder / "sqlite").mkdir()
    _kill_and_look(Site(folder / "sqlite"), "SQLite", seconds / 2, report)
    (folder / "postgresql").mkdir()
    with running_postgresql() as database:
        site = Site(folder / "postgresql", DATABASE_URL=database.get_uri())
        _kill_and_look(site, "PostgreSQL", seconds / 2, report)
    return report


def _kill_and_look(site, engine, seconds, report):
    site.prepare(units=RECORDS + 40)
    chance = random.Random(engine)
    with site:
        person = Person(site, "reviewer")
        show_to_every_worker(site)
        with Load(site.port, SEEN, per_second=100) as load:
            undisturbed = _approve_undisturbed(site, person, report)
            until_then = time.monotonic() + seconds
            killed, happened = [], []
            while time.monotonic() < until_then or not killed:
                number = len(killed) + 1
                # Sometimes the answer has just arrived.
                after = undisturbed * chance.uniform(0, 1.1)
                name = f"{engine}, round {number}"
                at, has_happened = _one_round(site, person, number, after, name, report)
                killed.append(at)
                happened.append(has_happened)
    report.figures |= {f"{engine}: {what}": figure for what, figure in load.figures().items()}
    report.figures[f"{engine}: an approval that nothing disturbs, s"] = undisturbed
    report.figures[f"{engine}: killed"] = (
        f"{len(killed)} times; all had happened {sum(happened)} times, else nothing"
    )
    failed = load.failed()
    report.figures[f"{engine}: in the queue of a worker as it died"] = len(failed)
    odd = [one for one in failed if not _was_in_the_queue(one, killed)]
    report.expect(not odd, f"{engine}: {len(odd)} requests of readers failed: {odd[:3]}")


def _was_in_the_queue(outcome, killed):
    """Whether the second try was in the queue of the killed worker.

    Linux does not pass the queue on unless net.ipv4.tcp_migrate_req is set. In production nginx then answers
    from the static copy.
    """
    is_handed_on = MIGRATES.exists() and MIGRATES.read_text().strip() == "1"
    is_near = any(at - 1 < outcome.began < at + SECONDS_OF_DYING for at in killed)
    return outcome.error.startswith("ConnectionReset") and is_near and not is_handed_on


def _approve_undisturbed(site, person, report):
    """Return the seconds from the button to the answer."""
    made = _make_set(site, 0)
    made |= person.form(made["address"])
    began = time.monotonic()
    answer = _approve(person, made)
    took = time.monotonic() - began
    report.expect(answer.status == 302, f"an approval was answered with {answer.status}")
    report.expect(_is(site, made, ALL), "an approval that nothing disturbed did not publish all")
    return took


def _one_round(site, person, number, after, name, report):
    """Kill the worker this many seconds after the button; return the time, and whether everything was published."""
    made = _make_set(site, number)
    before = _count(site, made)["generation"]
    person.connect()
    made |= person.form(made["address"])
    worker, workers = person.find_worker(), site.workers()
    sending = threading.Thread(target=_approve_and_forget, args=(person, made))
    sending.start()
    time.sleep(after)
    os.kill(worker, signal.SIGKILL)
    killed = time.monotonic()
    sending.join()
    found = _count(site, made)
    generation = found.pop("generation")
    has_happened = found == ALL
    report.expect(found in (NOTHING, ALL), f"{name}: half of it was published: {found}")
    report.expect(generation == before + has_happened, f"{name}: the generation is {generation}")
    # The count took a while. An old page in a cache would still be there.
    until(lambda: site.workers() - workers and worker not in site.workers(), 30)
    shown = number if has_happened else number - 1
    seen = _until_every_worker_shows(site, made, shown, name, report)
    report.recovery_seconds = max(report.recovery_seconds, seen - killed)
    _retry(site, person, made, name, report)
    _until_every_worker_shows(site, made, number, name, report)
    # granian stops if a worker dies twice within 5.5 seconds.
    time.sleep(max(0, killed + SECONDS_BETWEEN_DEATHS - time.monotonic()))
    return killed, has_happened


def _retry(site, person, made, name, report):
    person.connect()
    made |= person.form(made["address"])
    answer = _approve(person, made)
    report.expect(answer.status == 302, f"{name}: trying again was answered with {answer.status}")
    report.expect(_is(site, made, ALL), f"{name}: trying again did not publish all, once")


def _until_every_worker_shows(site, made, number, name, report):
    """Wait until all of many answers, over new connections, are right; return the time."""
    began = time.monotonic()
    words = f"of round {number}".encode()
    while time.monotonic() < began + 30:
        wrong = [path for path in made["pages"] * 8 if not _says(site, path, words)]
        if not wrong:
            break
    ended = time.monotonic()
    report.expect(not wrong, f"{name}: {wrong[0] if wrong else ''} never showed round {number}")
    report.expect(
        ended - began < MOST_SECONDS + 1,
        f"{name}: every worker showed round {number} after {ended - began:.1f} s only",
    )
    return ended


def _says(site, path, words):
    try:
        return words in site.ask(path).body
    except (OSError, http.client.HTTPException):
        return False


def _make_set(site, number):
    return json.loads(site.python(MAKE_SET.format(records=RECORDS, round=number)))


def _count(site, made):
    return json.loads(site.python(COUNT.format(pk=made["pk"])))


def _is(site, made, expected):
    return _count(site, made).items() >= expected.items()


def _approve(person, made):
    return person.post(
        f"/admin/directorates/changeset/{made['pk']}/transition/",
        transition="approve",
        version=made["version"],
        # What the page showed, which the approval covers.
        reviewed=made["reviewed"],
        comment="Seen.",
    )


def _approve_and_forget(person, made):
    try:
        _approve(person, made)
    except (OSError, http.client.HTTPException):
        """The worker was killed before it answered, which is what this is about."""
