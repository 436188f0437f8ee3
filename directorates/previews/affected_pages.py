"""The public pages that a change set changes: each is rendered with and without the set, at its instant."""

import copy
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from directorates.actions.refusals import Refusal
from directorates.actions.reviewing import dry_run
from directorates.models import ChangeSet
from directorates.previews.change_set_previews import find_set, refuse
from directorates.previews.render_preview import render_public_page, staff_preview
from directorates.queries import visibility
from directorates.queries.overlay import reading
from directorates.queries.public_pages import find_affected
from directorates.rules.content.text import plain_text
from directorates.views import public_pages
from directorates.views.pages import render_page

#: More pages than this are not compared: each is rendered twice.
MOST_PAGES = 200
#: How many addresses of the sitemap the page names; it counts the rest.
MOST_ADDRESSES = 20

#: The compared parts of a page. The header and the footer are the same on all pages.
_COMPARED = re.compile(r'<nav class="usa-breadcrumb.*?</nav>|<main.*</main>', re.DOTALL)
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


@dataclass(frozen=True)
class AffectedPage:
    """A page that the change set changes. `change` is "new", "changed", "moved" or "gone"."""

    title: str
    change: str
    before_url: str
    after_url: str


@dataclass(frozen=True)
class SitemapChange:
    """Addresses that the sitemap gains, loses or gives a new date: the first ones, and how many more."""

    label: str
    addresses: tuple[str, ...]
    more: int


@dataclass(frozen=True)
class Side:
    """The public site with the change set or without it, at `instant`."""

    instant: datetime
    pages: dict[str, tuple[int, str, str]]
    sitemap: dict[str, str]


@staff_preview
def affected_pages(request, pk):
    """List every public page that the change set changes, each with its before and after."""
    change_set, now = find_set(request, pk), timezone.now()
    try:
        before, after, left_out = _both_sides(request, change_set, now)
    except Refusal as error:
        return refuse(request, change_set, error)
    return render_page(
        request,
        "directorates/affected_pages.html",
        _comparison(change_set, before, after, now) | {"left_out": left_out},
        at=now,
        title=f"Affected pages of “{change_set}”",
        path="",
        is_indexed=False,
    )


def _comparison(change_set, before, after, now):
    before_label, before_prefix = _before_of(change_set, now)
    after_prefix = reverse("directorates:preview-set", args=[change_set.pk])
    pages = [
        _affected(path, before.pages[path], after.pages[path], before_prefix, after_prefix)
        for path in after.pages
    ]
    return {
        "change_set": change_set,
        "instant": after.instant,
        "is_without": before.instant == after.instant,
        "before_label": before_label,
        "pages": [page for page in pages if page],
        "sitemap_changes": _sitemap_changes(before.sitemap, after.sitemap),
    }


def _both_sides(request, change_set, now):
    """Return the site without the change set, with it, and how many pages were not compared."""
    units = dry_run.unit_ids_of(change_set)
    without = dry_run.without(change_set, at=now)
    with_it = dry_run.with_change_set(change_set, at=now)
    # Both sides are read from one snapshot, so other people's changes meanwhile are no difference.
    with reading():
        with without.shown():
            found_before = find_affected(public_pages.PAGES, units, at=without.instant)
        with with_it.shown():
            found_after = find_affected(public_pages.PAGES, units, at=with_it.instant)
            # A page that has another address without the set is affected too.
            found = list(dict.fromkeys([*found_after, *found_before]))
            paths = found[:MOST_PAGES]
            after = _look(request, paths, with_it.instant)
        with without.shown():
            before = _look(request, paths, without.instant)
    return before, after, len(found) - len(paths)


def _look(request, paths, instant):
    pages = {path: _seen(request, path, instant) for path in paths}
    return Side(instant, pages, _sitemap(request, instant))


def _seen(request, path, instant):
    """Return (status, title, compared markup) of a public page at an instant."""
    response = render_public_page(_as_asked(request, path), urlsplit(path).path, at=instant)
    markup = response.content.decode()
    title = _TITLE.search(markup)
    return (
        response.status_code,
        plain_text(title[1]) if title else "",
        "".join(_COMPARED.findall(markup)) or response.get("Location", ""),
    )


def _sitemap(request, instant):
    """Return {address: date of its last change} of the sitemap at an instant."""
    path = reverse("directorates:sitemap")
    response = render_public_page(_as_asked(request, path), path, at=instant, also={"sitemap"})
    markup = response.render().content.decode()
    entries = re.findall(r"<loc>(.*?)</loc>(?:<lastmod>(.*?)</lastmod>)?", markup)
    return {urlsplit(address).path: changed for address, changed in entries}


def _as_asked(request, path):
    asked = copy.copy(request)
    asked.path, asked.GET = urlsplit(path).path, QueryDict(urlsplit(path).query)
    return asked


def _before_of(change_set, now):
    """Return the text for "before" of this change set, and the prefix of the addresses before it."""
    at = change_set.effective_from
    if change_set.state == ChangeSet.State.APPROVED:
        # Once the set is approved, no address shows the site without it at its own instant.
        label, instant = "as it is the moment before", at - datetime.resolution
    elif at is None or at <= now:
        return "as it is now", "/"
    else:
        label, instant = "as it would be without it", at
    with timezone.override(visibility.site_settings().time_zone):
        return label, reverse("directorates:preview-instant", args=[instant])


def _affected(path, before, after, before_prefix, after_prefix):
    """Return an AffectedPage, or None if the page is the same on both sides."""
    if before == after:
        return None
    was, will = before[0] == 200, after[0] == 200
    if was and will:
        change = "changed"
    elif will:
        change = "new"
    else:
        change = "moved" if after[0] in (301, 302) else "gone"
    return AffectedPage(
        title=(after if will else before)[1],
        change=change,
        before_url=before_prefix + path.removeprefix("/") if was else "",
        after_url=after_prefix + path.removeprefix("/") if after[0] != 404 else "",
    )


def _sitemap_changes(before, after):
    both = before.keys() & after.keys()
    changes = (
        ("New in the sitemap", after.keys() - before.keys()),
        ("No longer in the sitemap", before.keys() - after.keys()),
        ("New date in the sitemap", {path for path in both if before[path] != after[path]}),
    )
    return [
        SitemapChange(label, tuple(sorted(paths)[:MOST_ADDRESSES]), len(paths) - MOST_ADDRESSES)
        for label, paths in changes
        if paths
    ]
