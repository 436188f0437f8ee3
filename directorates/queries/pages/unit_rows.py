"""The units of an instant as slim rows: their order, their letters and their tree. Names are read per page."""

from collections import defaultdict
from dataclasses import dataclass

from directorates.queries import visibility
from directorates.queries.kept_readings import kept
from directorates.queries.pages.page_parts import letter_parameter
from directorates.rules.content.alphabet import letter_of_key


@dataclass(frozen=True)
class UnitRow:
    """One edition in force, as far as the lists need it to choose, order and count."""

    pk: int
    unit_id: int
    parent_id: int | None
    kind: str
    is_closed: bool
    index_key: bytes

    @property
    def letter(self):
        return letter_of_key(self.index_key)


@kept
def read(*, at):
    """Return the rows of all units, also closed ones, from A to Z: one query."""
    rows = visibility.public_units(at).order_by("index_key", "sort_key", "unit_id")
    columns = ("pk", "unit_id", "parent_id", "kind", "is_closed", "index_key")
    return [UnitRow(*values) for values in rows.values_list(*columns)]


def in_tree_order(rows, everything):
    """Return `rows` in the order of the tree: the units directly below a unit together, from A to Z.

    Before the units below an office come those beside it. `everything` has the rows of all units. Units below a
    withheld one come after the units that are part of no other.
    """
    below, chosen = defaultdict(list), {row.unit_id for row in rows}
    known = {row.unit_id for row in everything}
    for row in sorted(everything, key=lambda row: row.parent_id or 0):
        below[row.parent_id if row.parent_id in known else None].append(row)
    ordered, waiting = [], [None]
    while waiting:
        level = below.pop(waiting.pop(), ())
        ordered += [row for row in level if row.unit_id in chosen]
        waiting += [row.unit_id for row in reversed(level)]
    return ordered


def path_above(row, by_unit):
    """Return the ids of the units above a row, from the top. `by_unit` is {unit id: row} of all units."""
    path, above = [], by_unit.get(row.parent_id)
    while above is not None and above.unit_id not in path:
        path.insert(0, above.unit_id)
        above = by_unit.get(above.parent_id)
    return path


def first_places(rows):
    """Return {letter: the place of its first row}."""
    places = {}
    for place, row in enumerate(rows):
        places.setdefault(row.letter, place)
    return places


def anchor_of(letter):
    """Return the anchor of a letter on a page."""
    return f"letter-{letter_parameter(letter)}"
