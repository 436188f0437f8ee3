"""Reads the whole database as plain data, to detect changes."""

from django.apps import apps
from django.db import connection

from directorates.models import StaffSession


def rows():
    """Return every row except the traces of visits: {name of a table: sorted lines}."""
    with connection.cursor() as cursor:
        return {table: _lines(cursor, table) for table in _tables()}


def _tables():
    for label in ("directorates", "auth"):
        for model in apps.get_app_config(label).get_models():
            if model._meta.proxy or model is StaffSession:
                continue
            yield model._meta.db_table
            for relation in model._meta.local_many_to_many:
                yield relation.m2m_db_table()


def _lines(cursor, table):
    cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
    return sorted(map(str, cursor.fetchall()))
