"""Reads rows of units and figures for the consistency check. Whole objects would take seconds at 5,000 units."""

from decimal import Decimal
from typing import NamedTuple

from directorates.models import Figure, Unit, UnitContent
from directorates.queries import visibility


class UnitRow(NamedTuple):
    """What the check reads of a unit's edition or draft."""

    unit_id: int
    kind: str
    role: str
    parent_id: int | None
    position: int
    name: str
    acronym: str
    slug: str
    head_name: str
    is_closed: bool
    link_label: str = ""
    summary: str = ""
    overview: str = ""
    body: str = ""
    website: str = ""
    statutory_authority_url: str = ""

    name_with_acronym = UnitContent.name_with_acronym


class FigureRow(NamedTuple):
    """What the check reads of a figure's edition or draft."""

    figure_id: int
    identifier: str
    unit_id: int
    value: Decimal
    qualifier: str
    currency: str
    counts: str
    counts_one: str
    counts_employees: bool
    source: str
    source_url: str


_WITHOUT_TEXTS = UnitRow._fields[: UnitRow._fields.index("link_label")]


def units_in_force(at, with_texts):
    """Return {unit id: row}. `with_texts` are the ids of units that are read with their texts; None: all."""
    editions = visibility.public_units(at)
    if with_texts is None:
        return _by_key(UnitRow, editions.values_list(*UnitRow._fields))
    light = _by_key(UnitRow, editions.values_list(*_WITHOUT_TEXTS))
    whole = editions.filter(unit_id__in=list(with_texts)).values_list(*UnitRow._fields)
    return light | _by_key(UnitRow, whole)


def unit_drafts():
    drafts = Unit.objects.filter(has_unpublished_changes=True)
    return _by_key(UnitRow, drafts.values_list("pk", *UnitRow._fields[1:]))


def figures_in_force(at):
    columns = ("figure_id", "figure__identifier", *FigureRow._fields[2:])
    return _by_key(FigureRow, visibility.public_figures(at).values_list(*columns))


def figure_drafts():
    drafts = Figure.objects.filter(has_unpublished_changes=True)
    return _by_key(FigureRow, drafts.values_list("pk", *FigureRow._fields[1:]))


def unit_history(at):
    rows = visibility.public_unit_history(at).order_by("unit_id", "effective_from")
    return list(rows.values_list("unit_id", "name", "acronym", "head_name", "slug"))


def figure_history(at):
    rows = visibility.public_figure_history(at).order_by("figure_id", "effective_from")
    return list(rows.values_list("figure_id", "value"))


def _by_key(row, rows):
    return {values[0]: row(*values) for values in rows}
