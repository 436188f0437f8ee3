"""Copies SQLite with its online backup, which copies one state while other processes write."""

import sqlite3
from contextlib import closing, contextmanager

from django.db import connection, connections

from agency_site.serving.backup.facts import left_out_tables

MEMBER = "database.sqlite3"


@contextmanager
def snapshot(folder):
    """Write a copy of the database into `folder`. The default connection reads the copy within the block."""
    copy = folder / MEMBER
    connection.ensure_connection()
    with closing(sqlite3.connect(copy)) as target:
        connection.connection.backup(target)
    site = connections["default"]
    connections["default"] = site.copy()
    connections["default"].settings_dict["NAME"] = str(copy)
    try:
        yield
        left_out = left_out_tables()
    finally:
        connections["default"].close()
        connections["default"] = site
    _strip(copy, left_out)


def _strip(copy, left_out):
    """Delete rows that a backup leaves out, and overwrite their bytes."""
    with closing(sqlite3.connect(copy, isolation_level=None)) as target:
        target.execute("PRAGMA journal_mode=DELETE")
        names = {row[0] for row in target.execute("SELECT name FROM sqlite_master")}
        for table in left_out:
            if table in names:
                target.execute(f'DELETE FROM "{table}"')
        target.execute("VACUUM")


def restore(folder):
    connection.ensure_connection()
    with closing(sqlite3.connect(folder / MEMBER)) as source:
        source.backup(connection.connection)
    # The connection has cached facts about the empty database.
    connection.close()
