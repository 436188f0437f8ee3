"""What staff do about a finding of the consistency check: put the record's words into the draft, or waive it."""

from django.apps import apps

from directorates.actions import locks
from directorates.actions.auditing import auditing
from directorates.actions.auditing.audit_phrases import change
from directorates.actions.publishing import drafting
from directorates.actions.refusals import PublishingError, require
from directorates.models import TextWaiver
from directorates.models.records.governed import GOVERNED
from directorates.queries import permissions
from directorates.queries.staff import content_check
from directorates.rules import audit_actions
from directorates.rules.checking.findings import hash_of
from directorates.rules.checking.replacing import replace_words


@locks.atomic
def waive(*, finding, words, reason, by, at):
    """Leave a finding as it is, for as long as its text is the same. Returns the TextWaiver.

    `words` is the stored text. Raises PublishingError without a reason, and NotAllowedError.
    """
    record = locks.row(_rows_of(finding))
    require(_may_change(by, record, at))
    if not reason.strip():
        raise PublishingError("Say why the words stay as they are.", field="reason")
    waiver = TextWaiver.objects.create(
        record_model=finding.place.record[0],
        record_pk=record.pk,
        field=finding.place.field,
        kind=finding.kind.value,
        found=finding.found,
        finding=finding.key,
        text_hash=hash_of(words),
        by=by,
        at=at,
        reason=reason.strip(),
    )
    auditing.note(
        action=audit_actions.WAIVE,
        record=record,
        by=by,
        at=at,
        changes=[change(finding.place.field, finding.place.label, "", finding.found)],
        comment=waiver.reason,
    )
    return waiver


@locks.atomic
def mend(*, finding, by, at):
    """Put the reference of a finding into the draft, in the place of the words. Returns the record.

    Raises PublishingError if the draft has other words by now, and what `drafting.save` raises.
    """
    place = finding.place
    if finding.instead is None:
        raise PublishingError("Nothing can be put in the place of these words. Change the text.")
    record = locks.row(_rows_of(finding))
    stored = getattr(record, place.field)
    # What is in force may have the words in other places than the draft.
    in_draft = content_check.check_records([record], at=at).find(finding.key)
    mended = in_draft and replace_words(
        stored, finding.found, in_draft.instead, is_rich=place.is_rich, nth=in_draft.nth
    )
    if mended is None:
        raise PublishingError(
            f"The draft of “{record}” does not have the words “{finding.found}” in one piece. Open its form."
        )
    if len(mended) > (type(record)._meta.get_field(place.field).max_length or len(mended)):
        raise PublishingError("The text would be too long for its field. Shorten it first.")
    setattr(record, place.field, mended)
    return drafting.save(record=record, relations={}, by=by, at=at)


def _rows_of(finding):
    label, pk = finding.place.record
    return apps.get_model(label)._base_manager.filter(pk=pk)


def _may_change(by, record, at):
    if any(isinstance(record, governed.model) for governed in GOVERNED):
        return permissions.may_change(by, [record], at=at)
    return permissions.may(by, "change", type(record))
