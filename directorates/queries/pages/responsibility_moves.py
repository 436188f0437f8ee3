"""Since when a unit answers for a responsibility that another unit had before."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from directorates.queries import visibility
from directorates.queries.pages.page_parts import Link


@dataclass(frozen=True)
class Move:
    """A responsibility came to a unit at `since` from the units `before`."""

    since: datetime
    before: tuple[Link, ...]


@dataclass
class _Run:
    """Consecutive editions of an open unit that name a responsibility. `ends` is None if it goes on."""

    unit_id: int
    begins: datetime
    ends: datetime | None
    beginning_is_known: bool


def find(responsibility_ids, *, at):
    """Return {(responsibility id, unit id): Move} for the units in charge at `at`: two queries.

    A move is what the record shows: on the day on which one unit began, another one ended. Without a known day, or if
    nobody had the responsibility just before, there is none.
    """
    runs = _runs(responsibility_ids, at)
    moves = {
        (responsibility, run.unit_id): (run.begins, ended)
        for responsibility, own in runs.items()
        for run in own
        if run.beginning_is_known and (run.ends is None or run.ends > at)
        if (ended := [e.unit_id for e in own if e.ends == run.begins and e.unit_id != run.unit_id])
    }
    links = _links({unit_id for _, ended in moves.values() for unit_id in ended}, at)
    return {
        key: Move(since, tuple(links[unit_id] for unit_id in ended if unit_id in links))
        for key, (since, ended) in moves.items()
    }


def _runs(responsibility_ids, at):
    """Return {responsibility id: its runs}: one query."""
    editions = (
        visibility.public_unit_history(at)
        .filter(responsibilities__in=responsibility_ids, is_closed=False)
        .order_by("effective_from", "unit_id")
        .values_list(
            "responsibilities", "unit_id", "effective_from", "effective_until", "beginning_is_known"
        )
    )
    runs, last = defaultdict(list), {}
    for responsibility, unit_id, begins, ends, is_known in editions:
        before = last.get((responsibility, unit_id))
        if before is not None and before.ends == begins:
            before.ends = ends
            continue
        run = last[responsibility, unit_id] = _Run(unit_id, begins, ends, is_known)
        runs[responsibility].append(run)
    return runs


def _links(unit_ids, at):
    """Return {unit id: link to the unit, by its present name}: one query, or none without units."""
    if not unit_ids:
        return {}
    units = visibility.public_units(at).filter(unit_id__in=unit_ids)
    return {
        edition.unit_id: Link(edition.name, edition.get_absolute_url())
        for edition in units.only("unit_id", "kind", "slug", "name")
    }
