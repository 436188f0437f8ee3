"""The rules that the database enforces: one list for both databases."""

from dataclasses import dataclass
from functools import cache

#: The database's messages when it refuses a statement.
REFUSALS = {
    "rows": "what was written here is never changed and never deleted",
    "content": "a published edition is never changed and never deleted",
    "overlap": "two editions of one record would be in force at one instant",
}


@dataclass(frozen=True)
class NeverChanged:
    """Rows are inserted, never changed and never deleted."""

    table: str


@dataclass(frozen=True)
class ContentNeverChanged:
    """Rows are never deleted. Only the columns `written_later` change, until the row is withdrawn.

    The rule covers all other columns, also those of later migrations.
    """

    table: str
    written_later: tuple[str, ...] = (
        "effective_until",
        "withdrawn_at",
        "withdrawn_by_id",
        "withheld_at",
    )


@dataclass(frozen=True)
class NeverOverlaps:
    """No two rows of one record are in force at the same instant. `record` is the record's column."""

    table: str
    record: str


@cache
def all_rules():
    """Return all rules. Relations of editions are found, so new ones need no entry here."""
    from directorates.models.append_only import AppendOnly
    from directorates.models.records.governed import GOVERNED

    rules = [NeverChanged(model._meta.db_table) for model in AppendOnly.__subclasses__()]
    for governed in GOVERNED:
        edition = governed.edition_model
        table = edition._meta.db_table
        rules += [
            NeverOverlaps(table, governed.record_id),
            ContentNeverChanged(table),
            *(NeverChanged(field.m2m_db_table()) for field in edition._meta.local_many_to_many),
        ]
    return tuple(rules)


@dataclass(frozen=True)
class Expected:
    """A correct guard: the statement that makes it, and `description`, the catalog's description of it."""

    statement: str
    description: object
    is_liftable: bool = True
