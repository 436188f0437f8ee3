"""The numbers that a page claims for a unit, each with its source."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from directorates.queries import references
from directorates.rules.content import number_phrases


@dataclass(frozen=True)
class KeyFact:
    """`source` is '' for a number that is counted from the site's own records."""

    qualifier: str
    value: str
    counts: str
    source: str = ""
    source_url: str = ""
    as_of: date | None = None
    updated_at: datetime | None = None
    #: The value itself, of a figure that is the number of the unit's employees; None for any other.
    employees: Decimal | None = None

    @property
    def provenance(self):
        """The values that facts must share to have one line about their source."""
        return self.source, self.source_url, self.as_of


@dataclass(frozen=True)
class KeyFactGroup:
    """Key facts with one line about their source. `source` is '' if all are counted from the site's records."""

    facts: tuple[KeyFact, ...]
    source: str
    source_url: str
    as_of: date | None
    has_counted: bool


def grouped(facts):
    """Return the groups of key facts: neighbors with the same source, and the counted facts after them."""
    groups = []
    for fact in facts:
        if groups and (not fact.source or fact.provenance == groups[-1][0].provenance):
            groups[-1].append(fact)
        else:
            groups.append([fact])
    return tuple(
        KeyFactGroup(
            tuple(group),
            *group[0].provenance,
            has_counted=any(not fact.source for fact in group),
        )
        for group in groups
    )


def newest(instants, facts):
    """Return the newest of a page's instants and of its facts' updates, or None.

    A page is updated when any part of it is. None among the instants means a draft.
    """
    known = [*instants, *(fact.updated_at for fact in facts)]
    return max((instant for instant in known if instant is not None), default=None)


def of_unit(unit_id, *, at):
    """Return the unit's key facts in force at `at`, in order: one query."""
    return read(unit_id, (), at=at)[0]


def read(unit_id, wanted, *, at, known=None):
    """Return the unit's key facts in force at `at`, and the Facts of the `wanted` references: one query for both."""
    figures, facts = references.read_with_figures_of(unit_id, wanted, at=at, known=known)
    return tuple(_key_fact(fact, counts_employees) for fact, counts_employees in figures), facts


def _key_fact(fact, counts_employees):
    claim = fact.claim
    return KeyFact(
        qualifier="" if claim.is_exact else claim.qualifier,
        value=number_phrases.format_value(claim.value, claim.currency),
        counts=claim.counted,
        source=fact.source,
        source_url=fact.source_url,
        as_of=fact.as_of,
        updated_at=fact.updated_at,
        employees=claim.value if counts_employees else None,
    )
