"""The numbers that a page claims for a unit, each with its source."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from directorates.models import FigureEdition, figure_url
from directorates.queries import references
from directorates.rules.content import number_phrases, text


@dataclass(frozen=True)
class KeyFact:
    """`source` is '' for a number that is counted from the site's own records, and so is the `url` of its page."""

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
    url: str = ""

    @property
    def claim(self):
        """The fact in one line, like “More than 1,300 attorneys”."""
        return text.capitalized(" ".join(filter(None, (self.qualifier, self.value, self.counts))))

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
    return tuple(_key_fact(*figure) for figure in figures), facts


def of_figure(edition: FigureEdition) -> KeyFact:
    """Return the key fact of a figure's edition. The edition's `figure` must be read already.

    It knows of a review if the edition is of `visibility.with_last_review`.
    """
    fact = references.figure_fact(edition)
    return _key_fact(edition.figure.identifier, fact, edition.counts_employees)


def _key_fact(identifier, fact, counts_employees):
    claim = fact.claim
    return KeyFact(
        qualifier="" if claim.is_exact else claim.qualifier,
        value=number_phrases.format_value(claim.value, claim.currency),
        counts=claim.counted,
        source=fact.source,
        source_url=fact.source_url,
        as_of=fact.as_of,
        updated_at=fact.updated_at,
        reviewed_at=fact.reviewed_at,
        employees=claim.value if counts_employees else None,
        url=figure_url(identifier),
    )


def qualifier_of(edition):
    """Return how exact a figure is, in words, or '' for an exact one."""
    return "" if edition.qualifier == edition.Qualifier.EXACTLY else edition.qualifier
