"""The numbers that a page claims for a unit, each with its source."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from directorates.models import FigureEdition, figure_url
from directorates.queries import visibility
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
    figures = visibility.public_figures(at).filter(unit_id=unit_id).select_related("figure")
    return tuple(map(of_figure, figures.order_by("position", "figure_id")))


def of_figure(edition: FigureEdition) -> KeyFact:
    """Return the key fact of a figure's edition. The edition's `figure` must be read already."""
    return KeyFact(
        qualifier=qualifier_of(edition),
        value=number_phrases.format_value(edition.value, edition.currency),
        counts=edition.counts,
        source=edition.source,
        source_url=edition.source_url,
        as_of=edition.as_of,
        updated_at=edition.updated_at,
        employees=edition.value if edition.counts_employees else None,
        url=figure_url(edition.figure.identifier),
    )


def qualifier_of(edition):
    """Return how exact a figure is, in words, or '' for an exact one."""
    return "" if edition.qualifier == edition.Qualifier.EXACTLY else edition.qualifier
