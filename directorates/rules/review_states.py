"""The states of a change set and the transitions between them, in one table. Pure."""

from dataclasses import dataclass

OPEN = "open"
IN_REVIEW = "in-review"
RETURNED = "returned"
APPROVED = "approved"
WITHDRAWN = "withdrawn"
DISCARDED = "discarded"

#: States in which a change set still holds its records.
HOLDING = frozenset({OPEN, IN_REVIEW, RETURNED})
#: States in which its records and texts may change.
EDITABLE = frozenset({OPEN, RETURNED})


@dataclass(frozen=True)
class Transition:
    """A transition from one of several states to another, with its conditions.

    The person needs the permission for `task`: to `submit` changes of the records, or to `approve` change
    sets. `by_others` transitions are not open to the author, unless a setting allows it. `by_author`
    transitions are open to the author only. `needs_comment` transitions require a comment.
    """

    name: str
    label: str
    origins: frozenset
    target: str
    task: str
    by_author: bool = False
    by_others: bool = False
    needs_comment: bool = False


TRANSITIONS = {
    transition.name: transition
    for transition in (
        Transition("submit", "Submit for review", EDITABLE, IN_REVIEW, "submit"),
        Transition(
            "take-back",
            "Take back from review",
            frozenset({IN_REVIEW}),
            OPEN,
            "submit",
            by_author=True,
        ),
        Transition(
            "return",
            "Return with comments",
            frozenset({IN_REVIEW}),
            RETURNED,
            "approve",
            by_others=True,
            needs_comment=True,
        ),
        Transition(
            "approve",
            "Approve",
            frozenset({IN_REVIEW}),
            APPROVED,
            "approve",
            by_others=True,
        ),
        Transition(
            "discard",
            "Discard",
            EDITABLE,
            DISCARDED,
            "submit",
            by_author=True,
        ),
        Transition(
            "withdraw",
            "Withdraw before it takes effect",
            frozenset({APPROVED}),
            WITHDRAWN,
            "approve",
            needs_comment=True,
        ),
    )
}


def transitions_from(state):
    """Return the transitions that lead out of a state, in the order of the staff page."""
    return [transition for transition in TRANSITIONS.values() if state in transition.origins]
