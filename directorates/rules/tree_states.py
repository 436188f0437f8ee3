"""What a unit's badges say in the tree of the first page: what is not as usual, and from when."""

from dataclasses import dataclass
from datetime import datetime

DRAFT, IN_SET, SCHEDULED, CLOSED = "draft", "set", "scheduled", "closed"
#: The states by which the tree is filtered, in the order of a change's way.
STATES = (DRAFT, IN_SET, SCHEDULED, CLOSED)

_CHANGES = {
    "closes": "Closes",
    "new": "New",
    "moves": "Moves",
    "renamed": "Renamed",
    "text": "New text",
}


@dataclass(frozen=True)
class Mark:
    """A badge. `effective_from` is the day of the change if it is known; `change_set` is the set's number."""

    state: str
    words: str
    effective_from: datetime | None = None
    change_set: int | None = None
    set_title: str = ""


def marks_of(unit, now, scheduled):
    """Return the marks of a unit.

    `unit` is the draft, `now` the edition in force or None, and `scheduled` the coming editions, the next first:
    dicts of columns.
    """
    marks = []
    before = now
    for edition in scheduled:
        words = _CHANGES[_kind_of_change(before, edition)]
        marks.append(
            Mark(SCHEDULED, words, edition["effective_from"], edition.get("change_set_id"))
        )
        before = edition
    if unit["change_set_id"] is not None:
        marks.append(
            Mark(
                IN_SET,
                _CHANGES[_kind_of_change(now, unit)],
                unit["change_set__effective_from"],
                unit["change_set_id"],
                unit["change_set__title"],
            )
        )
    elif unit["has_unpublished_changes"]:
        marks.append(Mark(DRAFT, _draft_words(unit)))
    return tuple(marks)


def _kind_of_change(before, after):
    if after["is_closed"] and not (before and before["is_closed"]):
        return "closes"
    if before is None:
        return "new"
    if before["parent_id"] != after["parent_id"]:
        return "moves"
    if (before["name"], before["acronym"]) != (after["name"], after["acronym"]):
        return "renamed"
    return "text"


def _draft_words(unit):
    full_name = f"{unit['saved_by__first_name'] or ''} {unit['saved_by__last_name'] or ''}".strip()
    writer = full_name or unit["saved_by__username"]
    return f"Draft by {writer}" if writer else "Draft"
