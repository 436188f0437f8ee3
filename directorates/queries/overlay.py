"""Lays unsaved editions over the saved ones while pages are read, for previews.

Temporary views and tables hide the real tables under the same names: SQLite and PostgreSQL look in the temporary
schema first. So the queries of pages stay the same, and no code can forget the overlay. The overlay ends with its
transaction.
"""

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, models, transaction

from directorates.models.records.governed import GOVERNED


@dataclass(frozen=True)
class Overlay:
    """The changes to the editions that queries see.

    `hidden` has the ids of hidden editions by model. `rows` has the added rows by model: editions and rows of their
    relations. With `public_at`, queries see only these rows and the editions that were public by then. Schedules
    are ignored.
    """

    hidden: dict[type[models.Model], set[int]]
    rows: dict[type[models.Model], list[models.Model]]
    public_at: datetime | None = None

    @contextmanager
    def shown(self):
        """Within the block, every query of this thread reads the overlay, and no query can write."""
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
        # Two parts, because an index works on a column and not on an expression.
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
    """Within the block, all queries see the state of the first query, and no lock is held.

    Writes in the block are rolled back. Within another transaction, the block is part of that transaction.
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
    """Let a SQLite transaction begin without the write lock, which our other transactions take at once."""
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
    """Let the database refuse every write, because a write through an overlay would be wrong."""
    if connection.vendor == "postgresql":
        # The setting ends with the savepoint.
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield
        return
    # Use the driver: after an error, Django refuses further queries.
    driver = connection.connection
    driver.execute("PRAGMA query_only = ON")
    try:
        yield
    finally:
        driver.execute("PRAGMA query_only = OFF")


def _part(columns, conditions):
    """Return a SELECT of a view, with {table} as the placeholder of the real table."""
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {', '.join(columns)} FROM {{table}}{where}"


def _lay_over(model, rows, parts):
    """Hide a table behind a view of `parts` of the table and of the added `rows`."""
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
    """Return the schema of the real table. A temporary table of the same name would hide it."""
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
    """Return an instant as SQL text, because a view takes no parameters."""
    if connection.vendor == "sqlite":
        return f"'{connection.ops.adapt_datetimefield_value(instant)}'"
    return f"'{instant.isoformat()}'::timestamptz"
