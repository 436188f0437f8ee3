"""Counts the open units below a unit, as the references of texts do. Pure."""

from collections import defaultdict


class OpenUnits:
    """The open units of an instant. It gives the numbers that `directorates.queries.references` reads for a page."""

    def __init__(self, units):
        """Take units with `unit_id`, `parent_id`, `kind`, `role` and `is_closed`."""
        self._units = {unit.unit_id: unit for unit in units if not unit.is_closed}
        self._below = defaultdict(list)
        for unit in self._units.values():
            self._below[unit.parent_id].append(unit)

    def count(self, reference, unit_id):
        """Return the number that a CountReference to this unit has, or None if the unit is not open."""
        unit = self._units.get(unit_id)
        if unit is None:
            return None
        # Everything is below the agency.
        below = self._units.values() if unit.kind == "agency" else self._all_below(unit_id)
        return sum(_is_counted(one, reference) for one in below)

    def _all_below(self, unit_id):
        waiting, found = list(self._below[unit_id]), {}
        while waiting:
            unit = waiting.pop()
            if unit.unit_id not in found:
                found[unit.unit_id] = unit
                waiting += self._below[unit.unit_id]
        return found.values()


def _is_counted(unit, reference):
    is_of_kind = (
        unit.kind != "agency" if reference.counted == "unit" else unit.kind == reference.counted
    )
    return is_of_kind and reference.role in ("", unit.role)
