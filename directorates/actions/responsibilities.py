"""Saving and deleting the matters that units handle."""

from django.db import transaction

from directorates import audit_actions
from directorates.actions import auditing
from directorates.actions.audit_words import changes_between, state_of
from directorates.actions.refusals import DeletedMeanwhileError, Refusal
from directorates.models import Generation, Unit, UnitEdition


class ResponsibilityInUseError(Refusal):
    """The responsibility stands on pages or drafts."""


def is_published(responsibility):
    """Whether an edition names it: then its phrase stands on a page, past or present."""
    return UnitEdition.objects.standing().filter(responsibilities=responsibility).exists()


def is_in_use(responsibility):
    """Whether anything names it: a draft, or an edition, withdrawn ones included."""
    return (
        Unit.objects.filter(responsibilities=responsibility).exists()
        or UnitEdition.objects.filter(responsibilities=responsibility).exists()
    )


@transaction.atomic
def save(*, responsibility, by, at):
    """Save a responsibility. Its synonyms work in the public search at once.

    Raises ResponsibilityInUseError if the phrase changes although a published page shows it.
    """
    state_before = None
    if responsibility.pk is not None:
        rows = type(responsibility).objects.select_for_update()
        before = rows.filter(pk=responsibility.pk).first()
        if before is None:
            raise DeletedMeanwhileError.of(responsibility)
        state_before = state_of(before)
        if is_published(before):
            if before.phrase != responsibility.phrase:
                raise ResponsibilityInUseError(
                    f"“{before.phrase}” stands on published pages, so it cannot be renamed. Add another"
                    " responsibility and give that one to the units."
                )
            if before.synonyms != responsibility.synonyms:
                Generation.objects.advance()
    responsibility.save()
    changes = changes_between(type(responsibility), state_before, state_of(responsibility))
    if changes:
        auditing.note(
            action=audit_actions.CHANGE if state_before else audit_actions.CREATE,
            record=responsibility,
            by=by,
            at=at,
            changes=changes,
        )
    return responsibility


@transaction.atomic
def delete(*, responsibility, by, at):
    """Delete a responsibility that nothing names. Raises ResponsibilityInUseError otherwise."""
    if is_in_use(responsibility):
        raise ResponsibilityInUseError(
            f"“{responsibility}” is in use by units, or was, so it cannot be deleted."
        )
    auditing.note_deletion(responsibility, by=by, at=at)
    responsibility.delete()
