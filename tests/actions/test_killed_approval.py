"""An approval is killed at twenty points: everything is published, or nothing."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from directorates.actions.reviewing import reviewing
from directorates.models import ChangeSet, FigureEdition, Unit, UnitEdition
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_directorate,
    make_figure,
    make_unit,
    make_user,
    published,
    published_agency,
)

ROOT = Path(__file__).resolve().parents[2]
POINTS = 20


@pytest.fixture
def approve_in_child(transactional_db):
    """Return a function that approves a set in a process that dies at a given step."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.actions.approving_process"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database_address(), "AUTHORS_MAY_APPROVE": "false"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def approve(change_set, *, by, at, step=0):
        command = {"change_set": change_set.pk, "by": by.pk, "at": at.isoformat(), "step": step}
        process.stdin.write(json.dumps(command) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    yield approve
    process.stdin.close()
    process.wait(timeout=20)
    process.stdout.close()


def database_address():
    """The address of the test's database, for another process."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


@pytest.fixture
def reviewer(transactional_db):
    return make_user()


@pytest.fixture
def organization(transactional_db):
    """Two directorates, four offices and two figures, all published."""
    agency = published_agency()
    directorates = [make_directorate() for _ in range(2)]
    offices = [make_unit(parent=directorates[number % 2]) for number in range(4)]
    published(*directorates, *offices)
    figures = [make_figure(unit=agency), make_figure(unit=offices[0])]
    published(*figures)
    return directorates, offices, figures


def make_set(organization, *, at):
    """Submit eight records: two renamed, two moved, one closed, one new, two figures with other values."""
    directorates, offices, figures = organization
    number = ChangeSet.objects.count()
    closing = published(make_unit(parent=directorates[0]), at=at - DAY / 2)
    records = [
        changed(directorates[0], name=f"Directorate of round {number}"),
        changed(offices[0], name=f"Office of round {number}"),
        changed(offices[1], parent=directorates[number % 2]),
        changed(offices[2], parent=directorates[number % 2], name=f"Moved in round {number}"),
        changed(closing, is_closed=True),
        make_unit(parent=directorates[1], name=f"New in round {number}"),
        *(changed(figure, value=1000 + number) for figure in figures),
    ]
    change_set = reviewing.create(
        title=f"Round {number}",
        public_note="What changed.",
        records=records,
        effective_from=at + DAY / 4,
        by=None,
        at=at,
    )
    return reviewing.submit(change_set=change_set, by=None, at=at)


def everything(change_set):
    """All rows of the app, without the keys of a publication's new rows; and the public pages."""
    rows = {}
    for model in apps.get_app_config("directorates").get_models(include_auto_created=True):
        dropped = {"unitedition_id", "figureedition_id"}
        if model not in (Unit, ChangeSet):
            dropped.add("id")
        rows[model._meta.label] = sorted(
            str({name: value for name, value in row.items() if name not in dropped})
            for row in model._base_manager.values()
        )
    begins = change_set.effective_from
    for when, instant in (("before", begins - DAY / 8), ("at", begins), ("now", timezone.now())):
        for model in (UnitEdition, FigureEdition):
            names = [str(edition) for edition in model.objects.in_force(instant).order_by("pk")]
            rows[model._meta.label, when] = names
    rows["page"] = Client().get("/").content.decode()
    return rows


def undisturbed(change_set, *, by, at):
    """The result of an undisturbed approval, which is rolled back."""
    with transaction.atomic():
        reviewing.approve(change_set=change_set, by=by, at=at)
        seen = everything(change_set)
        transaction.set_rollback(True)
    return seen


def points(total):
    """Twenty of all steps, among them the first, the commit and the instant after the commit."""
    spread = [1 + round(number * (total - 3) / (POINTS - 3)) for number in range(POINTS - 2)]
    return [*spread, total - 1, total]


def test_a_killed_approval_has_happened_wholly_or_not_at_all(
    approve_in_child, organization, reviewer
):
    if connection.vendor == "postgresql":
        # A lock of a killed process must fail the test, not block it.
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
    whole = approve_in_child(make_set(organization, at=NOON + DAY), by=reviewer, at=NOON + DAY)
    assert (whole["signal"], whole["exit"]) == (0, 0)
    ended = {"nothing": 0, "all": 0}
    for number, step in enumerate(points(whole["steps"])):
        at = NOON + (number + 2) * DAY
        change_set = make_set(organization, at=at)
        before = everything(change_set)
        after = undisturbed(change_set, by=reviewer, at=at)
        assert before != after

        child = approve_in_child(change_set, by=reviewer, at=at, step=step)
        assert child["signal"] == signal.SIGKILL, f"step {step} was not reached"

        seen = everything(change_set)
        assert seen in (before, after), f"half of an approval at step {step}"
        ended["all" if seen == after else "nothing"] += 1

        reviewing.approve(change_set=change_set, by=reviewer, at=at)
        assert everything(change_set) == after
    assert ended == {"nothing": POINTS - 1, "all": 1}
