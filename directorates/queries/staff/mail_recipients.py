"""Whom an occasion concerns. Nobody hears by mail of what this person did alone."""

from django.contrib.auth.models import User

from directorates.models import ChangeSet, ChangeSetStep, MailOccasion
from directorates.queries import permissions, visibility
from directorates.queries.staff import contributors

Kind = MailOccasion.Kind


def find(occasion, *, at):
    """Return the active members of staff with an e-mail address whom an occasion concerns, each once."""
    if occasion.person is not None:
        return _reachable([occasion.person])
    if occasion.kind == Kind.REVIEW:
        return _reviewers_of(occasion.change_set, occasion.by_id, at)
    return [
        person
        for person in _reachable(_people_of(occasion))
        if person.pk != occasion.by_id and visibility.can_see_change_sets(person)
    ]


def _reviewers_of(change_set, by_id, at):
    """Return the people who may approve a set: the right, all its units, and no hand in it."""
    if change_set.state != ChangeSet.State.IN_REVIEW:
        return []
    people = User.objects.with_perm("directorates.approve_changeset").order_by("username")
    hands = {hand.person.pk for hand in contributors.hands_in(change_set)} | {by_id}
    return [
        person
        for person in _reachable(people)
        if person.pk not in hands
        and visibility.can_see_change_sets(person)
        and permissions.may_work_on_set(person, change_set, at=at)
    ]


def _people_of(occasion):
    """Return who made and submitted a set and, of what was decided later, who approved it."""
    change_set = occasion.change_set
    steps = ChangeSetStep.objects.filter(change_set=change_set, name="submit", by__isnull=False)
    submitters = steps.select_related("by").order_by("-pk")[:1]
    people = [change_set.author, *(step.by for step in submitters)]
    if occasion.kind in (Kind.IN_FORCE, Kind.WITHDRAWN):
        people.append(change_set.approved_by)
    return list(dict.fromkeys(person for person in people if person is not None))


def _reachable(people):
    return [person for person in people if is_reachable(person)]


def is_reachable(person):
    """Whether somebody works here and has an e-mail address."""
    return bool(person.is_active and person.is_staff and person.email)
