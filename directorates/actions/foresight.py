"""What the public would see with a change set and without it: done for real, looked at, rolled back.

So a preview needs no second way of reading, and cannot differ from what approval will do.
"""

from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from directorates import unit_list, visibility
from directorates.actions import publishing, review_questions, reviewing
from directorates.actions.editions import PublishingError
from directorates.models import ChangeSet, UnitContent

#: More pages than this are not compared: each is rendered twice, once while publications wait.
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
        records = review_questions.records_of(change_set)
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


@contextmanager
def without(change_set: ChangeSet, *, at):
    """Within the block the database is as if the change set were not approved; afterwards as it was.

    Yields the instant to look at: that of the change set, at which everything else that is approved
    is in force. Where others rely on an approved set, so that it cannot be taken out alone, it is the
    moment before.
    """
    if change_set.state != ChangeSet.State.APPROVED:
        yield max(change_set.effective_from or at, at)
        return
    instant = change_set.effective_from
    moment_before = instant - datetime.resolution
    with transaction.atomic():
        yield instant if _take_out(change_set, at=moment_before) else moment_before
        transaction.set_rollback(True)


def _take_out(change_set, *, at):
    editions = change_set.find_editions()
    try:
        if editions:
            publishing.withdraw(editions=editions, by=None, at=at)
    except PublishingError:
        return False
    return True


def unit_ids_of(change_set):
    """Return the ids of the units that a change set is about, those of its figures included."""
    rows = (
        review_questions.records_of(change_set)
        if change_set.holds_records
        else change_set.find_editions()
    )
    return {row.unit_id for row in rows}


def find_candidate_paths(unit_ids, *, at):
    """Return the paths that may show these units at `at`, the likeliest first: the overview, their own
    pages, those above and below them, those of closed units that name them, every page of the lists.

    One query for each level below the units, beside a fixed number."""
    units = visibility.public_units(at).only("unit_id", "kind", "slug", "parent_id")
    own = list(units.filter(unit_id__in=unit_ids))
    above = units.filter(unit_id__in={edition.parent_id for edition in own})
    closed = units.filter(is_closed=True, successors__in=unit_ids)
    first_pages, further_pages = _list_paths(at)
    paths = [
        reverse("directorates:overview"),
        *(edition.get_absolute_url() for edition in [*own, *above]),
        *first_pages,
        *(edition.get_absolute_url() for edition in [*closed, *_find_below(units, unit_ids)]),
        *further_pages,
    ]
    return list(dict.fromkeys(paths))


def _find_below(units, unit_ids):
    """Yield the editions of every unit below these, level by level: their breadcrumbs name them."""
    level, seen = set(unit_ids), set(unit_ids)
    while level:
        below = list(units.filter(parent_id__in=level).order_by("unit_id"))
        yield from below
        level = {edition.unit_id for edition in below} - seen
        seen |= level


def _list_paths(at):
    first_pages, further_pages = [], []
    for kind in (UnitContent.Kind.DIRECTORATE, UnitContent.Kind.OFFICE):
        path = reverse(f"directorates:{kind}s")
        first_pages.append(path)
        total = visibility.open_units(at).filter(kind=kind).count()
        pages = -(-total // unit_list.UNITS_A_PAGE)
        further_pages += [f"{path}?page={number}" for number in range(2, pages + 1)]
    return first_pages, further_pages
