"""Reads the records that texts refer to, at an instant: one query for all of them, or none without references."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import Case, CharField, DateField, DecimalField, F, Q, Value, When
from django.db.models.expressions import RawSQL

from directorates.models import Figure, Unit, unit_url
from directorates.queries import visibility
from directorates.rules.content import references
from directorates.rules.content.number_phrases import Claim
from directorates.rules.content.reference_words import Facts, FigureFact, UnitFact
from directorates.rules.content.references import CountReference, FigureReference, UnitReference

#: The fields of a unit that may hold references.
RICH_TEXTS, PLAIN_TEXTS = ("overview", "body"), ("summary",)

#: For more records than this, all texts with references are read instead of those that name one of them.
MOST_NAMES = 20

_COLUMNS = (
    *("kind", "of", "words", "short", "qualifier", "currency", "source", "source_url"),
    *("number", "day", "begins", "approved"),
)


def find_in(content):
    """Return {field name: references} of a unit's texts, for the fields that have any."""
    found = {name: references.find_in_rich_text(getattr(content, name)) for name in RICH_TEXTS}
    found |= {name: references.find_in_plain_text(getattr(content, name)) for name in PLAIN_TEXTS}
    return {name: own for name, own in found.items() if own}


def with_references(editions):
    """Return the editions of units whose texts have any reference."""
    return editions.filter(_texts_contain("<span data-", ("{figure ", "{unit ", "{count ")))


def naming(editions, *, units=(), figures=()):
    """Return the editions of units whose texts name any of these records, or count units below one.

    The texts are searched as they are stored. A few more editions may be found, as SQLite ignores letter case.
    """
    if len(units) + len(figures) > MOST_NAMES:
        return with_references(editions)
    condition = Q(pk__in=[])
    for figure in figures:
        name = figure.identifier
        condition |= _texts_contain(f'data-figure="{name}"', [f"{{figure {name} "])
    for unit in units:
        name = unit.identifier
        condition |= _texts_contain(f'data-unit="{name}"', [f"{{unit {name} "])
        plain = [f"{{count {counted} {name}" for counted in references.COUNTED]
        condition |= _texts_contain(f'data-of="{name}"', plain)
    return editions.filter(condition)


def counting(editions):
    """Return the editions of units whose texts count units."""
    return editions.filter(
        _texts_contain("data-count=", [f"{{count {counted} " for counted in references.COUNTED])
    )


def _texts_contain(markup, tokens):
    condition = Q()
    for name in RICH_TEXTS:
        condition |= Q(**{f"{name}__contains": markup})
    for name in PLAIN_TEXTS:
        for token in tokens:
            condition |= Q(**{f"{name}__contains": token})
    return condition


def figures_in(wanted):
    """Return the identifiers of the figures among references."""
    return {one.identifier for one in wanted if isinstance(one, FigureReference)}


def read(wanted, *, at, known=None) -> Facts:
    """Return the facts of references at `at`, with those that are `known`: at most one query."""
    known = known or Facts()
    missing = {one for one in wanted if not known.has(one)}
    parts = [*_figure_rows(missing, at), *_unit_rows(missing, at), *_count_rows(missing, at)]
    if not parts:
        return known
    first, *others = parts
    return known | _facts_of(first.union(*others, all=True).order_by() if others else first)


@dataclass(frozen=True)
class FigureUpdates:
    """The last updates of the figures on a unit's pages, as times: its own, and those that its texts state by field."""

    own: datetime | None = None
    stated: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def on_page(self):
        """The times that count for the unit's own page."""
        return [self.own, *self.stated.values()]

    def in_fields(self, *names):
        """Return the times of the figures that these texts state."""
        return [self.stated[name] for name in names if name in self.stated]


def read_figure_updates(at):
    """Return {unit id: FigureUpdates} of the units with figures or with texts that state any: two queries."""
    columns = ("unit_id", "figure__identifier", "effective_from", "approved_at")
    own, by_identifier = {}, {}
    for unit_id, identifier, *times in (
        visibility.public_figures(at).order_by().values_list(*columns)
    ):
        by_identifier[identifier] = max(times)
        own[unit_id] = max(*times, own.get(unit_id, times[0]))
    stating = with_references(visibility.public_units(at)).order_by()
    stated = {
        unit.unit_id: {
            name: max(times)
            for name, wanted in find_in(unit).items()
            if (times := [by_identifier[one] for one in figures_in(wanted) if one in by_identifier])
        }
        for unit in stating.only("unit_id", *RICH_TEXTS, *PLAIN_TEXTS)
    }
    return {
        unit_id: FigureUpdates(own.get(unit_id), stated.get(unit_id, {}))
        for unit_id in own.keys() | stated.keys()
    }


def read_for(*contents, at):
    """Return the facts of the references in the texts of units, their editions and drafts: at most one query.

    Each argument is a sequence of contents. Those of other records have no references.
    """
    found = [
        find_in(content) for some in contents for content in some if hasattr(content, "overview")
    ]
    return read({one for by_field in found for own in by_field.values() for one in own}, at=at)


def figure_fact(figure):
    """Return the fact of a figure or its edition."""
    return FigureFact(
        claim=claim_of(figure),
        source=figure.source,
        source_url=figure.source_url,
        as_of=figure.as_of,
        updated_at=getattr(figure, "updated_at", None),
    )


def claim_of(figure):
    """Return the claim of a figure or its edition."""
    parts = (figure.qualifier, figure.currency, figure.counts, figure.counts_one)
    return Claim(Decimal(figure.value), *parts)


def unit_fact(unit):
    return UnitFact(unit.name, unit.acronym, unit_url(unit.kind, unit.slug), unit.is_closed)


# The rows of the one query. All parts have the columns `_COLUMNS`.


def _figure_rows(wanted, at):
    if identifiers := figures_in(wanted):
        named = Figure.objects.filter(identifier__in=identifiers).order_by()
        editions = visibility.public_figures(at).filter(figure__in=named.values("pk"))
        yield _rows(
            editions,
            *(Value("figure"), F("figure__identifier"), F("counts"), F("counts_one")),
            *(F("qualifier"), F("currency"), F("source"), F("source_url")),
            *(F("value"), F("as_of")),
        )


def _unit_rows(wanted, at):
    if identifiers := {one.identifier for one in wanted if isinstance(one, UnitReference)}:
        named = Unit.objects.filter(identifier__in=identifiers).order_by()
        state = Case(When(is_closed=True, then=Value("closed")), default=Value(""))
        yield _rows(
            visibility.public_units(at).filter(unit__in=named.values("pk")),
            *(Value("unit"), F("unit__identifier"), F("name"), F("acronym")),
            *(state, F("kind"), F("slug"), Value("")),
            *(Value(None, DecimalField()), Value(None, DateField())),
        )


def _count_rows(wanted, at):
    """Yield the rows of counts: each is a row of the unit under which units are counted, with their number."""
    for reference in sorted(
        (one for one in wanted if isinstance(one, CountReference)), key=lambda one: one.token
    ):
        above = visibility.open_units(at).filter(unit__identifier=reference.identifier)
        yield _rows(
            above,
            *(Value("count"), Value(reference.identifier), Value(reference.counted)),
            *(Value(reference.role), Value(""), Value(""), Value(""), Value("")),
            *(_number_below(reference, at), Value(None, DateField())),
        )


def _rows(editions, *columns):
    texts = [
        column if not isinstance(column, Value) or column.value is None else _text(column.value)
        for column in columns
    ]
    named = dict(zip(_COLUMNS, [*texts, F("effective_from"), F("approved_at")], strict=True))
    return editions.order_by().values_list(*named.values())


def _text(words):
    return Value(words, CharField())


def _number_below(reference, at):
    """Return an expression: the number of open units of a kind and role at any level below a unit."""
    columns = ("unit_id", "parent_id", "kind", "role")
    editions, parameters = (
        visibility.open_units(at).order_by().values(*columns).query.sql_with_params()
    )
    unit, condition = Unit._meta.db_table, "TRUE"
    counted = []
    if reference.counted != "unit":
        condition, counted = "below.kind = %s", [reference.counted]
    if reference.role:
        condition, counted = f"{condition} AND below.role = %s", [*counted, reference.role]
    sql = (
        "WITH RECURSIVE below(unit_id, kind, role) AS ("
        f" SELECT unit_id, kind, role FROM ({editions}) AS first"
        f" WHERE parent_id = (SELECT id FROM {unit} WHERE identifier = %s)"
        " UNION SELECT next.unit_id, next.kind, next.role"
        f" FROM below JOIN ({editions}) AS next ON next.parent_id = below.unit_id"
        f") SELECT COUNT(*) FROM below WHERE {condition}"
    )
    values = [*parameters, reference.identifier, *parameters, *counted]
    return RawSQL(sql, values, DecimalField())


def _facts_of(rows):
    figures, units, counts = {}, {}, {}
    for kind, of, words, short, *texts, number, day, begins, approved in rows:
        first, second, third, fourth = texts
        if kind == "figure":
            claim = Claim(number, first, second, words, short)
            figures[of] = FigureFact(claim, third, fourth, day, max(begins, approved))
        elif kind == "unit":
            units[of] = UnitFact(words, short, unit_url(second, third), first == "closed")
        else:
            counts[CountReference(words, of, short)] = int(number)
    return Facts(figures, units, counts)
