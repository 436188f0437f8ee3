"""The order of units on the overview page, as drafts."""

from directorates.actions import locks
from directorates.actions.publishing import drafting


@locks.atomic
def set_positions(*, positions, versions, by, at):
    """Save new positions ({unit: position}) in the drafts of units, all or none.

    `versions` maps each unit to the version that the person saw. Raises what `drafting.save` raises.
    """
    locks.records(list(positions))
    for unit, position in positions.items():
        unit.position = position
        drafting.save(record=unit, relations={}, by=by, at=at, expected_version=versions[unit])
