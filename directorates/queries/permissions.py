"""One permission question for each task. Pages and actions ask the same question.

An answer is true, or false with a reason. It depends on the account's permissions and on its assigned units
(its scope). For a change set, it also depends on the set's content. `visibility` decides who may see what. The
person `None` is the command line, which may do everything.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q

from directorates.models import ChangeSet, Responsibility, Unit, UnitEdition
from directorates.models.records.governed import GOVERNED
from directorates.queries import assignments, visibility
from directorates.rules.content import text

#: The verbs of tasks in messages, if they differ from the task's code.
_WORDS = {"approve": "approve, return or withdraw"}

#: The app label of Django's permissions, which are named `<task>_<model>`.
_APP = "directorates"


@dataclass(frozen=True)
class PermissionAnswer:
    """Yes, or no with a reason. `is_scope`: the reason is the account's assigned units."""

    refusal: str = ""
    is_scope: bool = False

    def __bool__(self):
        return not self.refusal


YES = PermissionAnswer()


def may(person, task, model) -> PermissionAnswer:
    """Whether an account has a permission for a kind of record.

    `task` is "add", "change", "delete", "publish" or "approve".
    """
    if person is None:
        return YES
    if not (person.is_active and person.is_staff):
        return _closed(person)
    options = model._meta.concrete_model._meta
    if person.has_perm(f"{_APP}.{task}_{options.model_name}"):
        return YES
    return PermissionAnswer(
        f"“{person}” may not {_WORDS.get(task, task)} {options.verbose_name_plural}."
        " Ask an administrator for the permission, or a colleague who has it."
    )


def _closed(person):
    return PermissionAnswer(
        f"“{person}” is not an active staff account, so it may not change anything."
    )


# Scope: the units assigned to a person, and all below them


def may_work_on(person, records, *, at) -> PermissionAnswer:
    """Whether all these working records belong to a person's units: one query for each kind."""
    outside_assignment = (
        [] if person is None else assignments.find_outside_assignment(person, records, at=at)
    )
    if not outside_assignment:
        return YES
    return PermissionAnswer(
        f"{person} does not work on {_listed(outside_assignment)}: no unit assigned to this account covers that.",
        is_scope=True,
    )


def may_put(person, contents, *, at) -> PermissionAnswer:
    """Whether a person may put records under the units that `contents` name.

    `contents` are working records or their editions. A record that stays at its place in force does not count.
    One query for each kind, and one more.
    """
    if person is None:
        return YES
    targets = assignments.find_targets_outside_assignment(person, contents, at=at)
    if not targets:
        return YES
    if assignments.TOP in targets:
        return PermissionAnswer(
            "This would put something at the top of the organization, and"
            f" {person} does not work on all of it. Choose a unit above it.",
            is_scope=True,
        )
    return PermissionAnswer(
        f"This would move something to {_listed(targets)}, which {person} does not work on. Ask"
        " someone who works on both units.",
        is_scope=True,
    )


def _listed(records):
    return text.quoted(records[:5]) + (f" and {len(records) - 5} more" if len(records) > 5 else "")


# Records


def may_add(person, record, *, at) -> PermissionAnswer:
    """Whether a person may add a record under its unit."""
    return may(person, "add", type(record)) and may_put(person, [record], at=at)


def may_change(person, records, *, at) -> PermissionAnswer:
    """Whether a person may save the drafts of these records. `may_put` checks their place."""
    return _may_each(person, ("change",), records) and may_work_on(person, records, at=at)


def may_delete(person, record, *, at) -> PermissionAnswer:
    return may(person, "delete", type(record)) and may_work_on(person, [record], at=at)


def may_submit_records(person, records, *, at) -> PermissionAnswer:
    """Whether a person may submit drafts of these records for review."""
    return _may_each(person, ("change", "publish"), records) and _reaches(person, records, at)


def may_publish(person, records, *, at, contents=None, change_set=None) -> PermissionAnswer:
    """Whether a person may publish these records.

    This needs the permission for their kinds or, in a change set, the permission to approve. `contents` are the
    future editions, if they differ from the drafts.
    """
    may_do_it = _may_each(person, ("publish",), records)
    if not may_do_it and change_set is not None:
        may_do_it = may(person, "approve", ChangeSet)
    return may_do_it and _reaches(person, records, at, contents)


def may_correct(person, record, *, at) -> PermissionAnswer:
    """Whether a person may write a correction of what is public. It leaves the record at its place."""
    return _may_each(person, ("change", "publish"), [record]) and may_work_on(
        person, [record], at=at
    )


def may_publish_correction(person, record, *, at) -> PermissionAnswer:
    """Whether a person may publish a correction without a second person, which a setting must allow."""
    return may_publish_alone(person, [record], at=at, contents=[])


def may_publish_alone(person, records, *, at, contents=None) -> PermissionAnswer:
    """Whether a person may publish these records without a second person, which a setting must allow."""
    if person is not None and not settings.AUTHORS_MAY_APPROVE:
        return PermissionAnswer("A second person must approve this. Submit it for review instead.")
    return may_publish(person, records, at=at, contents=contents)


def may_withdraw(person, editions, *, at, change_set=None) -> PermissionAnswer:
    """Whether a person may withdraw these editions. `may_put` checks the editions that last longer instead."""
    records = [edition.record for edition in editions]
    return may_publish(person, records, at=at, contents=editions, change_set=change_set)


def may_withhold(person, record, *, at) -> PermissionAnswer:
    """Whether a person may withhold past editions of this record from the public, with a second person."""
    return _may_each(person, ("publish",), [record]) and may_work_on(person, [record], at=at)


def may_withhold_any(person) -> PermissionAnswer:
    """Whether an account may withhold past editions of any kind of record."""
    answers = [may(person, "publish", governed.model) for governed in GOVERNED]
    return next(filter(None, answers), answers[0])


def may_confirm(person, record, *, at) -> PermissionAnswer:
    """Whether a person may say of a published record that it is still right: who changes, publishes or approves."""
    return may_confirm_kind(person, type(record)) and may_work_on(person, [record], at=at)


def may_confirm_kind(person, model) -> PermissionAnswer:
    """Whether an account may say of any record of a kind that it is still right."""
    answers = [may(person, task, model) for task in ("change", "publish")]
    return next(filter(None, [*answers, may(person, "approve", ChangeSet)]), answers[0])


def may_plan_upkeep(person, record, *, at) -> PermissionAnswer:
    """Whether a person may decide who looks after a record, and how often."""
    return _may_each(person, ("change", "publish"), [record]) and may_work_on(
        person, [record], at=at
    )


def may_restore(person, record, edition, *, at) -> PermissionAnswer:
    """Whether a person may make an edition the draft of its record again."""
    is_moved = assignments.place_of(edition) != assignments.place_of(record)
    return may_change(person, [record], at=at) and may_put(
        person, [edition] if is_moved else [], at=at
    )


def _reaches(person, records, at, contents=None):
    return may_work_on(person, records, at=at) and may_put(
        person, records if contents is None else contents, at=at
    )


def _may_each(person, tasks, records):
    """Whether an account may do one of the tasks with each kind of these records."""
    for model in {record._meta.concrete_model for record in records}:
        answers = [may(person, task, model) for task in tasks]
        if not any(answers):
            return answers[0]
    return YES


# Change sets


def may_make_set(person) -> PermissionAnswer:
    return may(person, "add", ChangeSet)


def may_change_set(person, change_set, *, at) -> PermissionAnswer:
    """Whether a person may fill, empty and rename a change set. The set's state is not checked here."""
    return may(person, "change", ChangeSet) and may_work_on_set(person, change_set, at=at)


def may_work_on_set(person, change_set, *, at) -> PermissionAnswer:
    """Whether a change set's records or editions, and the places they move to, all belong to a person's units.

    The author has no special right: units may be taken from authors, and other people may fill the set. An empty
    set belongs to its author.
    """
    if person is None or assignments.is_assigned_everywhere(person):
        return YES
    contents = _contents_of(change_set)
    records = contents if change_set.holds_records else [edition.record for edition in contents]
    outside_assignment = [
        *assignments.find_outside_assignment(person, records, at=at),
        *assignments.find_targets_outside_assignment(person, contents, at=at),
    ]
    if outside_assignment:
        return PermissionAnswer(
            "The units assigned to this account do not cover the whole change set:"
            f" {text.quoted(outside_assignment)}.",
            is_scope=True,
        )
    if change_set.author_id != person.pk and not contents:
        return PermissionAnswer(
            "The change set is empty, so only its author may work on it.", is_scope=True
        )
    return YES


def _contents_of(change_set):
    """Return the working records in an unfinished set, or the editions of a finished set without withdrawn ones.

    One query for each kind.
    """
    return change_set.find_subjects() if change_set.holds_records else change_set.find_editions()


def may_remark(person, change_set, *, at) -> PermissionAnswer:
    """Whether a person may say something about the records of a set: who writes, submits or approves them."""
    may_do_it = may(person, "approve", ChangeSet) or _may_each(
        person, ("change", "publish"), _contents_of(change_set)
    )
    return may_do_it and may_work_on_set(person, change_set, at=at)


def may_make_transition(person, change_set, transition) -> PermissionAnswer:
    """Whether an account has the permission for a transition of a change set: no query for the usual roles.

    `review_questions.refusal` checks the scope, the state and the author's part.
    """
    if transition.task == "approve":
        return may_approve(person, change_set)
    if all(may(person, "change", governed.model) for governed in GOVERNED):
        return YES
    if contents := _contents_of(change_set):
        return _may_each(person, ("change", "publish"), contents)
    return may(person, "change", ChangeSet)


def may_approve(person, change_set) -> PermissionAnswer:
    """Whether an account may approve, return and withdraw a change set.

    This needs the permission to approve. If a setting lets authors approve, the author of the set needs only the
    permission to publish its records.
    """
    answer = may(person, "approve", ChangeSet)
    if answer or not settings.AUTHORS_MAY_APPROVE or change_set.author_id != person.pk:
        return answer
    records = [getattr(content, "record", content) for content in _contents_of(change_set)]
    return _may_each(person, ("publish",), records) if records else answer


def may_share(person, change_set, *, at) -> PermissionAnswer:
    """Whether a person may make and revoke links to a change set for people without an account."""
    if person is None:
        return YES
    if not (person.is_active and person.is_staff):
        return _closed(person)
    may_do_it = may(person, "change", ChangeSet) or may(person, "approve", ChangeSet)
    if not (change_set.is_alive and may_do_it and visibility.can_see_change_sets(person)):
        return PermissionAnswer(
            "This needs the permission to change or to approve change sets, and a change set that is"
            " not discarded or withdrawn."
        )
    return may_work_on_set(person, change_set, at=at)


# What belongs to no unit


def may_change_responsibility(person, responsibility, *, at) -> PermissionAnswer:
    """Whether a person may change a responsibility. All units that share it must be the person's."""
    may_change_it = may(person, "change", Responsibility)
    if not may_change_it or person is None or assignments.is_assigned_everywhere(person):
        return may_change_it
    drafts = Unit.objects.filter(responsibilities=responsibility)
    editions = UnitEdition.objects.active_after(at).filter(responsibilities=responsibility)
    units = Unit.objects.filter(Q(pk__in=drafts.values("pk")) | Q(pk__in=editions.values("unit")))
    return may_work_on(person, list(units), at=at)


def may_load(person) -> PermissionAnswer:
    """Whether a person may load a file, which reaches every unit and publishes at once."""
    for governed in GOVERNED:
        if not (answer := may(person, "publish", governed.model)):
            return answer
    if person is None or assignments.is_assigned_everywhere(person):
        return YES
    return PermissionAnswer(
        f"A file reaches the whole organization, and {person} does not work on every unit.",
        is_scope=True,
    )
