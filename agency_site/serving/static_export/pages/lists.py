"""The pages of the lists of units, with a hash of their content."""

import hashlib
import json
from collections import Counter, defaultdict

from directorates.models import UnitContent
from directorates.queries import visibility
from directorates.queries.pages import namesakes, unit_list
from directorates.queries.pages.page_parts import UNITS_BELOW_LIMIT
from directorates.views import public_pages

Kind = UnitContent.Kind
KINDS = tuple(page.shows.kind for page in public_pages.exported() if page.is_list)
ORDERS = (unit_list.BY_NAME, unit_list.BY_PARENT)


def find(at):
    """Return {address: hash of the content} of every page in every linked order: seven queries.

    Two pages with one hash are the same if the site's hash is the same.

    The database sorts, because the pages use the database's order.
    """
    rows = {
        (kind, order): list(
            unit_list.find_editions(kind, at=at, order=order).values_list("pk", "parent_id")
        )
        for kind in KINDS
        for order in ORDERS
    }
    above = dict(visibility.public_units(at).order_by().values_list("unit_id", "pk"))
    labels = namesakes.find(at=at)
    for key, found_rows in rows.items():
        rows[key] = [(*row, above.get(row[1]), labels.get(row[1])) for row in found_rows]
    found = {}
    for kind in KINDS:
        found |= _pages(kind, {order: rows[kind, order] for order in ORDERS})
    below = Counter(row[1] for kind in KINDS for row in rows[kind, unit_list.BY_NAME])
    crowded = [unit_id for unit_id, units in below.items() if units > UNITS_BELOW_LIMIT]
    own = {order: _by_parent(rows[Kind.OFFICE, order]) for order in ORDERS}
    parents = visibility.open_units(at).filter(unit_id__in=crowded).order_by()
    for unit_id, pk, slug in parents.values_list("unit_id", "pk", "slug"):
        offices = {order: own[order][unit_id] for order in ORDERS}
        found |= _pages(Kind.OFFICE, offices, part_of=slug, parent=pk)
    return found


def _by_parent(rows):
    found = defaultdict(list)
    for row in rows:
        found[row[1]].append(row)
    return found


def _pages(kind, rows, *, part_of="", parent=None):
    """Return the pages of one list. `rows` is {order: rows}, `parent` the edition at its head."""
    total = len(rows[unit_list.BY_NAME])
    size = unit_list.UNITS_A_PAGE
    return {
        unit_list.address(kind, order=order, part_of=part_of, page=number): _digest(
            total, parent, rows[order][(number - 1) * size : number * size]
        )
        # A list of one unit has no second order.
        for order in ORDERS[: 2 if total > 1 else 1]
        for number in range(1, max(1, -(-total // size)) + 1)
    }


def _digest(*shown):
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16]
