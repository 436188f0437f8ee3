"""Saving and deleting the matters that units handle."""

from directorates.actions import locks, search_index
from directorates.actions.auditing import auditing, contributions
from directorates.actions.auditing.audit_phrases import changes_between, state_of
from directorates.actions.duplicates import refusing_duplicates
from directorates.actions.refusals import Refusal, require
from directorates.models import ChangeSet, Generation, Responsibility, Unit, UnitEdition
from directorates.queries import permissions
from directorates.rules import audit_actions
from directorates.rules.content import lines


class ResponsibilityInUseError(Refusal):
    """The responsibility is on pages or in drafts."""


class ResponsibilityInReviewError(ResponsibilityInUseError):
    """A record that names it is in review, so the reviewer's text must not change."""


def find_review(responsibility):
    """Return a change set in review with a record that names the responsibility, or None."""
    in_review = ChangeSet.objects.filter(state=ChangeSet.State.IN_REVIEW)
    return in_review.filter(units__responsibilities=responsibility).first()


def refuse_in_review(responsibility):
    if change_set := find_review(responsibility):
        raise ResponsibilityInReviewError(
            f"“{responsibility}” is in review with the change set “{change_set}”, so it cannot be"
            " changed. Take the set back first, or wait for the review."
        )


def is_published(responsibility):
    """Whether an edition names the responsibility: then a page, past or present, shows its phrase."""
    return UnitEdition.objects.not_withdrawn().filter(responsibilities=responsibility).exists()


def is_in_use(responsibility):
    """Whether a draft or an edition names the responsibility, withdrawn editions included."""
    return (
        Unit.objects.filter(responsibilities=responsibility).exists()
        or UnitEdition.objects.filter(responsibilities=responsibility).exists()
    )


def find_same(phrase, *, besides):
    """Return another responsibility with the same phrase, apart from case or composition, or None."""
    others = Responsibility.objects.exclude(pk=besides.pk)
    return others.filter(phrase_folded=lines.fold(phrase)).first()


@locks.atomic
def find_or_make(written, *, by, at):
    """Save those of some responsibilities that are not saved yet, and return all. Raises NotAllowedError.

    One that someone else has made meanwhile is taken, and not made twice.
    """
    found = []
    for responsibility in written:
        same = find_same(responsibility.phrase, besides=responsibility)
        saved = same or responsibility
        if saved.pk is None:
            save(responsibility=saved, by=by, at=at)
        found.append(saved)
    return found


@locks.atomic
def save(*, responsibility, by, at):
    """Save a responsibility. Its synonyms and its description are public at once, if a published page shows it.

    Raises NotAllowedError and ResponsibilityInReviewError. Raises ResponsibilityInUseError if the phrase
    changes although a published page shows it. Raises AlreadyThereError if someone else has just made the same.
    """
    state_before = None
    if responsibility.pk is None:
        require(permissions.may(by, "add", Responsibility))
    else:
        require(permissions.may_change_responsibility(by, responsibility, at=at))
        # Locked first, because a change of a published responsibility counts as a publication.
        locks.publications()
        before = locks.row(type(responsibility).objects.filter(pk=responsibility.pk))
        state_before = state_of(before)
        if state_before != state_of(responsibility):
            refuse_in_review(before)
        if is_published(before):
            if before.phrase != responsibility.phrase:
                raise ResponsibilityInUseError(
                    f"“{before.phrase}” is on published pages, so it cannot be renamed. Add another"
                    " responsibility and give that one to the units."
                )
            if state_before != state_of(responsibility):
                Generation.objects.advance()
    with refusing_duplicates(responsibility):
        responsibility.save()
    changes = changes_between(type(responsibility), state_before, state_of(responsibility))
    if changes:
        search_index.write_responsibilities([responsibility])
        action = audit_actions.CHANGE if state_before else audit_actions.CREATE
        contributions.note_draft(responsibility, action=action, by=by, at=at)
        auditing.note(
            action=action,
            record=responsibility,
            by=by,
            at=at,
            changes=changes,
        )
    return responsibility


@locks.atomic
def delete(*, responsibility, by, at):
    """Delete a responsibility that nothing names. Raises ResponsibilityInUseError,
    ResponsibilityInReviewError, NotAllowedError."""
    require(permissions.may(by, "delete", Responsibility))
    locks.publications()
    locks.rows(type(responsibility).objects.filter(pk=responsibility.pk), to_delete=True)
    refuse_in_review(responsibility)
    if is_in_use(responsibility):
        raise ResponsibilityInUseError(
            f"“{responsibility}” is in use by units, or was, so it cannot be deleted."
        )
    auditing.note_deletion(responsibility, by=by, at=at)
    search_index.forget_responsibility(responsibility)
    responsibility.delete()
