"""What a unit's page says of the past: its former names, its closing, and the units that it took over."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from directorates.models import unit_url
from directorates.queries import visibility
from directorates.queries.pages import namesakes
from directorates.queries.pages.page_parts import Link
from directorates.rules import outcomes
from directorates.rules.content.lines import fold

#: The most closed units that the page of their successor lists.
MOST_PREDECESSORS = 20


@dataclass(frozen=True)
class Closure:
    """`closed_at` is None if the day is unknown. `words` come before the successors, or in their place."""

    closed_at: datetime | None
    words: str
    successors: tuple[Link, ...]


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


def successors(content, *, at):
    """Return the links to the units that took over from a closed unit: at most three queries."""
    found = (
        visibility.public_units(at)
        .filter(unit__in=content.successors.all())
        .order_by("position", "sort_key", "unit_id")
        .only("unit_id", "kind", "slug", "name")
    )
    alike = namesakes.find(found, at=at, with_closed=True) if found else {}
    return tuple(Link(namesakes.label_of(e, alike), unit_url(e.kind, e.slug)) for e in found)


def closure(content, links, *, closed_at):
    """Return what became of a closed unit. `links` lead to its successors."""
    words = outcomes.BEFORE_SUCCESSORS if links else outcomes.WITHOUT_SUCCESSORS
    return Closure(
        closed_at=closed_at if content.closing_day_is_known else None,
        words=words.get(content.outcome, ""),
        successors=links,
    )


def taken_over(unit_id, *, at):
    """Return the closed units that name this unit as a successor, the newest first: one query."""
    rows = list(
        visibility.with_closing_day(visibility.closed_into([unit_id], at=at), at=at)
        .only("unit_id", "kind", "slug", "name", "outcome", "closing_day_is_known")
        .order_by("-closed_at", "sort_key", "unit_id")[: MOST_PREDECESSORS + 1]
    )
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
