"""Upkeep of published records: who reviews them how often, and the review itself.

A review says “still right” of the version that the public reads. It changes the day of the last review and no
content. No other action changes this day.
"""

from directorates.actions import locks
from directorates.actions.auditing import auditing
from directorates.actions.auditing.audit_phrases import change, changes_between
from directorates.actions.publishing import publication
from directorates.actions.refusals import PublishingError, require
from directorates.models import RecordReview
from directorates.models.records.governed import find_governed
from directorates.queries import permissions
from directorates.rules import audit_actions


class ReviewedMeanwhileError(PublishingError):
    """Someone reviewed the record since the person looked at it, perhaps by the same form sent twice."""


@locks.atomic
def confirm(*, edition, by, at, note="", last_review=None):
    """Record that a person has reviewed the edition in force and found it still right. Returns the RecordReview.

    `edition` is what the person saw, `last_review` the key of the newest review that the person saw, or 0; None means
    that the person saw no list of reviews. Every cached page is renewed. Raises PublishingError if the edition is not
    in force, or not any more, ReviewedMeanwhileError and NotAllowedError.
    """
    publication.begin()
    (record,) = locks.records([edition.record])
    require(permissions.may_confirm(by, record, at=at))
    _refuse_unless_in_force(record, edition, at)
    if last_review is not None:
        _refuse_reviewed_meanwhile(record, last_review)
    review = RecordReview.objects.create(
        record_model=record._meta.label_lower,
        record_pk=record.pk,
        edition=edition.number,
        by=by,
        at=at,
        note=note,
    )
    auditing.note(
        action=audit_actions.CONFIRM,
        record=record,
        by=by,
        at=at,
        changes=[change("edition", "Published version", "", str(edition.number))],
        comment=review.note,
    )
    return review


def _refuse_unless_in_force(record, edition, at):
    in_force = record.editions.in_force(at).first()
    if in_force is None:
        raise PublishingError(
            f"The public cannot read “{record}” now, so there is nothing to review. Publish it first."
        )
    if in_force != edition:
        raise PublishingError(
            f"“{record}” was published again meanwhile: the public now reads version {in_force.number}, and you"
            f" looked at version {edition.number}. Look at the new version, then review it."
        )


def _refuse_reviewed_meanwhile(record, last_review):
    reviews = RecordReview.objects.of_kind(type(record)).filter(record_pk=record.pk)
    newest = reviews.select_related("by").order_by("pk").last()
    if newest is not None and newest.pk != last_review:
        raise ReviewedMeanwhileError(
            f"“{record}” was reviewed meanwhile by {newest.by or auditing.COMMAND_LINE}, and found still right."
        )


@locks.atomic
def plan(*, record, values, by, at):
    """Set who looks after a record, its risk and its interval: {field name: value}. The public sees none of it.

    Returns the record. Raises PublishingError if the owner may not review it, and NotAllowedError.
    """
    (record,) = locks.records([record])
    require(permissions.may_plan_upkeep(by, record, at=at))
    before = _state(record)
    for name, value in values.items():
        setattr(record, name, value)
    _refuse_owner_without_permission(record, at)
    if changes := changes_between(type(record), before, _state(record)):
        record.validate_constraints()
        find_governed(record).model.objects.filter(pk=record.pk).update(**record.upkeep_values())
        auditing.note(
            action=audit_actions.PLAN_UPKEEP, record=record, by=by, at=at, changes=changes
        )
    return record


def _state(record):
    return {field.name: getattr(record, field.attname) for field in record.upkeep_fields()}


def _refuse_owner_without_permission(record, at):
    owner = record.upkeep_owner
    if owner is None:
        return
    if refusal := permissions.may_confirm(owner, record, at=at).refusal:
        raise PublishingError(
            f"{owner} cannot look after “{record}”: {refusal}", field="upkeep_owner"
        )
