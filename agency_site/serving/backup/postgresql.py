"""Copies PostgreSQL with pg_dump and pg_restore, on the snapshot of the facts."""

import os
import re
import shutil
import subprocess
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, transaction

from agency_site.serving.backup.errors import BackupError
from agency_site.serving.backup.facts import left_out_tables

MEMBER = "database.pgdump"


@contextmanager
def snapshot(folder):
    """Write a dump of the database into `folder`. Queries within the block read the same snapshot."""
    program = _find("pg_dump")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            [name] = cursor.fetchone()
        _run(
            program,
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={name}",
            *(f"--exclude-table-data={table}" for table in left_out_tables()),
            f"--file={folder / MEMBER}",
        )
        yield


def restore(folder):
    """Restore the dump in one transaction."""
    _run(
        _find("pg_restore"),
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
        str(folder / MEMBER),
    )


def _find(name):
    """Return the path of a PostgreSQL program. Raises BackupError if it is older than the server."""
    path = shutil.which(name, path=settings.POSTGRESQL_PROGRAMS or None)
    if path is None:
        raise BackupError(
            f"{name} was not found. It comes with PostgreSQL's client programs (Debian:"
            " postgresql-client); POSTGRESQL_PROGRAMS names their folder if they are not on the PATH."
        )
    output = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    version = int(re.search(r"(\d+)", output)[1])
    connection.ensure_connection()
    server = connection.pg_version // 10000
    if version < server:
        raise BackupError(
            f"{path} is of version {version} and cannot read a server of version {server}. Install the"
            f" client programs of version {server}, and name their folder in POSTGRESQL_PROGRAMS."
        )
    return path


def _run(program, *arguments):
    connection.ensure_connection()
    info = connection.connection.info
    # The password goes into the environment, because every user of the machine can read a command line.
    environment = os.environ | ({"PGPASSWORD": info.password} if info.password else {})
    result = subprocess.run(
        [program, f"--dbname={info.dsn}", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise BackupError(f"{program} failed and left nothing behind:\n{result.stderr.strip()}")
