"""What the public would see if a change set were approved: done for real, looked at, and rolled back.

So a preview needs no second way of reading, and cannot differ from what approval will do.
"""

from contextlib import contextmanager

from django.db import transaction
from django.urls import reverse

from directorates import visibility
from directorates.actions import publishing, reviewing
from directorates.models import ChangeSet, UnitContent

#: More pages than this are not compared one by one.
MOST_PAGES = 200


@contextmanager
def applied(change_set: ChangeSet, *, at):
    """Within the block the database is as if the change set were approved; afterwards as it was.

    Yields the instant at which it takes effect. Raises PublishingError if it could not be approved.
    """
    if change_set.state == ChangeSet.State.APPROVED:
        yield change_set.effective_from
        return
    if not change_set.holds_records:
        raise reviewing.ReviewError(
            f"“{change_set}” is {change_set.get_state_display().lower()}: there is nothing to preview."
        )
    with transaction.atomic():
        instant = max(change_set.effective_from or at, at)
        records = reviewing.records_of(change_set)
        if records:
            publishing.publish(
                records=records,
                by=None,
                at=at,
                effective_from=instant,
                change_note=change_set.public_note,
                change_set=change_set,
            )
        yield instant
        transaction.set_rollback(True)


def unit_ids_of(change_set):
    """Return the ids of the units that a change set is about, those of its figures included."""
    rows = (
        reviewing.records_of(change_set)
        if change_set.holds_records
        else reviewing.editions_of(change_set)
    )
    return {row.unit_id for row in rows}


def find_candidate_paths(unit_ids, *, at):
    """Return the paths that may show these units at `at`: their own pages, those above and below them,
    the lists and the overview. At most MOST_PAGES, in a fixed number of queries."""
    own = list(visibility.public_units(at).filter(unit_id__in=unit_ids))
    above = visibility.public_units(at).filter(unit_id__in={e.parent_id for e in own})
    below = visibility.public_units(at).filter(parent_id__in=unit_ids).order_by("unit_id")
    kinds = {edition.kind for edition in own} - {UnitContent.Kind.AGENCY}
    paths = [
        reverse("directorates:overview"),
        *(edition.get_absolute_url() for edition in own),
        *(edition.get_absolute_url() for edition in above),
        *(reverse(f"directorates:{kind}s") for kind in sorted(kinds)),
        *(edition.get_absolute_url() for edition in below[:MOST_PAGES]),
    ]
    return list(dict.fromkeys(paths))[:MOST_PAGES]
