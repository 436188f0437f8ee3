"""Moving a change set on: which moves a person is offered, the view that makes one, the steps so far."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone

from directorates.actions.refusals import REFUSALS
from directorates.actions.reviewing import review_questions, reviewing
from directorates.admin.change_sets.set_reading import keep_differences, required_reading
from directorates.admin.refusals import keep_typed, tell
from directorates.admin.wording import day_and_time, effect_once_approved, exact_moment, person
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
}


@dataclass(frozen=True)
class OfferedMove:
    """A move as a button; `refusal` says why it cannot be made, '' if it can."""

    name: str
    label: str
    refusal: str
    needs_comment: bool


@dataclass(frozen=True)
class MoveRow:
    done: str
    by: str
    at: str
    comment: str


class ChangeSetMoves:
    """A part of ChangeSetAdmin."""

    def get_urls(self):
        move = path(
            "<int:pk>/move/",
            self.admin_site.admin_view(self.move_view),
            name="directorates_changeset_move",
        )
        return [move, *super().get_urls()]

    def offered_moves(self, request, change_set, at):
        for move in review_states.moves_from(change_set.state):
            if permissions.may_move(request.user, change_set, move):
                refusal = review_questions.refusal(change_set, move, request.user, at=at)
                label = move.label if refusal else _label(move, change_set)
                yield OfferedMove(move.name, label, refusal, move.needs_comment)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Answer the second press of “Submit” in words, once the first has made the set read only."""
        is_submission = request.method == "POST" and object_id and _is_submission(request)
        submitted = self._submitted_already(request, object_id) if is_submission else None
        if submitted is None:
            response = super().changeform_view(request, object_id, form_url, extra_context)
            # The first press may have ended meanwhile.
            is_refused = is_submission and response.status_code == 200
            submitted = self._submitted_already(request, object_id) if is_refused else None
            if submitted is None:
                return response
        messages.info(request, f"{DONE['submit']} already: the button was pressed twice.")
        return HttpResponseRedirect(submitted.get_absolute_url())

    def _submitted_already(self, request, object_id):
        """Return the set that this person has submitted with this very form, or None."""
        found = self.get_object(request, unquote(object_id))
        if found is None or found.state != ChangeSet.State.IN_REVIEW:
            return None
        last = found.moves.last()
        # A save and a submission followed.
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
        return HttpResponseRedirect(obj.get_absolute_url())

    def _submit_saved(self, request, change_set):
        """Submit a set that the same request has saved. It stays saved if that is refused."""
        comment = posted_comment(request)
        try:
            reviewing.submit(
                change_set=change_set, by=request.user, at=timezone.now(), comment=comment
            )
        except REFUSALS as error:
            said = f"The change set “{change_set}” is saved, but not submitted."
            self.message_user(request, said, messages.WARNING)
            tell(request, error)
            keep_typed(request, f"move_{change_set.pk}", comment)
            return
        said = (
            f"{DONE['submit']}: “{change_set}”. {effect_once_approved(change_set.effective_from)}"
        )
        self.message_user(request, said, messages.SUCCESS)

    def move_view(self, request, pk):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        change_set = get_object_or_404(ChangeSet, pk=pk)
        move = review_states.MOVES.get(request.POST.get("move"))
        if move is None or not permissions.may_move(request.user, change_set, move):
            raise PermissionDenied("Your account may not make this move.")
        comment = posted_comment(request)
        planned = None
        try:
            with transaction.atomic():
                # Locked, so that what this person looked at is what is moved.
                change_set = reviewing.lock(change_set, move=move.name)
                _require_version(change_set, move, request)
                planned = change_set.effective_from
                shown = {"reviewed": required_reading(request)} if move.name == "approve" else {}
                ACTIONS[move.name](
                    change_set=change_set,
                    by=request.user,
                    at=timezone.now(),
                    comment=comment,
                    **shown,
                )
        except REFUSALS as error:
            keep_differences(request, change_set, error)
            tell(request, error)
            keep_typed(request, f"move_{pk}", comment)
            return HttpResponseRedirect(change_set.get_absolute_url())
        said = f"{DONE[move.name]}: “{change_set}”.{_effect(move, planned)}"
        self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(change_set.get_absolute_url())


def posted_comment(request):
    return request.POST.get("comment", "").replace("\0", "")


def _is_submission(request):
    """Whether the form of a set was sent by the button that submits it."""
    return request.POST.get("move") == "submit"


def _label(move, change_set):
    """Return the words of a button: that of the approval says when the public sees it."""
    if move.name != "approve":
        return move.label
    if change_set.effective_from is None:
        return "Approve and publish now"
    return f"Approve for {day_and_time(change_set.effective_from)}"


def _effect(move, planned):
    """Return when the public sees what was moved; `planned` is the set's instant before the move."""
    if move.name == "submit":
        return f" {effect_once_approved(planned)}"
    if move.name != "approve":
        return ""
    return f" The public sees it {f'on {exact_moment(planned)}' if planned else 'now'}."


def move_rows(change_set):
    return [
        MoveRow(
            DONE.get(step.name, step.name), person(step.by), exact_moment(step.at), step.comment
        )
        for step in change_set.moves.select_related("by")
    ]


def _require_version(change_set, move, request):
    """Refuse a move on another state than the one that this person looked at."""
    # The form of the set says which version it was opened with, too.
    posted = request.POST.get("version") or request.POST.get("opened_version")
    if posted == str(change_set.version):
        return
    last = change_set.moves.last()
    if (last.name, last.by_id) == (move.name, request.user.pk) and posted == str(
        change_set.version - 1
    ):
        raise reviewing.ReviewError(f"{DONE[move.name]} already: the button was pressed twice.")
    raise reviewing.ReviewError(
        "The change set was changed or moved after you opened this page. Look at it again."
    )
