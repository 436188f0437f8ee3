"""The states of a change set and the moves between them, in one table. Pure."""

from dataclasses import dataclass

OPEN = "open"
IN_REVIEW = "in-review"
RETURNED = "returned"
APPROVED = "approved"
WITHDRAWN = "withdrawn"
DISCARDED = "discarded"

#: States in which a change set still holds its records.
HOLDING = frozenset({OPEN, IN_REVIEW, RETURNED})


@dataclass(frozen=True)
class Move:
    """From which states to which state; what the mover needs; and whether words must go with it.

    `task` is what the mover must have the permission for: to `propose` changes of the records, or to
    `approve` change sets. `by_others` moves are not the author's own, unless a setting says so;
    `by_author` moves are the author's alone.
    """

    name: str
    label: str
    origins: frozenset
    target: str
    task: str
    by_author: bool = False
    by_others: bool = False
    needs_comment: bool = False


MOVES = {
    move.name: move
    for move in (
        Move("submit", "Submit for review", frozenset({OPEN, RETURNED}), IN_REVIEW, "propose"),
        Move(
            "take-back",
            "Take back from review",
            frozenset({IN_REVIEW}),
            OPEN,
            "propose",
            by_author=True,
        ),
        Move(
            "return",
            "Return with comments",
            frozenset({IN_REVIEW}),
            RETURNED,
            "approve",
            by_others=True,
            needs_comment=True,
        ),
        Move(
            "approve",
            "Approve",
            frozenset({IN_REVIEW}),
            APPROVED,
            "approve",
            by_others=True,
        ),
        Move(
            "discard",
            "Discard",
            frozenset({OPEN, RETURNED}),
            DISCARDED,
            "propose",
            by_author=True,
        ),
        Move(
            "withdraw",
            "Withdraw before it takes effect",
            frozenset({APPROVED}),
            WITHDRAWN,
            "approve",
            needs_comment=True,
        ),
    )
}


def moves_from(state):
    """Return the moves that lead out of a state, in the order in which they are offered."""
    return [move for move in MOVES.values() if state in move.origins]
