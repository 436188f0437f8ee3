"""Moving units under another one, as drafts that go live together."""

from directorates.actions import locks
from directorates.actions.publishing import drafting
from directorates.actions.publishing.editions import PublishingError
from directorates.actions.reviewing import reviewing
from directorates.models import Unit


@locks.atomic
def move(*, units, parent, change_set, by, at):
    """Draft that units stand under `parent`, and put the drafts into a change set, all or none.

    Returns the units that were moved; those that stand there already are left alone. Raises
    PublishingError and its kinds, and drafting.SavedMeanwhileError.
    """
    locks.change_set(change_set)
    moved = [unit for unit in locks.records(units) if unit.parent_id != parent.pk]
    _refuse_circles(moved, parent)
    for unit in moved:
        unit.parent = parent
        drafting.save(record=unit, relations={}, by=by, at=at, expected_version=unit.version)
    # Whoever moves a unit back to where it is in force has changed nothing.
    changed = [unit for unit in moved if unit.has_unpublished_changes]
    reviewing.add(change_set=change_set, records=changed, by=by, at=at)
    return moved


def _refuse_circles(units, parent):
    """Walk up from the new parent: none of the units may stand there. One query a level."""
    moving = {unit.pk: unit for unit in units}
    above, seen = parent, set()
    while above is not None and above.pk not in seen:
        if above.pk in moving:
            raise PublishingError(
                f"“{moving[above.pk]}” cannot come under “{parent}”, which is itself or stands below it."
            )
        seen.add(above.pk)
        above = Unit.objects.filter(pk=above.parent_id).first()
