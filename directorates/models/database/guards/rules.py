"""The rules that the database keeps by itself: one list, the same for both databases."""

from dataclasses import dataclass
from functools import cache

#: What the database says when it refuses.
REFUSALS = {
    "rows": "what was written here is never changed and never deleted",
    "content": "a published edition is never changed and never deleted",
    "overlap": "two editions of one record would be in force at one instant",
}


@dataclass(frozen=True)
class NeverChanged:
    """Rows are inserted. They are never changed and never deleted."""

    table: str


@dataclass(frozen=True)
class ContentNeverChanged:
    """Rows are never deleted, and only these columns are written later, until the row is withdrawn.

    All other columns are covered, those of later migrations too.
    """

    table: str
    written_later: tuple[str, ...] = ("effective_until", "withdrawn_at", "withdrawn_by_id")


@dataclass(frozen=True)
class NeverOverlaps:
    """No two rows of one record are in force at one instant; `record` is the record's column."""

    table: str
    record: str


@cache
def all_rules():
    """Return all rules. Relations of editions are found, so a new one is guarded without a word here."""
    from directorates.models.records.governed import GOVERNED

    rules = [NeverChanged(model._meta.db_table) for model in _never_changed_models()]
    for governed in GOVERNED:
        edition = governed.edition_model
        table = edition._meta.db_table
        rules += [
            NeverOverlaps(table, governed.record_id),
            ContentNeverChanged(table),
            *(NeverChanged(field.m2m_db_table()) for field in edition._meta.local_many_to_many),
        ]
    return tuple(rules)


def _never_changed_models():
    """Return the models whose rows are only ever inserted. A model of that kind is added here."""
    from directorates.models import AuditEntry, ChangeSetStep, Contribution, PreviewLinkUse

    return (AuditEntry, ChangeSetStep, Contribution, PreviewLinkUse)


@dataclass(frozen=True)
class Expected:
    """A guard as it should be: the statement that makes it, and how the database then describes it."""

    statement: str
    description: object
    is_liftable: bool = True
