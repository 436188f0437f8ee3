"""Classifies database errors: an outage, a full disk, or a fault of this program."""

import errno
import sqlite3

from django.db import InterfaceError, OperationalError

#: PostgreSQL's classes of error codes: connection, shutdown, authorization, unknown database.
_OUTAGE_CLASSES = ("08", "57", "28", "3D")
#: Out of memory; too many connections; a limit of the server. A lock or an idle transaction took too long.
#: The server takes no writes, for instance during a failover. Its disk cannot be read.
_OUTAGE_CODES = {"53200", "53300", "53400", "55P03", "25P03", "25P04", "25006", "58000", "58030"}
_SQLITE_OUTAGES = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PROTOCOL,
}
_SQLITE_UNIQUE = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}


def is_outage(error):
    """Whether an error says that the database cannot be reached or does not answer in time."""
    return any(_says_outage(one) for one in _causes(error)) and not is_disk_full(error)


def is_disk_full(error):
    """Whether an error says that a disk is full: the database's, or one that holds files."""
    return any(_says_disk_full(one) for one in _causes(error))


def is_unique_violation(error):
    """Whether the database refused a second row with a unique value."""
    return any(
        _code(one) == "23505" or getattr(one, "sqlite_errorcode", None) in _SQLITE_UNIQUE
        for one in _causes(error)
    )


def is_out_of_range(error):
    """Whether a number in a query is too large for the database."""
    return any(
        _code(one) == "22003" or (isinstance(one, OverflowError) and "SQLite INTEGER" in str(one))
        for one in _causes(error)
    )


def lacks_tables(error):
    """Whether a table or a column is missing, so the database needs a migration."""
    return any(
        _code(one) in ("42P01", "42703")
        or (
            isinstance(one, sqlite3.Error)
            and str(one).startswith(("no such table", "no such column"))
        )
        for one in _causes(error)
    )


def _causes(error):
    """Yield an error and its causes: Django raises its own error from the driver's."""
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__


def _code(error):
    return getattr(error, "sqlstate", None)


def _says_outage(error):
    if isinstance(error, sqlite3.Error):
        # The last byte of an extended code is the plain code.
        return getattr(error, "sqlite_errorcode", -1) & 0xFF in _SQLITE_OUTAGES
    if code := _code(error):
        return code in _OUTAGE_CODES or code.startswith(_OUTAGE_CLASSES)
    if isinstance(error, InterfaceError):
        # Django reports a closed connection so. Any other misuse of the driver is our fault.
        return "connection" in str(error)
    # An error without a code comes before any query: the connection failed, broke, or was not available.
    return _is_operational(error) and error.__cause__ is None


def _is_operational(error):
    names = {kind.__name__ for kind in type(error).__mro__ if kind.__module__.startswith("psycopg")}
    return isinstance(error, OperationalError) or "OperationalError" in names


def _says_disk_full(error):
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    is_full = getattr(error, "sqlite_errorcode", -1) & 0xFF == sqlite3.SQLITE_FULL
    return is_full or _code(error) == "53100"


def is_unavailability(error):
    """Whether an error is an outage of the database or a full disk."""
    return is_outage(error) or is_disk_full(error)
