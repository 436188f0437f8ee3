"""Finds the records that a text can refer to: figures, units, and units of which the units below are counted."""

from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from django.db.models import Case, Exists, OuterRef, Q, Value, When

from directorates.models import Figure, Unit
from directorates.models.records.governed import GOVERNED
from directorates.queries import references as reading
from directorates.queries import visibility
from directorates.queries.staff.staff_search import all_in
from directorates.rules.content import text
from directorates.rules.content.number_phrases import Form, claim_words
from directorates.rules.content.reference_words import unit_words
from directorates.rules.content.references import (
    COUNTED,
    NAME_AND_ACRONYM,
    ROLES,
    FigureReference,
    UnitReference,
)
from directorates.rules.date_rules import write_day

#: The most results of each kind: together twenty.
MOST_FIGURES, MOST_UNITS, MOST_COUNTS = 8, 8, 4

_FIGURE_FIELDS = ("identifier", "counts", "counts_one", "source", "unit__name", "unit__acronym")
_UNIT_FIELDS = ("identifier", "name", "acronym")
_BY_KIND = Case(*(When(kind=kind, then=Value(n)) for n, kind in enumerate(("agency", "directorate"))), default=Value(2))  # fmt: skip
_SHOWN_OF_UNIT = (
    *("identifier", "kind", "name", "acronym", "slug", "is_closed"),
    *("parent__name", "parent__acronym"),
)
#: Words that ask for a count and are no part of a name, in small letters.
_COUNT_WORDS = {
    *("count", "counts", "number", "of", "how", "many", "the"),
    *(f"{counted}{ending}" for counted in COUNTED for ending in ("", "s")),
    *ROLES,
}

NOT_PUBLISHED, CLOSED = "not published yet", "closed"


@dataclass(frozen=True)
class FoundRecord:
    """A record that a text can refer to. `kind` is a reference's. `state` is '' of what is published and open."""

    kind: str
    identifier: str
    name: str
    detail: str
    state: str = ""


@dataclass(frozen=True)
class FoundRecords:
    records: tuple[FoundRecord, ...]
    has_more: bool


def can_refer(user):
    """Whether a member of staff may look at any of the records that texts refer to."""
    return any(visibility.can_see(user, governed.model) for governed in GOVERNED)


def find(words, *, user, at) -> FoundRecords:
    """Return the records with all the words, or the first ones without words: at most four queries.

    Drafts of a kind are searched for those who may see them.
    """
    figures = list(_figures(words, user, at)[: MOST_FIGURES + 1])
    units = list(_units(words, user, at)[: MOST_UNITS + 1])
    counts = list(_counted_below(words, at)[: MOST_COUNTS + 1])
    shown = figures[:MOST_FIGURES], units[:MOST_UNITS], counts[:MOST_COUNTS]
    facts = _facts(shown[0], shown[1], at)
    kinds = [
        [_found_figure(figure, facts) for figure in shown[0]],
        _distinguished([_found_unit(unit, facts) for unit in shown[1]], shown[1]),
        [_found_count(edition) for edition in shown[2]],
    ]
    if units and units[0].acronym.casefold() == " ".join(words).casefold() != "":
        # Who types an acronym means the unit, and not its figures.
        kinds[:2] = reversed(kinds[:2])
    found = tuple(record for records in kinds for record in records)
    return FoundRecords(found, len(found) < len(figures) + len(units) + len(counts))


def _figures(words, user, at):
    public = visibility.public_figures(at).filter(_has_all(words, _FIGURE_FIELDS, "figure__"))
    condition = Q(pk__in=public.order_by().values("figure"))
    if visibility.can_see(user, Figure):
        condition |= _has_all(words, _FIGURE_FIELDS)
    return Figure.objects.select_related("unit").filter(condition)


def _has_all(words, fields, record=""):
    """Return the condition that each word is in a field of a figure, or is its value."""
    names = [f"{record}{name}" if name == "identifier" else name for name in fields]
    condition = Q()
    for word in words:
        anywhere = all_in((word,), names)
        if (value := _number(word)) is not None:
            anywhere |= Q(value=value)
        condition &= anywhere
    return condition


def _number(word):
    """Return the number that a word is, such as “21,786” or “$8”, or None."""
    digits = word.replace(",", "").strip("$€£.")
    try:
        return Decimal(digits) if digits.isascii() and len(digits) <= 18 and digits[:1].isdigit() else None  # fmt: skip
    except InvalidOperation:
        return None


def _units(words, user, at):
    names = ("unit__identifier", "name", "acronym")
    public = visibility.public_units(at).filter(all_in(words, names))
    condition = Q(pk__in=public.order_by().values("unit"))
    if visibility.can_see(user, Unit):
        condition |= all_in(words, _UNIT_FIELDS)
    whole = " ".join(words)
    by_acronym = Case(When(acronym__iexact=whole, then=Value(0)), default=Value(1))
    # Without the texts, which the database would sort too.
    rows = Unit.objects.select_related("parent").only(*_SHOWN_OF_UNIT).filter(condition)
    return rows.order_by(by_acronym, "is_closed", _BY_KIND, "position", "sort_key", "pk")


def _counted_below(words, at):
    """Return the editions of open units with units below, without the words that ask for a count."""
    names = [word for word in words if word.casefold() not in _COUNT_WORDS]
    below = visibility.open_units(at).filter(parent=OuterRef("unit_id")).order_by()
    above = visibility.open_units(at).filter(Exists(below))
    above = above.filter(all_in(names, ("unit__identifier", "name", "acronym")))
    shown = above.select_related("unit").only("name", "acronym", "unit__identifier")
    return shown.order_by(_BY_KIND, "position", "sort_key", "unit_id")


def _facts(figures, units, at):
    """Return the facts in force of figures and units: at most one query."""
    wanted = {FigureReference(one.identifier, Form.AS_PUBLISHED) for one in figures}
    wanted |= {UnitReference(one.identifier) for one in units}
    return reading.read(wanted, at=at)


def _found_figure(figure, facts):
    fact = facts.figures.get(figure.identifier)
    shown = fact or reading.figure_fact(figure)
    day = f"as of {write_day(shown.as_of)}" if shown.as_of else ""
    parts = (f"“{figure.identifier}”", figure.unit.acronym or figure.unit.name, day)
    return FoundRecord(
        kind="figure",
        identifier=figure.identifier,
        name=text.capitalized(claim_words(shown.claim)),
        detail=", ".join(filter(None, parts)),
        state="" if fact else NOT_PUBLISHED,
    )


def _found_unit(unit, facts):
    fact = facts.units.get(unit.identifier)
    shown = fact or reading.unit_fact(unit)
    above = unit.parent and f"part of {unit.parent.acronym or unit.parent.name}"
    parts = (unit.get_kind_display(), above)
    return FoundRecord(
        kind="unit",
        identifier=unit.identifier,
        name=unit_words(UnitReference(unit.identifier, NAME_AND_ACRONYM), shown),
        detail=", ".join(filter(None, parts)),
        state=(shown.is_closed and CLOSED) or ("" if fact else NOT_PUBLISHED),
    )


def _distinguished(found, units):
    """Return the found units. Those that look the same get the last part of their address."""
    looks = Counter((one.name, one.detail) for one in found)
    return [
        replace(one, detail=f"{one.detail}, {unit.slug}")
        if looks[one.name, one.detail] > 1
        else one
        for one, unit in zip(found, units, strict=True)
    ]


def _found_count(edition):
    return FoundRecord(
        kind="count",
        identifier=edition.unit.identifier,
        name=f"Number of units of {edition.acronym or edition.name}",
        detail="Directorates, offices or both, counted when the page is read",
    )
