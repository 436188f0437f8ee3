"""Runs the tests on a real PostgreSQL: `python -m pytest -p tests.postgresql_plugin`.

The server comes from a wheel, keeps its files in a temporary directory and stops with the run.
It is a plugin and not a fixture because DATABASE_URL must be set before the settings are imported.
"""

import os

import pytest

from bin.drills.postgresql import start_server


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
