"""The numbers that a page claims for a unit, each with its source."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from directorates.queries import visibility
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
    reviewed_at: datetime | None = None
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
    figures = visibility.with_last_review(visibility.public_figures(at), at=at)
    return tuple(
        KeyFact(
            qualifier="" if figure.qualifier == figure.Qualifier.EXACTLY else figure.qualifier,
            value=number_phrases.format_value(figure.value, figure.currency),
            counts=figure.counts,
            source=figure.source,
            source_url=figure.source_url,
            as_of=figure.as_of,
            updated_at=figure.updated_at,
            reviewed_at=figure.reviewed_at,
            employees=figure.value if figure.counts_employees else None,
        )
        for figure in figures.filter(unit_id=unit_id).order_by("position", "figure_id")
    )
