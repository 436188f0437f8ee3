"""Runs the tests on a real PostgreSQL: `python -m pytest -p tests.postgresql_plugin`.

The server comes from a wheel, keeps its files in a temporary folder and stops with the run. A fixture would be
too late, because DATABASE_URL must be set before the import of the settings.
"""

import os

import pytest

from bin.drills.rig.postgresql import start_server


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config):
    """Wrap the hook to run before pytest-django, which imports the settings in it."""
    # A parallel worker inherits the address.
    if "PYTEST_XDIST_WORKER" not in os.environ:
        server = start_server()
        os.environ["DATABASE_URL"] = server.get_uri()
        early_config.add_cleanup(server.cleanup)
    return (yield)


def pytest_report_header():
    return f"database: {os.environ['DATABASE_URL']}"
