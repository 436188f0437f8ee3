"""Where a unit is in the organization: above, beside and below it."""

from collections import Counter
from dataclasses import dataclass

from directorates.models import unit_url
from directorates.models.database.prepared import prepared
from directorates.queries import visibility
from directorates.queries.pages import namesakes, structure
from directorates.queries.pages.page_parts import UNITS_BELOW_LIMIT, Link
from directorates.rules.content import lines
from directorates.rules.content.alphabet import sort_key

#: The most units that a row shows. More are counted, and their chart is linked.
MOST_IN_A_ROW = 12
#: The columns of the units beside and below.
_COLUMNS = ("unit_id", "parent_id", "kind", "role", "slug", "name", "acronym", "summary", "position", "sort_key")  # fmt: skip


@dataclass(frozen=True)
class Place:
    """`above` leads from the agency to the parent. `row` has the unit and those beside it, the unit without an address.

    `others` is the number of units beside it that are not in `row`, and `further_below` of units below it that are
    not in `below`. Both are on a chart.
    """

    above: tuple[Link, ...]
    row: tuple[Link, ...]
    others: int
    others_url: str
    below: tuple[Link, ...]
    further_below: int
    further_below_url: str
    label: str


class Neighbors:
    """The open units beside and below a unit, in the order of its page: one query.

    At most a row of them beside it, and as many below as its page lists. The counts have all.
    """

    def __init__(self, content, *, at):
        # Without a parent, the unit's own id says that there is nothing beside it.
        found = _around(
            unit_id=content.unit_id, parent_id=content.parent_id or content.unit_id, at=at
        )
        self.below = [one for one in found if one.parent_id == content.unit_id]
        self.beside = [one for one in found if one.parent_id != content.unit_id]
        self.count_below = self.below[0].together if self.below else 0
        self.count_beside = self.beside[0].together if self.beside else 0


@prepared
def _around(unit_id, parent_id, at):
    editions = visibility.units_around(
        unit_id, parent_id, at=at, beside=MOST_IN_A_ROW, below=UNITS_BELOW_LIMIT + 1
    )
    return editions.only(*_COLUMNS)


def get(content, neighbors, above):
    """Return the Place of a unit. `above` are the editions above it as dicts, from the agency to its parent."""
    row = sorted([content, *neighbors.beside], key=_order)
    others = 0
    if neighbors.count_beside >= MOST_IN_A_ROW:
        row, others = [content], neighbors.count_beside
    below = neighbors.below
    further_below = 0
    if neighbors.count_below > MOST_IN_A_ROW:
        below, further_below = [], neighbors.count_below
    label_of = _labels([*row, *below])
    return Place(
        above=tuple(
            Link(_name_with_acronym(unit), unit_url(unit["kind"], unit["slug"])) for unit in above
        ),
        row=tuple(_link(unit, label_of, "" if unit is content else None) for unit in row),
        others=others,
        others_url=structure.address(above[-1]["slug"] if len(above) > 1 else "") if others else "",
        below=tuple(_link(unit, label_of) for unit in below),
        further_below=further_below,
        further_below_url=structure.address(content.slug if above else "") if further_below else "",
        label=content.acronym or content.name,
    )


def _name_with_acronym(unit):
    return f"{unit['name']} ({unit['acronym']})" if unit["acronym"] else unit["name"]


def _order(unit):
    return unit.position, sort_key(unit.name), unit.unit_id


def _link(unit, label_of, url=None):
    return Link(label_of[unit.unit_id], unit_url(unit.kind, unit.slug) if url is None else url)


def _labels(units):
    """Return {unit id: name with acronym}. If two look the same, they get the last part of their address."""
    names = {unit.unit_id: unit.name_with_acronym for unit in units}
    alike = Counter(lines.fold(name) for name in names.values())
    return {
        unit.unit_id: names[unit.unit_id]
        if alike[lines.fold(names[unit.unit_id])] == 1
        else namesakes.with_address(names[unit.unit_id], unit.slug)
        for unit in units
    }
