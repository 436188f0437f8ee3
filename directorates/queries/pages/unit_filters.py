"""The filters of the list of units: each choice with the number of units that it would show."""

from collections import Counter
from dataclasses import dataclass

from directorates.models import UnitContent
from directorates.queries import visibility

#: With more parents than this, only the agency and the directorates can be chosen.
MOST_PARENTS = 60
KINDS = (("", "All"), ("agency", "Agency"), ("directorate", "Directorates"), ("office", "Offices"))


@dataclass(frozen=True)
class FilterChoice:
    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class UnitFilters:
    """`handles` is the slug of the responsibility whose units are listed, or ''."""

    kinds: tuple[FilterChoice, ...]
    parents: tuple[FilterChoice, ...]
    closed: FilterChoice
    handles: str


def get(rows, everything, *, kind, part_of, is_with_closed, handles, at):
    """Return the filters: one query. `rows` have the chosen parent and responsibility, and every kind and state."""
    kinds = Counter(row.kind for row in rows if is_with_closed or not row.is_closed)
    closed = sum(row.is_closed and kind in ("", row.kind) for row in rows)
    return UnitFilters(
        kinds=tuple(
            FilterChoice(value, label, kinds[value] if value else kinds.total(), value == kind)
            for value, label in KINDS
        ),
        parents=_parents(
            everything,
            [
                row
                for row in everything
                if kind in ("", row.kind) and (is_with_closed or not row.is_closed)
            ],
            part_of,
            at,
        ),
        closed=FilterChoice("yes", "Closed units too", closed, is_with_closed),
        handles=handles,
    )


def _parents(everything, listed, part_of, at):
    """Return the units with units directly below them. `listed` are rows of the chosen kind and state."""
    below = Counter(row.parent_id for row in listed)
    with_units = {row.parent_id for row in everything if not row.is_closed} - {None}
    parents = visibility.open_units(at).filter(unit_id__in=with_units)
    if len(with_units) > MOST_PARENTS:
        upper = (UnitContent.Kind.AGENCY, UnitContent.Kind.DIRECTORATE)
        ids = [row.unit_id for row in everything if row.kind in upper and not row.is_closed]
        parents = visibility.open_units(at).filter(unit_id__in=ids[:MOST_PARENTS])
    found = list(
        parents.order_by("index_key", "sort_key", "unit_id").only(
            "unit_id", "slug", "name", "acronym"
        )
    )
    labels = Counter(parent.name_with_acronym for parent in found)
    return tuple(
        FilterChoice(
            parent.slug,
            parent.name_with_acronym
            if labels[parent.name_with_acronym] == 1
            else f"{parent.name_with_acronym} ({parent.slug})",
            below[parent.unit_id],
            parent.slug == part_of,
        )
        for parent in found
    )
