import errno
import sqlite3

import psycopg
import pytest
from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    connection,
    transaction,
)
from psycopg_pool import PoolTimeout

from directorates.rules.database_errors import (
    is_disk_full,
    is_outage,
    is_unique_violation,
)


def of_postgresql(code, kind=OperationalError):
    return from_driver(psycopg.errors.lookup(code)("as the server puts it"), kind)


def of_sqlite(code, kind=OperationalError):
    error = sqlite3.OperationalError("as the library puts it")
    error.sqlite_errorcode = code
    return from_driver(error, kind)


def from_driver(cause, kind=OperationalError):
    error = kind(str(cause))
    error.__cause__ = cause
    return error


OUTAGES = {
    "refused": from_driver(psycopg.OperationalError("connection refused")),
    "no connection in the pool": from_driver(PoolTimeout("after 3 seconds")),
    "said without a cause": OperationalError("away"),
    "closed": InterfaceError("connection already closed"),
    "shutting down": of_postgresql("57P01"),
    "starting": of_postgresql("57P03"),
    "too slow": of_postgresql("57014"),
    "lock not to be had": of_postgresql("55P03"),
    "too many": of_postgresql("53300"),
    "connection lost": of_postgresql("08006"),
    "takes no writes": of_postgresql("25006"),
    "locked": of_sqlite(sqlite3.SQLITE_BUSY),
    "locked while it recovers": of_sqlite(sqlite3.SQLITE_BUSY_RECOVERY),
    "cannot be opened": of_sqlite(sqlite3.SQLITE_CANTOPEN),
    "cannot be read": of_sqlite(sqlite3.SQLITE_IOERR_READ),
}
OURS = {
    "unique": of_postgresql("23505", IntegrityError),
    "not null": of_postgresql("23502", IntegrityError),
    "a character that is none": of_postgresql("22021", DataError),
    "no such column": of_postgresql("42703", ProgrammingError),
    "deadlock": of_postgresql("40P01"),
    "serialization": of_postgresql("40001"),
    "raised by a trigger": of_postgresql("P0001", DatabaseError),
    "no such table": of_sqlite(sqlite3.SQLITE_ERROR),
    "a constraint": of_sqlite(sqlite3.SQLITE_CONSTRAINT_UNIQUE, IntegrityError),
    "misuse": InterfaceError("Error binding parameter 1: type 'dict' is not supported"),
    "no database at all": ValueError("away"),
    "aborted": ProgrammingError("the transaction is aborted"),
}
FULL = {
    "postgresql": of_postgresql("53100"),
    "sqlite": of_sqlite(sqlite3.SQLITE_FULL),
    "files": OSError(errno.ENOSPC, "No space left on device"),
    "quota": OSError(errno.EDQUOT, "Disk quota exceeded"),
}


@pytest.mark.parametrize("error", OUTAGES.values(), ids=OUTAGES)
def test_a_database_that_cannot_be_asked_is_an_outage(error):
    assert is_outage(error)
    assert not is_disk_full(error)


@pytest.mark.parametrize("error", OURS.values(), ids=OURS)
def test_a_fault_of_the_program_is_none(error):
    assert not is_outage(error)
    assert not is_disk_full(error)


@pytest.mark.parametrize("error", FULL.values(), ids=FULL)
def test_a_full_disk_is_known_by_what_wrote_to_it(error):
    assert is_disk_full(error)
    assert not is_outage(error)


def test_what_an_aborted_transaction_says_is_judged_by_what_aborted_it():
    error = transaction.TransactionManagementError("An error occurred in the current transaction.")
    error.__cause__ = OUTAGES["connection lost"]
    assert is_outage(error)


@pytest.mark.django_db
def test_errors_of_the_real_database_are_told_apart():
    with pytest.raises(DatabaseError) as unknown, transaction.atomic():
        connection.cursor().execute("SELECT nothing FROM nowhere")
    assert not is_outage(unknown.value)
    with pytest.raises(IntegrityError) as twice, transaction.atomic():
        for _ in range(2):
            connection.cursor().execute(
                "INSERT INTO django_content_type (app_label, model) VALUES ('a', 'b')"
            )
    assert is_unique_violation(twice.value)
    assert not is_outage(twice.value)
