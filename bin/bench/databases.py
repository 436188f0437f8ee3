"""Makes databases of several sizes, which one process opens in turn."""

import time

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from directorates.actions.importing import importing
from directorates.exchange import fictional_agency
from directorates.management.commands.prepare_local import SAMPLE


def open_database(path):
    connection.close()
    connection.settings_dict["NAME"] = str(path)


def make_database(folder, units):
    """Make and open a database with an agency of this many units; return its path."""
    path = folder / f"{units}.sqlite3"
    open_database(path)
    call_command("migrate", verbosity=0)
    content = SAMPLE.read_bytes()
    if units > 7:
        content = fictional_agency.generate(seed=1, offices=units - 9).encode()
    began = time.perf_counter()
    importing.load(content=content, file_name=f"{units} units", by=None, at=timezone.now())
    print(f"{units:>6,} units loaded in {time.perf_counter() - began:.1f} s")
    return path
