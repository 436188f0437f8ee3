"""A PostgreSQL server of a drill's own, which can be stopped and started."""

from contextlib import contextmanager

from tests.postgresql_plugin import start_server


@contextmanager
def running_postgresql():
    """Yield the server; `get_uri()` is its address, `stop()` and `ensure_postgres_running()` do so."""
    server = start_server()
    try:
        yield server
    finally:
        server.ensure_postgres_running()
        server.cleanup()
