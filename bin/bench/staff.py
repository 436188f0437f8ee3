"""Measures time and queries of staff pages, and of approving 500 units, with few units and with many."""

import time

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bin.bench.databases import make_database, open_database
from bin.bench.requests import compare
from directorates.actions.publishing import drafting
from directorates.actions.reviewing import reviewing
from directorates.models import Unit

SIZES = (10, 450, 5_000)
ROUNDS = 5
UNITS_OF_A_SET = 500


def measure(folder):
    sites, approvals = {}, []
    for units in SIZES:
        path = make_database(folder, units)
        author = get_user_model().objects.create_superuser("author")
        client = Client()
        client.force_login(author)
        change_set = make_set(author)
        approvals.append({"units": units, **approve(change_set)})
        sites[units] = (path, client, find_addresses(change_set))
    rows = compare(sites, rounds=ROUNDS)
    show_growth(rows)
    checks = [time_check(units, *site[:2]) for units, site in sites.items()]
    for row in approvals:
        print(
            f"{row['units']:>6,} units: a set of {row['records']} approved in {row['seconds']:.2f} s,"
            f" {row['queries']:,} queries"
        )
    return {"rows": rows, "approvals": approvals, "checks": checks}


def show_growth(rows):
    """Print how many times as long the first page and its tree take with most units as with fewest."""
    times = {(row["page"], row["units"]): row["median_ms"] for row in rows}
    few, many = min(SIZES), max(SIZES)
    for page in ("dashboard", "tree"):
        ratio = times[page, many] / times[page, few]
        print(f"{page}: {ratio:.1f} times as long at {many:,} units as at {few}")


def time_check(units, path, client):
    """Request “Worth mending” once: it reads every text, so it takes too long for rounds."""
    open_database(path)
    began = time.perf_counter()
    client.get(reverse("admin:check"))
    seconds = time.perf_counter() - began
    print(f"{units:>6,} units: worth mending in {seconds:.2f} s")
    return {"units": units, "seconds": seconds}


def make_set(author):
    """Return a submitted set of all offices, changed, up to 500."""
    at = timezone.now()
    offices = list(Unit.objects.filter(kind="office").order_by("pk")[:UNITS_OF_A_SET])
    for office in offices:
        office.summary = f"{office.summary} Changed."
        drafting.save(record=office, relations={}, by=author, at=at)
    change_set = reviewing.create(title="A reorganization", records=offices, by=author, at=at)
    return reviewing.submit(change_set=change_set, by=author, at=at)


def approve(change_set):
    """Approve as a second person; return time and queries."""
    reviewer = get_user_model().objects.create_superuser("reviewer")
    records = change_set.units.count()
    queries = 0

    def count(execute, *arguments):
        nonlocal queries
        queries += 1
        return execute(*arguments)

    began = time.perf_counter()
    with connection.execute_wrapper(count):
        reviewing.approve(change_set=change_set, by=reviewer, at=timezone.now())
    return {"records": records, "seconds": time.perf_counter() - began, "queries": queries}


def find_addresses(change_set):
    office = Unit.objects.filter(kind="office").order_by("-pk")[0]
    lists = ("unit", "office", "figure", "changeset", "responsibility")
    return {
        "dashboard": reverse("admin:index"),
        "tree": reverse("admin:tree"),
        "calendar": reverse("admin:calendar"),
        **{f"list: {name}": reverse(f"admin:directorates_{name}_changelist") for name in lists},
        "form of a unit": reverse("admin:directorates_office_change", args=[office.pk]),
        "history of a unit": reverse("admin:directorates_office_history", args=[office.pk]),
        "set of 500": change_set.get_absolute_url(),
        "search": reverse("admin:search") + "?q=office",
        "audit trail": reverse("admin:audit"),
    }
