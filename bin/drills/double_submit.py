"""Sends the same form twice and twenty times at once to both workers. It must have one effect.

With less than ten seconds, SQLite is left out.
"""

import json
import re
import threading
from collections import Counter
from urllib.parse import urlencode

from bin.drills.rig.by_worker import connections_by_worker
from bin.drills.rig.load import HEADERS, connect
from bin.drills.rig.postgresql import running_postgresql
from bin.drills.rig.report import Report
from bin.drills.rig.staff import CSRF, sign_in
from bin.production import Site

TIMES = (2, 20)
#: Makes two changed units to publish and two change sets to approve; prints the content of their forms.
PREPARE = """
import json
from django.urls import reverse
from django.utils import timezone
from directorates.actions.publishing import drafting
from directorates.actions.reviewing import reviewing
from directorates.actions.reviewing.review_reading import read_set
from directorates.admin.change_sets.shown_texts import reading_field
from directorates.models import SiteSettings, Unit

SiteSettings.objects.update(survey_is_open=True, survey_requires_clearance=False, survey_burden_minutes=3)
now = timezone.now()
units = list(Unit.objects.exclude(kind="agency")[:4])
for unit in units:
    unit.name = f"{unit.name} renamed"
    drafting.save(record=unit, relations={}, by=None, at=now)
forms = []
for unit in units[:2]:
    address = reverse(f"admin:directorates_{unit.kind}_publish", args=[unit.pk])
    data = {"when": "now", "on_day": "", "at_time": "00:00", "change_note": "", f"version-{unit.pk}": unit.version}
    forms.append(["publish", unit.pk, address, data])
for unit in units[2:]:
    made = reviewing.create(title="One", records=[unit], by=None, at=now)
    made = reviewing.submit(change_set=made, by=None, at=now)
    address = reverse("admin:directorates_changeset_transition", args=[made.pk])
    data = {"transition": "approve", "comment": "", "version": made.version}
    data["reviewed"] = reading_field(read_set(made, at=timezone.now()))
    forms.append(["approve", unit.pk, address, data])
print(json.dumps(forms))
"""
COUNT = """
import json
from directorates.models import ChangeSet, SurveyResponse, UnitEdition
editions = {pk: UnitEdition.objects.filter(unit=pk).count() for pk in %s}
transitions = [made.steps.filter(name="approve").count() for made in ChangeSet.objects.all()]
print(json.dumps([editions, transitions, SurveyResponse.objects.count()]))
"""


def drill(folder, *, seconds):
    report = Report("a publication, an approval and survey answers sent at once, 2 and 20 times")
    with running_postgresql() as database:
        (folder / "postgresql").mkdir()
        settings = {"AUTHORS_MAY_APPROVE": "true", "DATABASE_URL": database.get_uri()}
        _send_all(report, "PostgreSQL", Site(folder / "postgresql", **settings))
    if seconds >= 10:
        (folder / "sqlite").mkdir()
        _send_all(report, "SQLite", Site(folder / "sqlite", AUTHORS_MAY_APPROVE="true"))
    return report


def _send_all(report, database, site):
    site.prepare()
    staff = sign_in(site)
    forms = json.loads(site.python(PREPARE))
    with site:
        for number, (kind, _, address, data) in enumerate(forms):
            many = TIMES[number % 2]
            body = urlencode(data | {"csrfmiddlewaretoken": CSRF})
            answers = _send_at_once(site, address, body, many, staff)
            pages = [_follow(site, answer, staff) for answer in answers]
            _judge(report, f"{database}: {kind} × {many}", pages)
        for number, many in enumerate(TIMES):
            # Each batch comes from a different address, because the limit stops the twenty-first request of one
            # address.
            visitor = HEADERS | {
                "Content-Type": "application/x-www-form-urlencoded",
                "X-Forwarded-For": f"192.0.2.{number + 1}",
            }
            answers = _send_at_once(site, "/survey/", _survey_form(site), many, visitor)
            pages = [_follow(site, answer, visitor) for answer in answers]
            _judge(report, f"{database}: survey × {many}", pages)
    _count(report, database, site, [pk for _, pk, _, _ in forms])


def _survey_form(site):
    page = site.ask("/survey/").body.decode()
    token = re.search(r'name="token"[^>]*value="([^"]+)"', page)[1]
    return urlencode({"token": token, "page": "/about/", "trust": "4", "comments": "Sent twice"})


def _send_at_once(site, address, body, many, headers):
    """Send a form `many` times at once, half to each worker; return [(status, place, page, cookies)]."""
    by_worker = connections_by_worker(site, each=many // 2)
    connections = [one for connections in by_worker.values() for one in connections]
    barrier, answers = threading.Barrier(len(connections)), []

    def send(connection):
        barrier.wait(timeout=20)
        connection.request("POST", address, body=body, headers=headers)
        response = connection.getresponse()
        cookies = [one.partition(";")[0] for one in response.headers.get_all("Set-Cookie", [])]
        answers.append((response.status, response.headers["Location"], response.read(), cookies))
        connection.close()

    threads = [threading.Thread(target=send, args=(one,)) for one in connections]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers + [(0, None, b"", [])] * (many - len(answers))


def _follow(site, answer, headers):
    """Return (status, message) of the page to which an answer redirects."""
    status, place, page, cookies = answer
    if place is not None:
        given = "; ".join([headers.get("Cookie", ""), *cookies]).strip("; ")
        connection = connect(site.port)
        connection.request("GET", place, headers=headers | {"Cookie": given})
        response = connection.getresponse()
        status, page = response.status, response.read()
        connection.close()
    return status, _words(page.decode())


def _words(page):
    """Return a page's message about the form; '' without one."""
    kinds = (
        r'<ul class="messagelist">(.*?)</ul>',
        r'<p class="errornote">(.*?)</p>',
        r'<p class="help">\s*(There is nothing to publish.*?)</p>',
        r"<h1[^>]*>(Thank you)</h1>",
    )
    found = next((one for kind in kinds if (one := re.search(kind, page, re.DOTALL))), None)
    return " ".join(re.sub(r"<[^>]+>", " ", found[1] if found else "").split())


def _judge(report, what, pages):
    answers = Counter(words[:90] for _, words in pages)
    report.figures[what] = "; ".join(f"{many} × {words}" for words, many in answers.items())
    for status, words in pages:
        report.expect(200 <= status < 500 and words, f"{what}: answered with {status}: {words}")


def _count(report, database, site, units):
    editions, transitions, responses = json.loads(site.python(COUNT % units))
    report.figures[f"{database}: editions, approvals, survey answers"] = (
        f"{sorted(editions.values())}, {transitions}, {responses}"
    )
    # Each unit already has an edition from the load.
    report.expect(set(editions.values()) == {2}, f"{database}: editions of units: {editions}")
    report.expect(set(transitions) == {1}, f"{database}: approvals of sets: {transitions}")
    report.expect(responses == len(TIMES), f"{database}: {responses} survey answers were kept")
