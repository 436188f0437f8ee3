"""The public site as it will be with a change set in force: for staff, never cached, never indexed."""

import copy
import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.contrib.admin.views.decorators import staff_member_required
from django.http import Http404, QueryDict
from django.urls import Resolver404, get_script_prefix, resolve, reverse, set_script_prefix
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from directorates import visibility
from directorates.actions import foresight
from directorates.actions.editions import PublishingError
from directorates.models import ChangeSet
from directorates.text import plain_text
from directorates.views import errors
from directorates.views.pages import render_page

#: The pages that follow from the records, and so can be walked.
WALKED = {"overview", "about", "directorates", "directorate", "offices", "office"}


@dataclass(frozen=True)
class PreviewedSet:
    title: str
    shown_at: datetime
    set_url: str
    touched_url: str


@dataclass(frozen=True)
class TouchedPage:
    """A page that the change set changes. `change` is "new", "changed", "moved" or "gone"."""

    title: str
    change: str
    before_url: str
    after_url: str


def _find(request, pk):
    try:
        return visibility.change_set(request.user, pk)
    except ChangeSet.DoesNotExist as error:
        raise Http404("No such change set.") from error


def _previewed(change_set, instant):
    return PreviewedSet(
        title=change_set.title,
        shown_at=instant,
        set_url=change_set.get_absolute_url(),
        touched_url=reverse("directorates:touched-pages", args=[change_set.pk]),
    )


@require_safe
@never_cache
@staff_member_required
def set_preview(request, pk, path=""):
    """Show any page that follows from the records as it will be; its links stay within the preview."""
    change_set = _find(request, pk)
    prefix = reverse("directorates:preview-set", args=[pk])
    try:
        with foresight.applied(change_set, at=timezone.now()) as instant:
            request.previewed_set = _previewed(change_set, instant)
            with _addresses_under(prefix):
                return _show(request, f"/{path}", instant)
    except PublishingError as error:
        return _refuse(request, change_set, error)


@require_safe
@never_cache
@staff_member_required
def touched_pages(request, pk):
    """List every public page that the change set changes, each with its before and after."""
    change_set = _find(request, pk)
    now = timezone.now()
    units = foresight.unit_ids_of(change_set)
    # What is in force today and has another address then is no less touched.
    paths = foresight.find_candidate_paths(units, at=now)
    try:
        with foresight.applied(change_set, at=now) as instant:
            later = foresight.find_candidate_paths(units, at=instant)
            paths = list(dict.fromkeys([*later, *paths]))
            after = {path: _seen(request, path, instant) for path in paths}
    except PublishingError as error:
        return _refuse(request, change_set, error)
    before = {path: _seen(request, path, now) for path in paths}
    prefix = reverse("directorates:preview-set", args=[pk])
    pages = [_touched(path, before[path], after[path], prefix) for path in paths]
    return render_page(
        request,
        "directorates/touched_pages.html",
        {"change_set": change_set, "pages": [page for page in pages if page], "instant": instant},
        at=now,
        title=f"What “{change_set}” touches",
        path="",
        is_indexed=False,
    )


@contextmanager
def _addresses_under(prefix):
    """Let every address that is made within the block begin with `prefix`."""
    before = get_script_prefix()
    set_script_prefix(prefix)
    try:
        yield
    finally:
        set_script_prefix(before)


def _show(request, path, instant):
    request.shown_at = instant
    try:
        match = resolve(path, "directorates.urls")
        if match.url_name not in WALKED:
            raise Http404("This page does not follow from the records.")
        return match.func(request, *match.args, **match.kwargs)
    except (Http404, Resolver404):
        return errors.page_not_found(request)


def _seen(request, path, instant):
    """Return (status, title, words) of a public page at an instant."""
    asked = copy.copy(request)
    asked.GET, asked.path = QueryDict(""), path
    response = _show(asked, path, instant)
    markup = response.content.decode()
    title = re.search(r"<title>(.*?)</title>", markup, re.DOTALL)
    main = re.search(r"<main.*</main>", markup, re.DOTALL)
    return (
        response.status_code,
        plain_text(title[1]) if title else "",
        main[0] if main else response.get("Location", ""),
    )


def _touched(path, before, after, prefix):
    if before == after:
        return None
    was, will = before[0] == 200, after[0] == 200
    if was and will:
        change = "changed"
    elif will:
        change = "new"
    else:
        change = "moved" if after[0] in (301, 302) else "gone"
    return TouchedPage(
        title=(after if will else before)[1],
        change=change,
        before_url=path if was else "",
        after_url=prefix + path.removeprefix("/") if after[0] != 404 else "",
    )


def _refuse(request, change_set, error):
    return render_page(
        request,
        "directorates/error.html",
        {"heading": "No preview", "sentence": str(error), "status": 409},
        at=timezone.now(),
        title=f"No preview of “{change_set}”",
        path="",
        status=409,
        is_indexed=False,
    )
