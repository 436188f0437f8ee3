"""Withholding a past edition from the public, and showing it again. Each takes two people.

The edition keeps its place in the timeline, and staff keep its content. An edition in force is corrected by a new
one, and a scheduled edition is withdrawn: both are refused here.
"""

from directorates.actions import locks
from directorates.actions.auditing import auditing
from directorates.actions.auditing.audit_phrases import change
from directorates.actions.publishing import publication
from directorates.actions.refusals import PublishingError, require
from directorates.models import WithholdingStep
from directorates.queries import permissions
from directorates.queries.staff.withholding import may_agree, state_after, steps_of
from directorates.rules.withholding_states import TRANSITIONS, WITHHELD


@locks.atomic
def ask_to_withhold(*, edition, reason, by, at):
    """Ask a second person to withhold a past edition. The public can still read it.

    This and the other actions return the edition. They raise PublishingError if its state or its time in force
    does not allow the step, and NotAllowedError.
    """
    return _take_step("ask-to-withhold", edition, reason, by, at)


@locks.atomic
def withhold(*, edition, by, at, reason=""):
    """Withhold an edition, as another person asked. Every cached page is renewed."""
    publication.begin()
    return _take_step("withhold", edition, reason, by, at)


@locks.atomic
def decline_withholding(*, edition, by, at, reason=""):
    """Leave an edition public that someone asked to withhold."""
    return _take_step("decline-withholding", edition, reason, by, at)


@locks.atomic
def ask_to_show(*, edition, reason, by, at):
    """Ask a second person to show a withheld edition again. It stays withheld."""
    return _take_step("ask-to-show", edition, reason, by, at)


@locks.atomic
def show_again(*, edition, by, at, reason=""):
    """Show a withheld edition again, as another person asked. Every cached page is renewed."""
    publication.begin()
    return _take_step("show-again", edition, reason, by, at)


@locks.atomic
def keep_withheld(*, edition, by, at, reason=""):
    """Keep an edition withheld that someone asked to show again."""
    return _take_step("keep-withheld", edition, reason, by, at)


def _take_step(name, edition, reason, by, at):
    transition, reason = TRANSITIONS[name], reason.strip()
    (record,) = locks.records([edition.record])
    require(permissions.may_withhold(by, record, at=at))
    edition = record.editions.get(pk=edition.pk)
    steps = steps_of(edition)
    _refuse_other_state(edition, transition, state_after(steps))
    _refuse_unless_past(edition, at)
    if transition.by_second_person:
        _require_second_person(steps[-1], by)
    if transition.needs_reason and not reason:
        raise PublishingError("Say why, for the second person and for the record.", field="reason")
    WithholdingStep.objects.create(
        edition_model=edition._meta.label_lower,
        edition_pk=edition.pk,
        name=name,
        to_state=transition.target,
        by=by,
        at=at,
        reason=reason,
    )
    if transition.changes_the_past:
        edition.withheld_at = at if transition.target == WITHHELD else None
        record.editions.filter(pk=edition.pk).update(withheld_at=edition.withheld_at)
    auditing.note(
        action=name,
        record=record,
        by=by,
        at=at,
        changes=[change("edition", "Published version", "", str(edition.number))],
        comment=reason,
    )
    return edition


def _refuse_other_state(edition, transition, state):
    if state == transition.origin:
        return
    raise PublishingError(
        f"{edition.record}, published version {edition.number}: this is done already, or someone else took another"
        " step meanwhile. Look at its state below."
    )


def _refuse_unless_past(edition, at):
    name = f"Published version {edition.number} of “{edition.record}”"
    if edition.withdrawn_at is not None:
        raise PublishingError(
            f"{name} was withdrawn before it took effect, so it was never public."
        )
    if edition.effective_from > at:
        raise PublishingError(f"{name} has not taken effect yet. Withdraw it instead.")
    if edition.effective_until is None or edition.effective_until > at:
        raise PublishingError(
            f"{name} is in force. Publish a correction first. After that, the version is of the past, and you"
            " can withhold it."
        )


def _require_second_person(asked, by):
    if may_agree(by, asked):
        return
    raise PublishingError(
        f"{by} asked for this, so a second person must agree. Ask a colleague who may publish."
    )
