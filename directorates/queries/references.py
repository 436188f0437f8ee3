"""Reads the records that texts refer to, at an instant: one query for all of them, or none without references."""

from datetime import date, datetime
from decimal import Decimal
from itertools import batched
from typing import NamedTuple

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateField,
    DateTimeField,
    DecimalField,
    F,
    IntegerField,
    Q,
    Value,
    When,
    Window,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import RowNumber

from directorates.models import Figure, Unit, unit_url
from directorates.models.database.prepared import prepared
from directorates.queries import visibility
from directorates.rules.content.number_phrases import Claim
from directorates.rules.content.reference_words import Facts, FigureFact, UnitFact
from directorates.rules.content.references import CountReference, FigureReference, UnitReference

#: More counts take a second query: SQLite unites 500 parts at most.
_MOST_COUNTS = 250


class _Row(NamedTuple):
    """A row of the one query. What the columns mean depends on the kind of reference."""

    kind: str
    identifier: str
    words: str
    short: str
    first: str
    second: str
    third: str
    fourth: str
    number: Decimal | None
    day: date | None
    begins: datetime
    approved: datetime
    unit: int | None
    place: int | None
    counts_employees: bool | None
    reviewed: datetime | None


def figures_in(wanted):
    """Return the identifiers of the figures among references."""
    return {one.identifier for one in wanted if isinstance(one, FigureReference)}


def read(wanted, *, at, known=None) -> Facts:
    """Return the facts of references at `at`, with those that are `known`: at most one query."""
    return _read(wanted, at, known)[1]


def read_with_figures_of(unit_id, wanted, *, at, known=None):
    """Return (figures of a unit in their order, facts of references): one query for both.

    Each figure is (identifier, its fact, whether it counts the unit's employees).
    """
    rows, facts = _read(wanted, at, known, unit_id)
    own = [row for row in rows if row.kind == "figure" and row.unit == unit_id]
    own.sort(key=lambda row: row.place)
    return [(row.identifier, _figure_of(row), bool(row.counts_employees)) for row in own], facts


def _read(wanted, at, known, figures_of=None):
    known = known or Facts()
    missing = {one for one in wanted if not known.has(one)}
    figures = sorted(figures_in(missing))
    units = sorted({one.identifier for one in missing if isinstance(one, UnitReference)})
    counts = [one for one in missing if isinstance(one, CountReference)]
    first, *further = [*batched(sorted(counts, key=lambda one: one.token), _MOST_COUNTS)] or [()]
    rows = []
    if figures_of or figures or units or first:
        rows += _union(at=at, figures_of=figures_of, figures=figures, units=units, counts=first)
    for some in further:
        rows += _union(at=at, figures_of=None, figures=[], units=[], counts=some)
    rows = [*map(_Row._make, rows)]
    return rows, known | _facts_of(rows)


@prepared
def _union(at, figures_of, figures, units, counts):
    first, *others = (
        *_figure_rows(figures, at, figures_of),
        *_unit_rows(units, at),
        *_count_rows(counts, at),
    )
    return first.union(*others, all=True).order_by() if others else first


def figure_fact(figure):
    """Return the fact of a figure or its edition."""
    return FigureFact(
        claim=claim_of(figure),
        source=figure.source,
        source_url=figure.source_url,
        as_of=figure.as_of,
        updated_at=getattr(figure, "updated_at", None),
        reviewed_at=getattr(figure, "reviewed_at", None),
    )


def claim_of(figure):
    """Return the claim of a figure or its edition."""
    parts = (figure.qualifier, figure.currency, figure.counts, figure.counts_one)
    return Claim(Decimal(figure.value), *parts)


def unit_fact(unit):
    return UnitFact(unit.name, unit.acronym, unit_url(unit.kind, unit.slug), unit.is_closed)


# The rows of the one query, in the columns of `_Row`


def _figure_rows(identifiers, at, figures_of):
    asked = Q(unit_id=figures_of) if figures_of else Q(pk__in=[])
    if identifiers:
        named = Figure.objects.filter(identifier__in=identifiers).order_by()
        asked |= Q(figure__in=named.values("pk"))
    if figures_of or identifiers:
        # The order among the key facts: by position, then by the figure's key.
        place = Window(RowNumber(), order_by=("position", "figure_id"))
        yield _rows(
            visibility.with_last_review(visibility.public_figures(at).filter(asked), at=at),
            *(Value("figure"), F("figure__identifier"), F("counts"), F("counts_one")),
            *(F("qualifier"), F("currency"), F("source"), F("source_url")),
            *(F("value"), F("as_of"), F("unit_id"), place, F("counts_employees"), F("reviewed_at")),
        )


def _unit_rows(identifiers, at):
    if identifiers:
        named = Unit.objects.filter(identifier__in=identifiers).order_by()
        state = Case(When(is_closed=True, then=Value("closed")), default=Value(""))
        yield _rows(
            visibility.public_units(at).filter(unit__in=named.values("pk")),
            *(Value("unit"), F("unit__identifier"), F("name"), F("acronym")),
            *(state, F("kind"), F("slug"), Value("")),
            Value(None, DecimalField()),
        )


def _count_rows(counts, at):
    """Yield the rows of counts: each is a row of the unit under which units are counted, with their number."""
    for reference in counts:
        above = visibility.open_units(at).filter(unit__identifier=reference.identifier)
        yield _rows(
            above,
            *(Value("count"), Value(reference.identifier), Value(reference.counted)),
            *(Value(reference.role), Value(""), Value(""), Value(""), Value("")),
            _number_below(reference, at),
        )


#: The last columns of a row that is no figure's: the day, the figure's place among the key facts, and its review.
_NO_FIGURE = (
    Value(None, DateField()),
    *(Value(None, IntegerField()), Value(None, IntegerField()), Value(None, BooleanField())),
    Value(None, DateTimeField()),
)


def _rows(editions, *columns):
    """Return the rows of editions with these columns of `_Row`, up to the number or to the end."""
    texts = [
        Value(column.value, CharField())
        if isinstance(column, Value) and isinstance(column.value, str)
        else column
        for column in columns
    ]
    *shown, day, unit, place, employees, reviewed = (
        texts if len(texts) > 9 else (*texts, *_NO_FIGURE)
    )
    times = (F("effective_from"), F("approved_at"))
    return editions.order_by().values_list(*shown, day, *times, unit, place, employees, reviewed)


def _number_below(reference, at):
    """Return an expression: the number of open units of a kind and role at any level below a unit."""
    columns = ("unit_id", "parent_id", "kind", "role")
    editions, parameters = (
        visibility.open_units(at).order_by().values(*columns).query.sql_with_params()
    )
    unit, condition, counted = Unit._meta.db_table, "below.kind <> 'agency'", []
    if reference.counted != "unit":
        condition, counted = "below.kind = %s", [reference.counted]
    if reference.role:
        condition, counted = f"{condition} AND below.role = %s", [*counted, reference.role]
    recursive = (
        "WITH RECURSIVE below(unit_id, kind, role) AS ("
        f" SELECT unit_id, kind, role FROM ({editions}) AS first"
        f" WHERE parent_id = (SELECT id FROM {unit} WHERE identifier = %s)"
        " UNION SELECT next.unit_id, next.kind, next.role"
        f" FROM below JOIN ({editions}) AS next ON next.parent_id = below.unit_id"
        f") SELECT COUNT(*) FROM below WHERE {condition}"
    )
    values = [*parameters, reference.identifier, *parameters, *counted]
    # Everything is below the agency.
    whole = f"SELECT COUNT(*) FROM ({editions}) AS below WHERE {condition}"
    return Case(
        When(kind="agency", then=RawSQL(whole, [*parameters, *counted], DecimalField())),
        default=RawSQL(recursive, values, DecimalField()),
    )


def _facts_of(rows):
    figures, units, counts = {}, {}, {}
    for row in rows:
        if row.kind == "figure":
            figures[row.identifier] = _figure_of(row)
        elif row.kind == "unit":
            url = unit_url(row.second, row.third)
            units[row.identifier] = UnitFact(row.words, row.short, url, row.first == "closed")
        else:
            counts[CountReference(row.words, row.identifier, row.short)] = int(row.number)
    return Facts(figures, units, counts)


def _figure_of(row):
    claim = Claim(row.number, row.first, row.second, row.words, row.short)
    updated_at = max(row.begins, row.approved)
    return FigureFact(claim, row.third, row.fourth, row.day, updated_at, row.reviewed)
