"""Remarks about the records of an unfinished change set: made, answered, ticked off, and gone with the set.

They change no content, so a set in review takes them and stays as its reviewer read it.
"""

from directorates.actions import locks
from directorates.actions.auditing import auditing
from directorates.actions.refusals import require
from directorates.actions.reviewing.transition import ReviewError
from directorates.models import Remark
from directorates.models.records.governed import find_governed
from directorates.models.staff.remark import LONGEST
from directorates.queries import permissions
from directorates.rules import audit_actions
from directorates.rules.content import lines


@locks.atomic
def remark(*, change_set, record, words, by, at, field=""):
    """Say something about a record of a set, or about one of its fields. Returns the Remark. Raises ReviewError."""
    change_set = _lock(change_set, by, at)
    if record not in change_set.find_subjects():
        raise ReviewError(f"“{record}” is not in this change set any more.")
    if field and field not in _names_of(record):
        raise ReviewError("There is no such field to say something about.")
    return _write(audit_actions.REMARK, record, words, by, at, change_set=change_set, field=field)


@locks.atomic
def answer(*, remark, words, by, at):
    """Answer a remark, or one of its answers: all answers stand under the remark. Returns the answer."""
    question, record = _lock_question(remark, by, at)
    place = {"change_set": question.change_set, "field": question.field}
    return _write(audit_actions.ANSWER, record, words, by, at, **place, answers_to=question)


@locks.atomic
def tick_off(*, remark, by, at, is_done=True):
    """Mark a remark as dealt with, or as open again. A second call changes nothing."""
    question, record = _lock_question(remark, by, at)
    if is_done == (question.done_at is not None):
        return question
    question.done_by, question.done_at = (by, at) if is_done else (None, None)
    question.save(update_fields=["done_by", "done_at"])
    code = audit_actions.TICK_OFF if is_done else audit_actions.OPEN_REMARK
    _note(code, record, question, by, at)
    return question


def _lock(change_set, by, at):
    change_set = locks.change_set(change_set)
    if not change_set.holds_records:
        raise ReviewError(
            f"“{change_set}” is {change_set.get_state_display().lower()}, so its remarks are gone."
        )
    require(permissions.may_remark(by, change_set, at=at))
    return change_set


def _lock_question(remark, by, at):
    """Lock the set of a remark. Returns the remark that it answers, or itself, and the record."""
    change_set = _lock(remark.change_set, by, at)
    found = change_set.remarks.filter(pk=remark.answers_to_id or remark.pk).first()
    if found is None:
        raise ReviewError("This remark is gone.")
    for record in change_set.find_subjects():
        if (find_governed(record).name, record.pk) == (found.record_kind, found.record_pk):
            return found, record
    raise ReviewError("The record of this remark is not in the change set any more.")


def _write(code, record, words, by, at, **place):
    made = Remark.objects.create(
        record_kind=find_governed(record).name,
        record_pk=record.pk,
        words=_checked(words),
        by=by,
        at=at,
        **place,
    )
    _note(code, record, made, by, at)
    return made


def _names_of(record):
    return {field.name for field in (*record.content_fields(), *record.content_relations())}


def _checked(words):
    words = lines.clean_lines(words)
    if not words:
        raise ReviewError("Write something first.")
    if len(words) > LONGEST:
        raise ReviewError(
            f"A remark has at most {LONGEST:,} characters, and this one has {len(words):,}. Shorten it."
        )
    return words


def _note(code, record, remark, by, at):
    """Write the audit entry: who, where and when. The words are gone with the set, so the entry has none."""
    field = record._meta.get_field(remark.field).verbose_name if remark.field else ""
    auditing.note(
        action=code,
        record=record,
        change_set=remark.change_set,
        by=by,
        at=at,
        comment=f"At the field “{field}”." if field else "",
    )
