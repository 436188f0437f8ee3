"""Time and queries of the public pages with few units and with many, side by side in one run."""

import statistics
import tempfile
from pathlib import Path
from time import perf_counter_ns

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directorates.actions import importing
from directorates.formats import fictional_agency
from directorates.management.commands.prepare_local import SAMPLE
from directorates.models import UnitEdition

PAGES = ("overview", "agency", "directorate", "office", "offices, page 1", "offices by parent")


class Command(BaseCommand):
    help = "Print the pages' time and queries with 7, 450 and 5,000 units, each in a database of its own."

    def add_arguments(self, parser):
        parser.add_argument("--rounds", type=int, default=15)
        parser.add_argument("--requests", type=int, default=10, help="of each page in each round")

    def handle(self, *, rounds, requests, **options):
        if connection.vendor != "sqlite":
            raise CommandError("The bench makes SQLite databases of its own: unset DATABASE_URL.")
        settings.DEBUG = False
        settings.ALLOWED_HOSTS = ["testserver"]
        name = connection.settings_dict["NAME"]
        try:
            with tempfile.TemporaryDirectory() as folder:
                sites = [self._make(Path(folder), units) for units in (7, 450, 5000)]
                self._run(sites, rounds, requests)
        finally:
            self._open(name)

    @staticmethod
    def _open(path):
        connection.close()
        connection.settings_dict["NAME"] = str(path)

    def _make(self, folder, units):
        """Make a database with that many units; return (units, its path, {page: address})."""
        path = folder / f"{units}.sqlite3"
        self._open(path)
        call_command("migrate", verbosity=0)
        content = SAMPLE.read_bytes()
        if units > 7:
            content = fictional_agency.generate(seed=1, offices=units - 9).encode()
        started = perf_counter_ns()
        importing.load(content=content, file_name=f"{units} units", by=None, at=timezone.now())
        seconds = (perf_counter_ns() - started) / 1e9
        self.stdout.write(f"{units:>5} units loaded in {seconds:.1f} s")
        in_force = UnitEdition.objects.in_force(timezone.now())
        addresses = [
            "/",
            "/about/",
            in_force.filter(kind="directorate").order_by("pk")[0].get_absolute_url(),
            in_force.filter(kind="office").order_by("-pk")[0].get_absolute_url(),
            "/offices/",
            "/offices/?by=part-of",
        ]
        return units, path, dict(zip(PAGES, addresses, strict=True))

    def _run(self, sites, rounds, requests):
        client = Client(raise_request_exception=True)
        times = {(units, page): [] for units, _, _ in sites for page in PAGES}
        queries, sizes = {}, {}
        for _ in range(rounds):
            for units, path, addresses in sites:
                self._open(path)
                for page, address in addresses.items():
                    with CaptureQueriesContext(connection) as captured:
                        response = client.get(address)
                    if response.status_code != 200:
                        raise CommandError(f"{address} answered {response.status_code}.")
                    queries[units, page] = len(captured)
                    sizes[units, page] = len(response.content)
                    for _ in range(requests):
                        started = perf_counter_ns()
                        client.get(address)
                        times[units, page].append((perf_counter_ns() - started) / 1e6)
        self._print(sites, times, queries, sizes)

    def _print(self, sites, times, queries, sizes):
        self.stdout.write(
            f"\n{'page':<20}{'units':>7}{'median ms':>11}{'p99 ms':>9}{'queries':>9}{'KB':>7}"
            f"{'to 7 units':>12}"
        )
        for page in PAGES:
            base = statistics.median(times[sites[0][0], page])
            for units, _, _ in sites:
                measured = sorted(times[units, page])
                median = statistics.median(measured)
                self.stdout.write(
                    f"{page:<20}{units:>7,}{median:>11.2f}{measured[int(len(measured) * 0.99)]:>9.2f}"
                    f"{queries[units, page]:>9}{sizes[units, page] / 1000:>7.1f}"
                    f"{median / base:>11.2f}x"
                )
