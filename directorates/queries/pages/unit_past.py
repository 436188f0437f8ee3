"""What a unit's page says of the past: its former names, its closing, and the units that it took over."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from directorates.models import unit_url
from directorates.models.database.prepared import prepared
from directorates.queries import visibility
from directorates.queries.pages import namesakes
from directorates.queries.pages.page_parts import Link
from directorates.rules import outcomes
from directorates.rules.content.lines import fold

#: The most closed units that the page of their successor lists.
MOST_PREDECESSORS = 20


@dataclass(frozen=True)
class Closure:
    """`closed_at` is None if the day is unknown. `words` come before the successors, or after “It closed”.

    `later` are the units that are open in place of successors that have closed too.
    """

    closed_at: datetime | None
    words: str
    successors: tuple[Link, ...]
    later: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Predecessor:
    """A closed unit, what became of it ("merged into it"), and when. `closed_at` is None if the day is unknown."""

    unit: Link
    words: str
    closed_at: datetime | None


@dataclass(frozen=True)
class TakenOver:
    """The closed units that a unit took over, the newest first, and whether there are more."""

    units: tuple[Predecessor, ...]
    has_more: bool

    def __bool__(self):
        return bool(self.units)


@dataclass(frozen=True)
class Successors:
    """The links to the successors of a closed unit, and to those that took over from closed successors."""

    links: tuple[Link, ...] = ()
    later: tuple[Link, ...] = ()

    @property
    def names(self):
        return tuple(link.text for link in self.links)


def successors(content, *, at):
    """Return what took the place of a closed unit: at most five queries."""
    found = _editions(content.successors.all(), at)
    has_closed = any(edition.is_closed for edition in found)
    later = _later(content.unit_id, found, at) if has_closed else ()
    alike = namesakes.find([*found, *later], at=at, with_closed=True) if found else {}

    def links(editions):
        return tuple(Link(namesakes.label_of(e, alike), unit_url(e.kind, e.slug)) for e in editions)

    return Successors(links(found), links(later))


def _editions(units, at):
    return list(
        visibility.public_units(at)
        .filter(unit__in=units)
        .order_by("position", "sort_key", "unit_id")
        .only("unit_id", "kind", "slug", "name", "is_closed")
    )


def _later(unit_id, found, at):
    """Return the open units at the end of each line of successors: two queries."""
    named = defaultdict(list)
    closed = visibility.public_units(at).filter(is_closed=True).order_by()
    for closed_id, successor_id in closed.values_list("unit_id", "successors"):
        named[closed_id].append(successor_id)
    seen, next_ids = {unit_id}, [edition.unit_id for edition in found]
    while next_ids:
        seen.update(next_ids)
        further = {successor for one in next_ids for successor in named.get(one, ())}
        next_ids = further - seen - {None}
    return [edition for edition in _editions(seen, at) if not edition.is_closed]


def closure(content, successors, *, closed_at):
    """Return what became of a closed unit. `successors` took its place."""
    words = outcomes.BEFORE_SUCCESSORS if successors.links else outcomes.WITHOUT_SUCCESSORS
    return Closure(
        closed_at=closed_at if content.closing_day_is_known else None,
        words=words.get(content.outcome, ""),
        successors=successors.links,
        later=successors.later,
    )


def taken_over(unit_id, *, at):
    """Return the closed units that name this unit as a successor, the newest first: one query."""
    rows = _closed_into(unit_id=unit_id, at=at)
    shown = rows[:MOST_PREDECESSORS]
    alike = Counter(fold(row.name) for row in shown)
    return TakenOver(
        units=tuple(
            Predecessor(
                unit=Link(
                    namesakes.with_address(row.name, row.slug)
                    if alike[fold(row.name)] > 1
                    else row.name,
                    unit_url(row.kind, row.slug),
                ),
                words=outcomes.AFTER_PREDECESSOR[row.outcome],
                closed_at=row.closed_at if row.closing_day_is_known else None,
            )
            for row in shown
        ),
        has_more=len(rows) > len(shown),
    )


@prepared
def _closed_into(unit_id, at):
    return (
        visibility.with_closing_day(visibility.closed_into([unit_id], at=at), at=at)
        .only("unit_id", "kind", "slug", "name", "outcome", "closing_day_is_known")
        .order_by("-closed_at", "sort_key", "unit_id")[: MOST_PREDECESSORS + 1]
    )
