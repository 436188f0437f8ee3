"""What a unit's page says of the past: its former names, its closing, and the units that it took over."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from directorates.models import unit_url
from directorates.queries import visibility
from directorates.queries.pages import namesakes
from directorates.queries.pages.page_parts import Link
from directorates.rules import former_names, outcomes
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


def unit_history(unit_id, *, at):
    """Return the rows of a unit's past up to `at`, in order of time: one query.

    Withheld rows are among them, because their days count. Show nothing of their content.
    """
    columns = (
        "name", "acronym", "is_closed", "effective_from", "effective_until", "beginning_is_known",
        "withheld_at",
    )  # fmt: skip
    editions = visibility.unit_timeline(at).filter(unit_id=unit_id)
    return list(editions.only(*columns).order_by("effective_from"))


def formerly(content, history):
    """Return the former names of a unit, of an edition or of a working record."""
    return former_names.find(history, name=content.name, acronym=content.acronym)


def closure(content, history, *, at):
    """Return what became of a closed unit: at most three queries."""
    successors = (
        visibility.public_units(at)
        .filter(unit__in=content.successors.all())
        .order_by("position", "sort_key", "unit_id")
        .only("unit_id", "kind", "slug", "name")
    )
    found = namesakes.find(successors, at=at, with_closed=True) if successors else {}
    words = outcomes.BEFORE_SUCCESSORS if successors else outcomes.WITHOUT_SUCCESSORS
    return Closure(
        closed_at=closed_at(history, at=at) if content.closing_day_is_known else None,
        words=words.get(content.outcome, ""),
        successors=tuple(
            Link(namesakes.label_of(e, found), unit_url(e.kind, e.slug)) for e in successors
        ),
    )


def closed_at(history, *, at):
    """Return the instant at which a unit closed: the end of its last open edition.

    Later corrections of the closed page do not change it. For a unit that was never open, this is the beginning of
    its first edition; for a draft, `at`.
    """
    last_open = next((row for row in reversed(history) if not row.is_closed), None)
    if last_open is not None:
        return last_open.effective_until or at
    return history[0].effective_from if history else at


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
