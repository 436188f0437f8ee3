"""The public site with a change set in force: for staff, never cached, never indexed."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from directorates.actions.refusals import Refusal
from directorates.actions.reviewing import dry_run
from directorates.models import ChangeSet
from directorates.previews.render_preview import render_preview, staff_preview
from directorates.queries import visibility
from directorates.views.pages import render_error


@dataclass(frozen=True)
class PreviewedSet:
    title: str
    shown_at: datetime
    set_url: str
    affected_url: str
    bar: str = "directorates/_preview_set_bar.html"


def find_set(request, pk):
    if not visibility.can_see_change_sets(request.user):
        raise PermissionDenied("Your account may not see change sets.")
    return get_object_or_404(ChangeSet, pk=pk)


@staff_preview
def set_preview(request, pk, path=""):
    """Show a page as it will be, if its content comes from the records. Its links stay in the preview."""
    change_set = find_set(request, pk)
    try:
        outcome = dry_run.with_change_set(change_set, at=timezone.now())
    except Refusal as error:
        return refuse(request, change_set, error)
    previewed = PreviewedSet(
        title=_title_of(change_set),
        shown_at=outcome.instant,
        set_url=change_set.get_absolute_url(),
        affected_url=reverse("directorates:affected-pages", args=[pk]),
    )
    prefix = reverse("directorates:preview-set", args=[pk])
    with outcome.shown():
        return render_preview(request, path, at=outcome.instant, prefix=prefix, previewed=previewed)


def _title_of(change_set):
    """Return the preview's title, which says if a part of the set was withdrawn."""
    if change_set.state == ChangeSet.State.APPROVED and change_set.find_withdrawn():
        return f"{change_set.title}, without what was withdrawn"
    return change_set.title


def refuse(request, change_set, error):
    """Return a page with the reason why a change set cannot be shown, the same that would stop its approval."""
    title = f"No preview of “{change_set}”"
    return render_error(request, "No preview", str(error), 409, title=title)
