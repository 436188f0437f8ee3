"""One transition of a change set: what every transition locks, checks and writes."""

from directorates.actions import locks
from directorates.actions.auditing.auditing_sets import record_step
from directorates.actions.refusals import PublishingError, require
from directorates.actions.reviewing import review_questions
from directorates.queries import permissions
from directorates.rules.content import lines
from directorates.rules.review_states import TRANSITIONS


class ReviewError(PublishingError):
    """The state of the change set, its content or the person's part in it does not allow this."""


#: The transitions that change what the public sees, or will see.
_PUBLIC_TRANSITIONS = {"approve", "withdraw"}


def lock(change_set, *, transition):
    """Take the first locks of a transition. Returns the change set as it is now."""
    if transition in _PUBLIC_TRANSITIONS:
        locks.publications()
    return locks.change_set(change_set)


def make_transition(change_set, name, by, at, comment):
    """Make a transition of a locked set, if its state and the person's part allow it. Returns the set."""
    transition = TRANSITIONS[name]
    require(
        permissions.may_make_transition(by, change_set, transition)
        and permissions.may_work_on_set(by, change_set, at=at)
    )
    if reason := review_questions.refusal(change_set, transition, by, at=at):
        raise ReviewError(reason)
    if transition.needs_comment:
        require_comment(comment)
    before = change_set.state
    change_set.state = transition.target
    change_set.version += 1
    change_set.save()
    record_step(change_set, name, comment, by, at, before=before)
    if not change_set.holds_records:
        # Remarks are working notes about what is not decided yet.
        change_set.remarks.all().delete()
    return change_set


def require_comment(comment):
    if not lines.clean_lines(comment):
        raise ReviewError("Say why, so that everybody who reads the record knows.")
