"""Corrections of what is public, as change sets: written, reviewed and approved in one step each."""

from directorates.actions import locks
from directorates.actions.publishing import correcting, correction_plan
from directorates.actions.publishing.editions import ChangedMeanwhileError
from directorates.actions.refusals import require
from directorates.actions.reviewing import reviewing
from directorates.models import ChangeSet
from directorates.models.records.governed import find_governed
from directorates.queries import permissions
from directorates.rules.content import text


@locks.atomic
def submit(*, record, fields, by, at, number, choices=None, shown=None, change_note="", reason=""):
    """Make a set that corrects the public content of a record, and submit it. Returns the set.

    `fields` are the corrected values by name, `number` is the edition in force that they were written for, and
    `choices` are the answers where the draft or a scheduled edition changes the same. `shown` is the shown_hash
    of the plan that the person saw; None if there was no page. Raises PublishingError and its subclasses.
    """
    locks.publications()
    require(permissions.may_correct(by, record, at=at))
    plan = correction_plan.make_plan(record, fields, at=at)
    correction = {
        "model": find_governed(record).name,
        "pk": record.pk,
        "number": number,
        "fields": fields,
        "choices": {name: value for name, value in (choices or {}).items() if name in plan.clashes},
    }
    correcting.require_current(plan, correction)
    if shown is not None and shown != plan.shown_hash:
        raise ChangedMeanwhileError(
            f"“{record}” was saved or published by someone else after you looked at the changes. Look again."
        )
    change_set = ChangeSet.objects.create(
        title=text.shorten(f"Correct {record} now", 160),
        reason=reason,
        public_note=change_note,
        author=by,
        created_at=at,
        correction=correction,
    )
    reviewing.record_step(change_set, "create", "", by, at)
    return reviewing.submit(change_set=change_set, by=by, at=at)


@locks.atomic
def publish(*, record, by, at, **submission):
    """Submit a correction and approve it at once, if a setting lets authors approve. Returns the editions."""
    locks.publications()
    require(permissions.may_publish_correction(by, record, at=at))
    change_set = submit(record=record, by=by, at=at, **submission)
    return reviewing.approve(change_set=change_set, by=by, at=at)
