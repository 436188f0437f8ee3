"""Editions that the database does not have, laid over those that it has, for as long as pages are read.

Views and tables of the connection's own stand before the real ones under the real names: SQLite and
PostgreSQL look in the temporary schema first. So every query of every page stays as it is, and no
reading code can forget the overlay. All of it is gone at the end of its transaction.
"""

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, models, transaction

from directorates.models.records.governed import GOVERNED


@dataclass(frozen=True)
class Overlay:
    """What the database is to look like.

    `hidden` are the ids of editions that are not to be seen, by model; `rows` are added: editions, and the
    rows of their relations. With `public_at`, beside these rows only that is left which the public has
    seen by then, as if nothing were scheduled.
    """

    hidden: dict[type[models.Model], set[int]]
    rows: dict[type[models.Model], list[models.Model]]
    public_at: datetime | None = None

    @contextmanager
    def shown(self):
        """Within the block, every query of this thread reads the overlay, and none can write."""
        with transaction.atomic():
            for model in (governed.edition_model for governed in GOVERNED):
                self._lay_over_editions(model)
                for relation in model._meta.local_many_to_many:
                    self._lay_over_relation(relation.remote_field.through)
            with _writing_nothing():
                yield
            transaction.set_rollback(True)

    def _lay_over_editions(self, model):
        hidden, rows = self.hidden.get(model, ()), self.rows.get(model, [])
        if not (hidden or rows or self.public_at):
            return
        columns = [field.column for field in model._meta.concrete_fields]
        conditions = [f"id NOT IN ({', '.join(map(str, sorted(hidden)))})"] if hidden else []
        if not self.public_at:
            _lay_over(model, rows, [_part(columns, conditions)])
            return
        now = _literal(self.public_at)
        conditions += ["withdrawn_at IS NULL", f"effective_from <= {now}"]
        # Two parts, because an index serves a column and not an expression.
        has_ended = f"(effective_until IS NULL OR effective_until <= {now})"
        opened = ["NULL" if c == "effective_until" else c for c in columns]
        parts = [
            _part(columns, [*conditions, has_ended]),
            _part(opened, [*conditions, f"effective_until > {now}"]),
        ]
        _lay_over(model, rows, parts)

    def _lay_over_relation(self, through):
        if rows := self.rows.get(through):
            columns = [field.column for field in through._meta.concrete_fields]
            _lay_over(through, rows, [_part(columns, [])])


@contextmanager
def reading():
    """Within the block everything is read as it was at its first query, and no lock is held.

    Nothing that is written in it is kept. Within another transaction it is a part of that.
    """
    with ExitStack() as stack:
        is_outermost = not connection.in_atomic_block
        with _beginning_as_reader():
            stack.enter_context(transaction.atomic())
        if is_outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
        transaction.set_rollback(True)


@contextmanager
def _beginning_as_reader():
    """Let a transaction of SQLite begin without the write lock, which all others of ours take at once."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    mode, connection.transaction_mode = connection.transaction_mode, "DEFERRED"
    try:
        yield
    finally:
        connection.transaction_mode = mode


@contextmanager
def _writing_nothing():
    """Let the database refuse every write: one that goes through an overlay would be wrong."""
    if connection.vendor == "postgresql":
        # It ends with the savepoint.
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield
        return
    # Asked of the driver: after an error Django would refuse to ask.
    driver = connection.connection
    driver.execute("PRAGMA query_only = ON")
    try:
        yield
    finally:
        driver.execute("PRAGMA query_only = OFF")


def _part(columns, conditions):
    """Return a part of a view, where {table} stands for the real one."""
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {', '.join(columns)} FROM {{table}}{where}"


def _lay_over(model, rows, parts):
    """Hide a table behind a view of these parts of it and of further rows."""
    table = model._meta.db_table
    own, real = _quoted(f"overlay_{table}"), f"{_schema_of(table)}.{_quoted(table)}"
    columns = ", ".join(field.column for field in model._meta.concrete_fields)
    parts = [*(part.format(table=real) for part in parts), f"SELECT {columns} FROM {own}"]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {own} AS SELECT {columns} FROM {real} LIMIT 0")
        _insert(cursor, own, rows)
        cursor.execute(f"CREATE TEMPORARY VIEW {_quoted(table)} AS {' UNION ALL '.join(parts)}")


def _insert(cursor, table, rows):
    if not rows:
        return
    fields = rows[0]._meta.concrete_fields
    marks = ", ".join(["%s"] * len(fields))
    cursor.executemany(
        f"INSERT INTO {table} VALUES ({marks})",
        [
            [f.get_db_prep_save(getattr(row, f.attname), connection=connection) for f in fields]
            for row in rows
        ],
    )


def _schema_of(table):
    """Return the schema of the real table, which a temporary one of that name would hide."""
    if connection.vendor == "sqlite":
        return "main"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = %s::regclass",
            [_quoted(table)],
        )
        return cursor.fetchone()[0]


def _quoted(name):
    return connection.ops.quote_name(name)


def _literal(instant):
    """Write an instant into a view, which takes no parameters, as the database holds it."""
    if connection.vendor == "sqlite":
        return f"'{connection.ops.adapt_datetimefield_value(instant)}'"
    return f"'{instant.isoformat()}'::timestamptz"
