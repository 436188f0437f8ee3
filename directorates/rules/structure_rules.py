"""The rules for the structure of an organization at every instant. Pure: spans in, violations out.

- There is at most one agency, and it never closes.
- A directorate is part of the agency. An office is part of any unit.
- While a unit is open, the unit that it is part of is published and open.
- No unit is part of itself, directly or through other units.
- No two units have the same slug at the same time.
- The successors of a closed unit are other units, and the public can see them.
- A closed unit has as many successors as its outcome asks for.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils import timezone

from directorates.rules import outcomes

FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class UnitSpan:
    """A unit's place by one edition, from `begins` until `ends` (None: until further notice)."""

    unit_id: int
    name: str
    kind: str
    slug: str
    parent_id: int | None
    is_closed: bool
    begins: datetime
    ends: datetime | None
    successor_ids: tuple[int, ...] = ()
    parent_name: str = ""
    outcome: str = ""

    @property
    def until(self):
        return self.ends or FOREVER


@dataclass(frozen=True)
class Violation:
    """A broken rule: the unit to correct, its field at fault, when the fault begins, and what to do."""

    unit_id: int
    field: str
    at: datetime
    message: str

    def __str__(self):
        return self.message

    @property
    def with_day(self):
        """The message, with the first day of the violation added if the message does not name it."""
        day = _day(self.at)
        return (
            self.message if day in self.message else f"{self.message} The problem begins on {day}."
        )


def find_violations(spans: Iterable[UnitSpan], *, since: datetime) -> list[Violation]:
    """Return every violation at `since` or later. Takes O(n log n) for n spans."""
    # When two spans begin together, the younger unit is at fault. The database's order does not matter.
    lasting = (span for span in spans if span.until > since)
    spans = sorted(lasting, key=lambda span: (span.begins, span.unit_id))
    by_unit = defaultdict(list)
    for span in spans:
        by_unit[span.unit_id].append(span)
    return [
        *_find_slugs_in_use_twice(spans),
        *_find_agency_violations(spans),
        *_find_parent_violations(spans, by_unit, since),
        *_find_cycles(spans, by_unit, since),
        *_find_successor_violations(spans, by_unit, since),
    ]


def _day(instant):
    """Return an instant in the current time zone as words, with the time if it is not midnight."""
    local = timezone.localtime(instant)
    time = "" if (local.hour, local.minute) == (0, 0) else f" at {local:%H:%M}"
    return f"{local:%B} {local.day}, {local.year}{time}"


def _overlapping(spans):
    """Yield each pair of spans of two units that share an instant. `spans` is sorted by `begins`."""
    current = []
    for span in spans:
        current = [other for other in current if other.until > span.begins]
        yield from ((other, span) for other in current if other.unit_id != span.unit_id)
        current.append(span)


def _find_slugs_in_use_twice(spans):
    by_slug = defaultdict(list)
    for span in spans:
        by_slug[span.slug.lower()].append(span)
    for group in by_slug.values():
        for first, second in _overlapping(group):
            yield Violation(
                second.unit_id,
                "slug",
                second.begins,
                f"{second.name}: the address “{first.slug}” is in use by {first.name}. Choose another one.",
            )


def _find_agency_violations(spans):
    agencies = [span for span in spans if span.kind == "agency"]
    for first, second in _overlapping(agencies):
        yield Violation(
            second.unit_id,
            "kind",
            second.begins,
            f"{second.name}: there is one agency, and it is {first.name}. Choose directorate or office.",
        )
    for span in agencies:
        if span.is_closed:
            yield Violation(
                span.unit_id, "is_closed", span.begins, f"{span.name}: the agency cannot be closed."
            )


def _find_parent_violations(spans, by_unit, since):
    for span in spans:
        if span.is_closed or span.parent_id is None:
            continue
        covered_until = max(span.begins, since)
        for above in by_unit.get(span.parent_id, ()):
            if above.until <= covered_until or above.begins >= span.until:
                continue
            if above.begins > covered_until:
                break
            violation = _violation_of_parent(span, above, since)
            if violation:
                yield violation
            covered_until = above.until
        if covered_until < span.until:
            yield Violation(
                span.unit_id,
                "parent",
                covered_until,
                f"{span.name}: the unit it is part of is not published on {_day(covered_until)}."
                f" Publish {_named_parent(span)} first, or choose another one.",
            )


def _named_parent(span):
    return f"“{span.parent_name}”" if span.parent_name else "that unit"


def _violation_of_parent(span, above, since):
    at = max(span.begins, above.begins, since)
    if above.is_closed:
        return Violation(
            span.unit_id,
            "parent",
            at,
            f"{span.name}: {above.name}, which it is part of, is closed from {_day(above.begins)}."
            " Say where the unit goes.",
        )
    if span.kind == "directorate" and above.kind != "agency":
        return Violation(
            span.unit_id,
            "parent",
            at,
            f"{span.name}: a directorate is part of the agency, but {above.name} is"
            f" {'an office' if above.kind == 'office' else 'a directorate'} on {_day(at)}.",
        )
    return None


def _span_at(spans, at):
    return next((span for span in spans if span.begins <= at < span.until), None)


def _find_cycles(spans, by_unit, since):
    """Yield a violation for each cycle. A cycle begins when a member's span begins; only those instants are checked."""
    reported = set()
    for span in spans:
        at = max(span.begins, since)
        way, current = [], span
        while current is not None and current.parent_id is not None:
            if current.unit_id in {member.unit_id for member in way}:
                break
            way.append(current)
            current = _span_at(by_unit.get(current.parent_id, ()), at)
        else:
            continue
        members = frozenset(member.unit_id for member in way)
        if current.unit_id == span.unit_id and members not in reported:
            reported.add(members)
            names = ", part of ".join([*(member.name for member in way), span.name])
            yield Violation(
                span.unit_id,
                "parent",
                at,
                f"{span.name}: it would be part of itself on {_day(at)}: {names}."
                " Choose another unit that it is part of.",
            )


def _find_successor_violations(spans, by_unit, since):
    for span in spans:
        if not span.is_closed:
            continue
        at = max(span.begins, since)
        if problem := outcomes.find_problem(span.outcome, len(span.successor_ids)):
            yield Violation(span.unit_id, "outcome", at, f"{span.name}: {problem}")
        for successor_id in span.successor_ids:
            if successor_id == span.unit_id:
                yield Violation(
                    span.unit_id,
                    "successors",
                    at,
                    f"{span.name}: a unit cannot be its own successor. Choose another one.",
                )
            elif _span_at(by_unit.get(successor_id, ()), at) is None:
                yield Violation(
                    span.unit_id,
                    "successors",
                    at,
                    f"{span.name}: a successor is not published on {_day(at)}."
                    " Publish it first, or choose another one.",
                )
