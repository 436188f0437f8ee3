"""Moving units under another unit, as drafts that are published together."""

from directorates.actions import locks
from directorates.actions.publishing import drafting
from directorates.actions.refusals import PublishingError
from directorates.actions.reviewing import reviewing
from directorates.models import Unit


@locks.atomic
def move(*, units, parent, change_set, by, at):
    """Give units the parent `parent` in their drafts, and add these to a change set, all or none.

    Returns the units that were moved. A unit that has this parent already stays as it is. Raises
    PublishingError and its subclasses, and drafting.SavedMeanwhileError.
    """
    locks.change_set(change_set)
    moved = [unit for unit in locks.records(units) if unit.parent_id != parent.pk]
    _refuse_circles(moved, parent)
    for unit in moved:
        unit.parent = parent
        drafting.save(record=unit, relations={}, by=by, at=at, expected_version=unit.version)
    # A unit that is moved back to its published place has no changes.
    changed = [unit for unit in moved if unit.has_unpublished_changes]
    reviewing.add(change_set=change_set, records=changed, by=by, at=at)
    return moved


def _refuse_circles(units, parent):
    """Walk up from the new parent: none of the units may be among its ancestors. One query a level."""
    moving = {unit.pk: unit for unit in units}
    above, seen = parent, set()
    while above is not None and above.pk not in seen:
        if above.pk in moving:
            raise PublishingError(
                f"“{moving[above.pk]}” cannot move under “{parent}”, which is the same unit or is below it."
            )
        seen.add(above.pk)
        above = Unit.objects.filter(pk=above.parent_id).first()
