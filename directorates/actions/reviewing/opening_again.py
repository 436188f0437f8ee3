"""Opening a withdrawn or discarded change set again: a new set with what the old one held."""

from directorates.actions import locks
from directorates.actions.publishing import publishing
from directorates.actions.refusals import require
from directorates.actions.reviewing import reviewing
from directorates.actions.reviewing.transition import ReviewError
from directorates.models import AuditEntry
from directorates.models.records.governed import GOVERNED
from directorates.queries import permissions
from directorates.rules import audit_actions


@locks.atomic
def open_again(*, change_set, by, at):
    """Make a new set with the texts and records of one that was withdrawn or discarded. Returns the set.

    The drafts keep what was written since. A record whose draft says what is public gets the content of its
    withdrawn edition back. Records that were deleted or are in another set stay out. An instant that has passed
    is left empty. Raises ReviewError, NotAllowedError.
    """
    require(permissions.may_make_set(by))
    old = locks.change_set(change_set)
    if old.is_alive:
        raise ReviewError(f"“{old}” is {old.get_state_display().lower()}, so it needs no opening.")
    if old.correction is not None:
        raise ReviewError("A correction is written for what is public now. Write it again.")
    withdrawn = {edition.record: edition for edition in old.find_withdrawn()}
    held = [one for one in locks.records(_find_held(old, withdrawn)) if one.change_set_id is None]
    for record in held:
        if not record.has_unpublished_changes and record in withdrawn:
            publishing.restore(edition=withdrawn[record], by=by, at=at)
    records = [one for one in locks.records(held) if one.has_unpublished_changes]
    if not records:
        raise ReviewError(
            f"Nothing of “{old}” is left to open: its records are in other sets, or say what is public."
        )
    is_ahead = old.effective_from is not None and old.effective_from > at
    return reviewing.create(
        title=old.title,
        reason=old.reason,
        public_note=old.public_note,
        effective_from=old.effective_from if is_ahead else None,
        records=records,
        by=by,
        at=at,
    )


def _find_held(change_set, withdrawn):
    """Return the records of a withdrawn set, or those that a discarded set released: one query a kind."""
    if withdrawn:
        return list(withdrawn)
    step = change_set.steps.filter(name="discard").last()
    if step is None:
        return []
    released = AuditEntry.objects.filter(
        change_set=change_set, action=audit_actions.REMOVE, at=step.at
    ).values_list("record_model", "record_pk")
    found = []
    for governed in GOVERNED:
        label = governed.model._meta.label_lower
        pks = [pk for model, pk in released if model == label]
        found += governed.model._base_manager.filter(pk__in=pks) if pks else []
    return found
