"""What stops a change set, and who may make which transition. Nothing here writes."""

from django.conf import settings

from directorates.actions.publishing import correcting
from directorates.actions.publishing.structure import find_publication_problems
from directorates.queries import permissions
from directorates.queries.staff import contributors
from directorates.rules import local_time


def has_passed(change_set, at):
    """Whether the planned instant of an unfinished set has passed."""
    return change_set.effective_from is not None and change_set.effective_from < at


def find_problems(change_set, *, at):
    """Return what would stop the approval of an unfinished change set now."""
    if change_set.correction is not None:
        return correcting.find_problems(change_set, at=at)
    records = change_set.find_records()
    return find_publication_problems(
        records=records, at=at, effective_from=change_set.effective_from
    )


def refusal(change_set, transition, by, *, at):
    """Return why this person may not make this transition, or '' if they may.

    `permissions.may_make_transition` asks for the permission.
    """
    if change_set.state not in transition.origins:
        return (
            f"The change set is {change_set.get_state_display().lower()}, so that is not possible."
        )
    if transition.name == "withdraw" and change_set.effective_from <= at:
        return (
            "The change set has taken effect, and what was public cannot be withdrawn."
            " Publish a new change instead."
        )
    if transition.name == "approve" and has_passed(change_set, at):
        return (
            f"The time at which it was to take effect, {local_time.written(change_set.effective_from)},"
            " has passed. Its author chooses a later one first, or empties the day, so that it takes"
            " effect as soon as it is approved."
        )
    is_author = by is not None and change_set.author_id == by.pk
    if transition.by_author and not is_author:
        return "Only the author may do that."
    needs_another = transition.by_others and not settings.AUTHORS_MAY_APPROVE
    if needs_another and (hands := contributors.hands_of(by, change_set)):
        return (
            "A second person must do that. You had a hand in this change set:"
            f" you {contributors.describe(hands)}."
        )
    return permissions.may_work_on_set(by, change_set, at=at).refusal
