"""Two processes, and two connections, send each mail once."""

import os
import subprocess
import sys
import threading
import zoneinfo
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from directorates.actions.mailing import choices, sending
from directorates.actions.reviewing import reviewing
from directorates.models import MailMessage, MailOccasion, SiteSettings
from tests.actions.test_killed_approval import database_address
from tests.factories import changed, make_agency, make_unit, make_user, published

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
SETS = 6
PEOPLE = ("daily", "rita", "ruth")
State = MailMessage.State


@pytest.fixture
def mails(settings):
    """Sets that wait for three reviewers; one of them wants one mail a day. Returns how many mails there are."""
    settings.AUTHORS_MAY_APPROVE = False
    long_ago = timezone.now() - timedelta(days=9)
    SiteSettings.objects.update_or_create(
        pk=1, defaults={"site_name": "Example.gov", "domain": "example.gov"}
    )
    published(make_agency(at=long_ago), at=long_ago)
    edith = make_user(role="Editor", units=None, username="edith")
    people = [
        make_user(role="Reviewer", username=name, email=f"{name}@example.gov") for name in PEOPLE
    ]
    choices.choose(user=people[0], rhythm="daily")
    for _ in range(SETS):
        unit = published(make_unit(at=long_ago), at=long_ago)
        reviewing.submit_records(
            records=[changed(unit, by=edith, name="New")], by=edith, at=timezone.now()
        )
    zone = zoneinfo.ZoneInfo(SiteSettings.objects.get(pk=1).time_zone)
    is_day = timezone.localtime(timezone.now(), zone).hour >= sending.DAILY_HOUR
    return SETS * 2 + is_day


def test_two_connections_send_each_mail_once(mails):
    barrier, errors = threading.Barrier(4), []

    def run():
        try:
            barrier.wait(timeout=20)
            sending.send()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert errors == []
    assert len(mail.outbox) == mails
    found = Counter((letter.to[0], letter.body) for letter in mail.outbox)
    assert set(found.values()) == {1}
    assert MailOccasion.objects.count() == SETS
    assert MailMessage.objects.count() == SETS * 3


def test_two_processes_send_each_mail_once(mails):
    environment = os.environ | {
        "DATABASE_URL": database_address(),
        "EMAIL_URL": "consolemail://",
        "DEFAULT_FROM_EMAIL": "agency@example.gov",
    }
    command = [sys.executable, "manage.py", "send_mail", "--origin", "https://example.gov"]
    processes = [
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    outputs = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], outputs
    written = "".join(out for out, _ in outputs)
    assert written.count("Subject: Example.gov:") == mails
    found = MailMessage.objects.order_by("pk").values_list("person__username", "state")
    states = {name: [state for one, state in found if one == name] for name in PEOPLE}
    assert states["rita"] == states["ruth"] == [State.SENT] * SETS
    # What one process notes while the other one makes the daily mail waits for the next daily mail.
    assert set(states["daily"]) <= {State.SENT, State.WAITING}
    assert (State.SENT in states["daily"]) == (mails > SETS * 2)
