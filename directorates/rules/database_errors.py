"""What an error of the database means: that it cannot be asked, that its disk is full, or a fault of ours."""

import errno
import sqlite3

from django.db import InterfaceError, OperationalError

#: PostgreSQL's classes of codes: connection, its own end, who may come in, no such database.
_OUTAGE_CLASSES = ("08", "57", "28", "3D")
#: Out of memory, too many connections, a limit of the server; a lock or an idle transaction that took too
#: long; a server that takes no writes, as while another takes over; its disk cannot be read.
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
    """Whether an error says that a disk is full: the database's, or one that files are kept on."""
    return any(_says_disk_full(one) for one in _causes(error))


def is_unique_violation(error):
    """Whether the database refused a second row with what only one may have."""
    return any(
        _code(one) == "23505" or getattr(one, "sqlite_errorcode", None) in _SQLITE_UNIQUE
        for one in _causes(error)
    )


def is_out_of_range(error):
    """Whether a number that was sent is larger than any that the database can hold or look for."""
    return any(
        _code(one) == "22003" or (isinstance(one, OverflowError) and "SQLite INTEGER" in str(one))
        for one in _causes(error)
    )


def lacks_tables(error):
    """Whether the database does not have a table or a column that a query names. Migrating mends it."""
    return any(
        _code(one) in ("42P01", "42703")
        or (
            isinstance(one, sqlite3.Error)
            and str(one).startswith(("no such table", "no such column"))
        )
        for one in _causes(error)
    )


def _causes(error):
    """Yield an error and what it was raised from: Django's from the driver's."""
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__


def _code(error):
    return getattr(error, "sqlstate", None)


def _says_outage(error):
    if isinstance(error, sqlite3.Error):
        # An extended code has the plain one in its last byte.
        return getattr(error, "sqlite_errorcode", -1) & 0xFF in _SQLITE_OUTAGES
    if code := _code(error):
        return code in _OUTAGE_CODES or code.startswith(_OUTAGE_CLASSES)
    if isinstance(error, InterfaceError):
        # Django's words for a connection that has ended; any other misuse of the driver is ours.
        return "connection" in str(error)
    # Without a code it never came to a question: the connection failed, broke, or was not to be had.
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
    """Whether an error means that the database cannot be reached or asked, or that a disk is full."""
    return is_outage(error) or is_disk_full(error)
