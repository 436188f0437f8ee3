"""Where a change set is on its way, what to do next, and the last comment: the top of its page."""

from dataclasses import dataclass

from directorates.actions.reviewing import review_questions
from directorates.admin.change_sets.transitions import step_rows
from directorates.admin.wording import exact_moment
from directorates.models import ChangeSet
from directorates.queries import permissions
from directorates.rules.review_states import TRANSITIONS

State = ChangeSet.State

#: The steps whose comment a person typed for another one.
_COMMENTED = {"submit", "take-back", "return", "approve", "discard", "withdraw"}


@dataclass(frozen=True)
class Stage:
    """One stage of the way. `fate` is "done", "now" or "to-come"."""

    label: str
    fate: str


def state_of_set(change_set, person, at, *, open_remarks=0):
    """Return the stages, the next step, the last comment and all steps: one query."""
    steps = list(change_set.steps.select_related("by"))
    rows = step_rows(steps)
    commented = [
        row
        for step, row in zip(steps, rows, strict=True)
        if step.comment and step.name in _COMMENTED
    ]
    return {
        "step_rows": rows,
        "last_comment": commented[-1] if commented else None,
        "way": _way(change_set, at),
        "next_step": _next_step(change_set, person, at, open_remarks),
    }


def _way(change_set, at):
    """Return the Stages of a set, or nothing for one that left the way."""
    if not change_set.is_alive:
        return []
    is_returned = change_set.state == State.RETURNED
    when = change_set.effective_from
    labels = [
        "Returned" if is_returned else "Draft",
        "In review",
        "Approved",
        f"Public from {exact_moment(when)}" if when else "Public as soon as it is approved",
    ]
    place = {State.OPEN: 0, State.RETURNED: 0, State.IN_REVIEW: 1, State.APPROVED: 2}
    now = place[change_set.state]
    if now == 2 and when <= at:
        now = 3
    return [
        Stage(label, "done" if index < now else "now" if index == now else "to-come")
        for index, label in enumerate(labels)
    ]


def _next_step(change_set, person, at, open_remarks):
    """Return one sentence: what happens next, and who does it."""
    is_author = change_set.author_id == person.pk
    remarks = f"{open_remarks} remark{'' if open_remarks == 1 else 's'}"
    match change_set.state:
        case State.OPEN | State.RETURNED if open_remarks and is_author:
            return f"Answer {remarks}, then submit it again."
        case State.OPEN:
            return "Look at what changes, then submit it for review."
        case State.RETURNED if is_author:
            return "Change what the reviewer asks for, then submit it again."
        case State.RETURNED:
            return "Its author changes what the reviewer asks for and submits it again."
        case State.IN_REVIEW:
            approve = TRANSITIONS["approve"]
            if not permissions.may_make_transition(
                person, change_set, approve
            ) or review_questions.refusal(change_set, approve, person, at=at):
                return "A second person reads it, then approves or returns it."
            return "Read what changes, then approve it, or return it and say why."
        case State.APPROVED if change_set.effective_from > at:
            return "Nothing: it takes effect by itself. Until then it can be withdrawn."
        case State.APPROVED:
            return "Nothing: the public sees it."
        case _:
            return "Open it again to go on with what it held."
