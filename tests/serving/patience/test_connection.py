"""A connection to PostgreSQL that gives up without the server's help."""

import time

import pytest
from django.db import connection
from psycopg import OperationalError

from agency_site.serving import patience
from agency_site.serving.patience.connection import connection_class


@pytest.fixture
def connected(db):
    """Return a function that connects to the tests' server with a limit in seconds."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite is no server that could be frozen")
    connection.ensure_connection()
    served_by = {}

    def connect(most_seconds):
        opened = connection_class(most_seconds).connect(connection.connection.info.dsn)
        served_by[opened.info.backend_pid] = opened
        return opened

    yield connect
    for process, opened in served_by.items():
        opened.close()
        # The server still sleeps for the closed connection.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [process])


def seconds_until_it_gives_up(impatient):
    began = time.monotonic()
    with pytest.raises(OperationalError, match="gave no answer for"):
        impatient.execute("SELECT pg_sleep(20)")
    assert impatient.closed
    return time.monotonic() - began


def test_an_answer_in_time_is_an_answer(connected):
    assert connected(5).execute("SELECT 1, pg_sleep(0.3)").fetchone()[0] == 1


def test_it_gives_up_after_its_limit(connected):
    assert 0.3 <= seconds_until_it_gives_up(connected(0.3)) < 5


def test_a_thread_can_have_a_shorter_limit(connected):
    with patience.limited(0.3):
        assert seconds_until_it_gives_up(connected(15)) < 5


def test_while_the_database_unavailable_nobody_waits_long(connected):
    patience.note(is_unavailable=True)
    assert seconds_until_it_gives_up(connected(15)) < 5
