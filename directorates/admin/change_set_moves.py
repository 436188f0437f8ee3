"""Moving a change set on: which moves a person is offered, the view that makes one, the steps so far."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone

from directorates import permissions, review_states
from directorates.actions import review_questions, reviewing
from directorates.actions.refusals import REFUSALS
from directorates.admin.refusals import keep_typed, tell
from directorates.admin.set_reading import keep_differences, required_reading
from directorates.admin.wording import day_and_time, effect_once_approved, exact_moment, person
from directorates.models import ChangeSet

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
class WrittenMove:
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

    def move_view(self, request, pk):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        change_set = get_object_or_404(ChangeSet, pk=pk)
        move = review_states.MOVES.get(request.POST.get("move"))
        if move is None or not permissions.may_move(request.user, change_set, move):
            raise PermissionDenied("Your account may not make this move.")
        comment = request.POST.get("comment", "").replace("\0", "")
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


def written_moves(change_set):
    return [
        WrittenMove(
            DONE.get(step.name, step.name), person(step.by), exact_moment(step.at), step.comment
        )
        for step in change_set.moves.select_related("by")
    ]


def _require_version(change_set, move, request):
    """Refuse a move on another state than the one that this person looked at."""
    posted = request.POST.get("version")
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
