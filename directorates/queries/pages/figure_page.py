"""The page of one figure at an instant: what it states, all that it stated before, and the texts that state it.

It takes a fixed number of queries.
"""

from dataclasses import dataclass
from datetime import datetime

from directorates.models import FigureEdition, figure_url
from directorates.queries import visibility
from directorates.queries.pages import figure_list, key_facts, stating_texts
from directorates.queries.pages.key_facts import KeyFact
from directorates.queries.pages.page_parts import Link, unit_link
from directorates.queries.pages.stating_texts import StatingTexts
from directorates.rules import figure_series
from directorates.rules.content import text
from directorates.rules.drawing import figure_chart
from directorates.rules.drawing.figure_chart import FigureChart
from directorates.rules.figure_series import Series, Statement

#: The table has the newest versions. The files have all.
MOST_VERSIONS = 100


@dataclass(frozen=True)
class FigureVersion:
    """A version of the figure. Of a withheld one only the number and the instants may be shown: its `fact` is None.

    `begins_at` is None if the day is not known. A version that another one for the same day has replaced
    `is_corrected`.
    """

    number: int
    fact: KeyFact | None
    statement: Statement | None
    note: str
    begins_at: datetime | None
    ends_at: datetime | None
    is_corrected: bool

    @property
    def is_withheld(self):
        return self.fact is None


@dataclass(frozen=True)
class FigureUnit:
    """The unit that answers for the figure. `name` has its acronym, `label` is the acronym if it has one."""

    name: str
    label: str
    url: str
    is_closed: bool
    closed_at: datetime | None


@dataclass(frozen=True)
class FigurePage:
    """`versions` are the newest first, of `total`. `series` and `chart` are None if no two can be compared."""

    path: str
    csv_url: str
    json_url: str
    identifier: str
    title: str
    breadcrumbs: tuple[Link, ...]
    fact: KeyFact
    statement: Statement
    unit: FigureUnit
    begins_at: datetime | None
    versions: tuple[FigureVersion, ...]
    total: int
    series: Series | None
    chart: FigureChart | None
    texts: StatingTexts
    description: str
    updated_at: datetime
    change_note: str

    @property
    def is_by_year(self):
        return self.series is not None and self.series.is_by_year

    @property
    def has_days(self):
        """Whether a version says for which day its number holds."""
        return any(version.fact and version.fact.as_of for version in self.versions)

    @property
    def has_withheld(self):
        return any(version.is_withheld for version in self.versions)


def get(edition: FigureEdition, *, at: datetime) -> FigurePage:
    """Return the page of an edition of `visibility.find_figure`: three queries apart from the one that found it."""
    versions = find_versions(edition, at=at)
    series = figure_series.find([v.statement for v in reversed(versions) if v.statement])
    unit = find_unit(edition.unit_id, at=at)
    fact = key_facts.of_figure(edition)
    return FigurePage(
        path=fact.url,
        csv_url=figure_url(edition.figure.identifier, name="figure-csv"),
        json_url=figure_url(edition.figure.identifier, name="figure-json"),
        identifier=edition.figure.identifier,
        title=f"{fact.claim}: {unit.label}",
        breadcrumbs=(
            Link("Figures", figure_list.address()),
            Link(text.capitalized(fact.counts), ""),
        ),
        fact=fact,
        statement=statement_of(edition),
        unit=unit,
        begins_at=_begin_of(edition),
        versions=versions[:MOST_VERSIONS],
        total=len(versions),
        series=series,
        chart=series and figure_chart.draw(series),
        texts=stating_texts.find(edition.figure, at=at),
        description=_description(fact, unit),
        updated_at=edition.updated_at,
        change_note=edition.change_note,
    )


def find_versions(edition, *, at) -> tuple[FigureVersion, ...]:
    """Return all versions of the edition's figure until `at`, the newest first: one query."""
    rows = visibility.figure_timeline(at).filter(figure_id=edition.figure_id)
    versions, days = [], set()
    for row in rows.order_by("-effective_from"):
        row.figure = edition.figure
        is_shown = not row.is_withheld
        versions.append(
            FigureVersion(
                number=row.number,
                fact=key_facts.of_figure(row) if is_shown else None,
                statement=statement_of(row) if is_shown else None,
                note=row.change_note if is_shown else "",
                begins_at=_begin_of(row),
                ends_at=row.effective_until
                if row.effective_until and row.effective_until <= at
                else None,
                is_corrected=is_shown and row.as_of in days,
            )
        )
        if is_shown and row.as_of:
            days.add(row.as_of)
    return tuple(versions)


def find_unit(unit_id, *, at) -> FigureUnit:
    """Return the unit of a figure with a page: one query."""
    units = visibility.with_closing_day(visibility.public_units(at), at=at)
    unit = units.get(unit_id=unit_id)
    return FigureUnit(
        name=unit.name_with_acronym,
        label=unit.acronym or unit.name,
        url=unit_link(unit).url,
        is_closed=unit.is_closed,
        closed_at=unit.closed_at if unit.is_closed and unit.closing_day_is_known else None,
    )


def _begin_of(edition):
    return edition.effective_from if edition.beginning_is_known else None


def statement_of(edition):
    return Statement(
        value=edition.value,
        currency=edition.currency,
        counts=edition.counts,
        qualifier=key_facts.qualifier_of(edition),
        as_of=edition.as_of,
        begins_at=_begin_of(edition),
    )


def _description(fact, unit):
    words = f"{fact.claim}: a figure of {unit.name}. Its source, its day, its history, and data to reuse."
    return text.shorten(words, 160)
