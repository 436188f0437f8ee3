"""Four people publish, approve, preview, share and withdraw the same few records at once on PostgreSQL.

The server has four workers, which are four processes. The same units are drafted, published now and for later,
put into sets, submitted, approved, read and withdrawn.
"""

import http.client
import json
import random
import re
import threading
import time
from collections import Counter
from copy import copy
from datetime import UTC, datetime, timedelta

import psycopg

from bin.drills.rig.person import Person
from bin.drills.rig.postgresql import running_postgresql
from bin.drills.rig.report import Report
from bin.production import Site

PEOPLE, WORKERS, UNITS = 4, 4, 6
COLLISION = "Somebody else was saving at the same moment"
ADMIN = "/admin/directorates"
SETS = (
    "SELECT id, version FROM directorates_changeset WHERE state = ANY(%s) ORDER BY random() LIMIT 1"
)
#: Prints every condition that is false afterwards.
INVARIANTS = """
import json
from datetime import UTC, datetime
from django.db import connection
from directorates.actions.publishing import structure
from directorates.models import *
from directorates.rules.review_states import HOLDING
wrong = [str(one) for one in structure.find_violations(since=datetime(2000, 1, 1, tzinfo=UTC))]
for model, editions in ((Unit, UnitEdition), (Figure, FigureEdition)):
    for record in model.objects.select_related("change_set"):
        own = list(record.editions.order_by("number"))
        if [edition.number for edition in own] != list(range(1, len(own) + 1)):
            wrong.append(f"{record}: the numbers of its editions have gaps")
        not_withdrawn = sorted((e for e in own if not e.withdrawn_at), key=lambda e: e.effective_from)
        ends = [edition.effective_until for edition in not_withdrawn]
        if ends != [*(e.effective_from for e in not_withdrawn[1:]), None][-len(ends):]:
            wrong.append(f"{record}: its editions overlap or leave a gap")
        newest = max(not_withdrawn, key=lambda e: e.number, default=None)
        if record.has_unpublished_changes != (newest is None or not record.has_same_content(newest)):
            wrong.append(f"{record}: its mark of unpublished changes is wrong")
        if record.change_set and record.change_set.state not in HOLDING:
            wrong.append(f"{record}: is held by a set that is {record.change_set.state}")
for made in ChangeSet.objects.prefetch_related("steps"):
    editions = [*made.uniteditions.all(), *made.figureeditions.all()]
    withdrawn = {edition.withdrawn_at is not None for edition in editions}
    states = [step.to_state for step in made.steps.all()]
    expected = {"approved": {False}, "withdrawn": {True}}.get(made.state, set())
    if withdrawn != expected:
        wrong.append(f"{made}: is {made.state}, and of its editions are withdrawn: {withdrawn}")
    if {edition.effective_from for edition in editions} - {made.effective_from}:
        wrong.append(f"{made}: its editions begin at different instants")
    if states[-1] != made.state or states.count("approved") > 1 or states.count("withdrawn") > 1:
        wrong.append(f"{made}: is {made.state} after the steps {states}")
with connection.cursor() as cursor:
    cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    [deadlocks] = cursor.fetchone()
print(json.dumps({"wrong": wrong, "deadlocks": deadlocks, "editions": UnitEdition.objects.count(),
    "sets": ChangeSet.objects.count(), "links": PreviewLink.objects.count()}))
"""


def drill(folder, *, seconds):
    report = Report(
        f"{PEOPLE} people and {WORKERS} processes at the same {UNITS} units for {seconds} s"
    )
    with running_postgresql() as database:
        site = Site(
            folder,
            DATABASE_URL=database.get_uri(),
            AUTHORS_MAY_APPROVE="true",
            GRANIAN_WORKERS=str(WORKERS),
            # A thread for each person at one worker, because this drill does not test the number of threads.
            GRANIAN_BLOCKING_THREADS=str(PEOPLE + 2),
        )
        site.prepare(units=40)
        with psycopg.connect(database.get_uri(), autocommit=True) as connection:
            found = connection.execute(
                "SELECT id FROM directorates_unit WHERE kind = 'office' ORDER BY id LIMIT %s",
                [UNITS],
            )
            units = [pk for (pk,) in found]
        with site:
            people = _sign_in(site)
            workers = [Colleague(person, units, database.get_uri()) for person in people]
            _work(workers, seconds)
            for person in people:
                person.close()
        _judge(report, site, workers)
    return report


def _sign_in(site):
    """Return people with their own connections; each account has half of them."""
    people = []
    for name in ("first", "second"):
        person = Person(site, name)
        # A page with a form. Its token works for the other forms too.
        person.get(f"{ADMIN}/changeset/add/")
        person.close()
        for _ in range(PEOPLE // 2):
            people.append(copy(person))
            people[-1].cookies = dict(person.cookies)
    return people


def _work(workers, seconds):
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=worker.work, args=(until,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=seconds + 120)


def _judge(report, site, workers):
    done = sum((worker.done for worker in workers), Counter())
    report.figures |= {what: done[what] for what in sorted(done)}
    found = json.loads(site.python(INVARIANTS))
    for loss in [*(loss for worker in workers for loss in worker.lost), *found.pop("wrong")]:
        report.expect(False, loss)
    report.figures |= found
    again = sum("Tried again after a collision" in line for line in site.lines())
    report.figures["tried again after a collision"] = again
    report.expect(not found["deadlocks"] and not again, f"{found['deadlocks']} deadlocks")


class Colleague:
    """Does random things in turn, and notes the answers."""

    def __init__(self, person, units, database):
        self.person, self.units = person, units
        self.database = database
        self.done, self.lost = Counter(), []
        self.chance = random.Random()

    def work(self, until):
        steps = [
            self.draft, self.draft, self.publish, self.schedule, self.fill, self.submit, self.approve,
            self.approve, self.withdraw, self.preview, self.touch, self.share,
        ]  # fmt: skip
        with psycopg.connect(self.database, autocommit=True) as self.rows:
            while time.monotonic() < until:
                step = self.chance.choice(steps)
                try:
                    step()
                except (OSError, http.client.HTTPException) as error:
                    self.lost.append(f"{step.__name__}: no answer: {error!r}")
                except Exception as error:
                    self.lost.append(f"{step.__name__}: the drill itself failed: {error!r}")

    # Acts

    def draft(self):
        path = f"{ADMIN}/office/{self.chance.choice(self.units)}/change/"
        fields = self.person.form(path)
        if "summary" in fields:
            fields["summary"] = f"A summary that was written at {time.monotonic()}, for a drill."
            self._send("draft", path, fields)

    def publish(self, **when):
        unit = self.chance.choice(self.units)
        path = f"{ADMIN}/office/{unit}/publish/"
        fields = self.person.form(path)
        if f"version-{unit}" in fields:
            self._send("schedule" if when else "publish", path, fields | (when or {"when": "now"}))

    def schedule(self):
        day = datetime.now(UTC) + timedelta(days=self.chance.randint(2, 900))
        self.publish(when="later", on_day=f"{day:%Y-%m-%d}", at_time="08:00")

    def fill(self):
        path = f"{ADMIN}/office/into-set/?"
        path += "&".join(f"ids={unit}" for unit in self.chance.sample(self.units, 3))
        fields = self.person.form(path)
        self._send("fill a set", path, fields | {"title": f"Set {time.monotonic()}"})

    def submit(self):
        self._make_transition("submit", "open")

    def approve(self):
        self._make_transition("approve", "in-review")

    def withdraw(self):
        self._make_transition("withdraw", "approved")

    def preview(self):
        if found := self._set("open", "in-review", "approved"):
            self._look("preview", f"/preview/sets/{found[0]}/offices/")

    def touch(self):
        if found := self._set("open", "in-review", "approved"):
            self._look("its affected pages", f"/preview/affected/{found[0]}/")

    def share(self):
        if found := self._set("open", "in-review", "approved"):
            path = f"{ADMIN}/changeset/{found[0]}/links/"
            answer = self._send("share", path, {"for_whom": "Counsel", "days": "7"})
            for address in re.findall(rb"/shared/[^\"/]+/", answer.body)[:1]:
                network = f"198.51.100.{self.chance.randint(1, 250)}"
                answer = self.person.site.ask(address.decode(), **{"X-Forwarded-For": network})
                self._note("look through a link", answer)

    # How

    def _set(self, *states):
        return self.rows.execute(SETS, [list(states)]).fetchone()

    def _make_transition(self, transition, state):
        if found := self._set(state):
            pk, version = found
            # The approval sends what the page showed.
            shown = self.person.form(f"{ADMIN}/changeset/{pk}/change/").get("reviewed", "")
            fields = {
                "transition": transition,
                "version": version,
                "comment": "For a drill.",
                "reviewed": shown,
            }
            self._send(transition, f"{ADMIN}/changeset/{pk}/transition/", fields)

    def _send(self, what, path, fields):
        fields = {name: value for name, value in fields.items() if name[:1] != "_"}
        return self._note(what, self.person.post(path, **fields))

    def _look(self, what, path):
        self._note(what, self.person.get(path))

    def _note(self, what, answer):
        self.done[f"{what}: {answer.status}"] += 1
        if answer.status >= 500 or answer.status == 403 or COLLISION in answer.body.decode():
            self.lost.append(f"{what}: answered with {answer.status}")
        return answer
