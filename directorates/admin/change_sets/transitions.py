"""Transitions of a change set: the offered ones, the view that makes one, and the steps so far."""

from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone

from directorates.actions.refusals import REFUSALS
from directorates.actions.reviewing import opening_again, review_questions, reviewing
from directorates.admin.change_sets.shown_texts import keep_differences, required_reading
from directorates.admin.form_parts.one_time_form import answer_once
from directorates.admin.refusals import keep_typed, posted_text, show_refusal
from directorates.admin.wording import (
    day_and_time,
    effect_once_approved,
    exact_moment,
    person,
    submission_message,
)
from directorates.models import ChangeSet
from directorates.queries import permissions
from directorates.rules import review_states

ACTIONS = {
    "submit": reviewing.submit,
    "take-back": reviewing.take_back,
    "return": reviewing.return_to_author,
    "approve": reviewing.approve,
    "discard": reviewing.discard,
    "withdraw": reviewing.withdraw,
}

#: The transitions on the way to the public, whose button is the main one.
LEADING_ON = {"submit", "approve"}

DONE = {
    "create": "Made",
    "add": "Filled",
    "remove": "Emptied",
    "change": "Changed",
    "submit": "Submitted for review",
    "take-back": "Taken back from review",
    "return": "Returned with comments",
    "approve": "Approved",
    "discard": "Discarded",
    "withdraw": "Withdrawn",
    "withdraw-edition": "Partly withdrawn",
    "correct": "Public content corrected",
}


@dataclass(frozen=True)
class OfferedTransition:
    """A transition as a button; `refusal` says why it cannot be made, '' if it can."""

    name: str
    label: str
    refusal: str
    needs_comment: bool


@dataclass(frozen=True)
class StepRow:
    done: str
    by: str
    at: str
    comment: str


class ChangeSetTransitions:
    """A part of ChangeSetAdmin."""

    def get_urls(self):
        route, view = "<int:pk>/transition/", self.transition_view
        again = self.page_path("<int:pk>/open-again/", self.open_again_view, "open_again", ["POST"])
        return [self.page_path(route, view, "transition", ["POST"]), again, *super().get_urls()]

    def open_again_view(self, request, pk):
        """Make a new set of what a withdrawn or discarded one held."""
        change_set = get_object_or_404(ChangeSet, pk=pk)
        if not permissions.may_make_set(request.user):
            raise PermissionDenied("Your account may not make change sets.")
        try:
            made = opening_again.open_again(
                change_set=change_set, by=request.user, at=timezone.now()
            )
        except REFUSALS as error:
            show_refusal(request, error)
            return HttpResponseRedirect(change_set.get_absolute_url())
        message = f"“{made}” is open again, as a new change set. The old one stays on record."
        return self.leave(request, made.get_absolute_url(), message)

    def offered_transitions(self, request, change_set, at):
        """Yield the transitions that concern this person, the one that leads on first."""
        for transition in sorted(
            review_states.transitions_from(change_set.state),
            key=lambda transition: transition.name not in LEADING_ON,
        ):
            is_of_others = transition.by_author and change_set.author_id != request.user.pk
            if not is_of_others and permissions.may_make_transition(
                request.user, change_set, transition
            ):
                refusal = review_questions.refusal(change_set, transition, request.user, at=at)
                label = transition.label if refusal else _label(transition, change_set)
                yield OfferedTransition(transition.name, label, refusal, transition.needs_comment)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Answer a second press of “Submit” with a message: the first has made the set read only."""
        answer = partial(super().changeform_view, request, object_id, form_url, extra_context)
        if not (request.method == "POST" and object_id and _is_submission(request)):
            return answer()
        return answer_once(
            request,
            answer,
            partial(self._submitted_already, request, object_id),
            f"{DONE['submit']} already: the button was pressed twice.".format,
        )

    def _submitted_already(self, request, object_id):
        """Return the set that this person has submitted with this form, or None."""
        found = self.get_object(request, unquote(object_id))
        if found is None or found.state != ChangeSet.State.IN_REVIEW:
            return None
        last = found.steps.last()
        # Since the form was opened: a save and a submission.
        is_own = (last.name, last.by_id) == ("submit", request.user.pk)
        is_next = request.POST.get("opened_version") == str(found.version - 2)
        is_same = all(
            request.POST.get(name, "").split() == getattr(found, name).split()
            for name in ("title", "reason", "public_note")
        )
        return found if is_own and is_next and is_same else None

    def response_change(self, request, obj):
        if _is_submission(request):
            self._submit_saved(request, obj)
        else:
            self.message_user(request, f"The change set “{obj}” is saved.", messages.SUCCESS)
            # It belongs to the next step. “Save” sends it too, and would lose it.
            if comment := posted_text(request, "comment"):
                keep_typed(request, f"transition_{obj.pk}", comment)
        return HttpResponseRedirect(obj.get_absolute_url())

    def _submit_saved(self, request, change_set):
        """Submit a set that the same request has saved. After a refusal it stays saved."""
        comment = posted_text(request, "comment")
        try:
            reviewing.submit(
                change_set=change_set, by=request.user, at=timezone.now(), comment=comment
            )
        except REFUSALS as error:
            message = f"The change set “{change_set}” is saved, but not submitted."
            self.message_user(request, message, messages.WARNING)
            show_refusal(request, error)
            keep_typed(request, f"transition_{change_set.pk}", comment)
            return
        self.message_user(request, submission_message(change_set), messages.SUCCESS)

    def transition_view(self, request, pk):
        change_set = get_object_or_404(ChangeSet, pk=pk)
        transition = review_states.TRANSITIONS.get(request.POST.get("transition"))
        if transition is None or not permissions.may_make_transition(
            request.user, change_set, transition
        ):
            raise PermissionDenied("Your account may not do this with a change set.")
        comment = posted_text(request, "comment")
        planned = None
        try:
            with transaction.atomic():
                # Locked, so the transition applies to the state that this person looked at.
                change_set = reviewing.lock(change_set, transition=transition.name)
                _require_version(change_set, transition, request)
                planned = change_set.effective_from
                shown = (
                    {"reviewed": required_reading(request)} if transition.name == "approve" else {}
                )
                ACTIONS[transition.name](
                    change_set=change_set,
                    by=request.user,
                    at=timezone.now(),
                    comment=comment,
                    **shown,
                )
        except REFUSALS as error:
            keep_differences(request, change_set, error)
            show_refusal(request, error)
            keep_typed(request, f"transition_{pk}", comment)
            return HttpResponseRedirect(change_set.get_absolute_url())
        message = f"{DONE[transition.name]}: “{change_set}”.{_effect(transition, planned)}"
        return self.leave(request, change_set.get_absolute_url(), message)


def _is_submission(request):
    """Whether the form was sent with the button that submits the set."""
    return request.POST.get("transition") == "submit"


def _label(transition, change_set):
    """Return the text of a button. The button for the approval says when the public sees the change."""
    if transition.name != "approve":
        return transition.label
    if change_set.effective_from is None:
        return "Approve and publish now"
    return f"Approve for {day_and_time(change_set.effective_from)}"


def _effect(transition, planned):
    """Return a sentence on when the public sees the set. `planned` is its instant before the transition."""
    if transition.name == "submit":
        return f" {effect_once_approved(planned)}"
    if transition.name != "approve":
        return ""
    return f" The public sees it {f'on {exact_moment(planned)}' if planned else 'now'}."


def step_rows(steps):
    return [
        StepRow(
            DONE.get(step.name, step.name), person(step.by), exact_moment(step.at), step.comment
        )
        for step in steps
    ]


def _require_version(change_set, transition, request):
    """Refuse a transition from another state than this person looked at."""
    # The set's form also carries the version with which it was opened.
    posted = request.POST.get("version") or request.POST.get("opened_version")
    if posted == str(change_set.version):
        return
    last = change_set.steps.last()
    if (last.name, last.by_id) == (transition.name, request.user.pk) and posted == str(
        change_set.version - 1
    ):
        raise reviewing.ReviewError(
            f"{DONE[transition.name]} already: the button was pressed twice."
        )
    raise reviewing.ReviewError(
        "The change set was changed after you opened this page. Look at it again."
    )
