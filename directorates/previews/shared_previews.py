"""The site with a change set, for a person without an account who has a link: see `actions.sharing`.

These views use no session and no user. The address is the secret, so no other site or log receives it.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import wraps

from django.urls import reverse
from django.utils import timezone
from django.utils.log import log_response
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from directorates.accounts.visitor_address import visitor_address
from directorates.actions import flood_limit, sharing
from directorates.actions.refusals import Refusal
from directorates.actions.reviewing import dry_run
from directorates.models import PreviewLink
from directorates.previews.render_preview import render_preview
from directorates.queries import shared_links
from directorates.views.pages import render_error

ENDED = (
    "It may have ended, or a part of its address may be missing. Please ask the person who sent it"
    " to you."
)
NOT_NOW = (
    "The planned change cannot be shown at the moment: staff are working on it, or it needs something"
    " else to be public first. Please try again later, or ask the person who sent you the link."
)
TOO_MANY = "Too many pages were requested at once. Please try again in {wait}."


@dataclass(frozen=True)
class SharedPreview:
    """The preview bar's data for a person without an account, without anything for staff only."""

    shown_at: datetime
    expires_at: datetime
    bar: str = "directorates/_shared_preview_bar.html"


def _keeping_the_secret(view):
    """Keep the address from caches, search engines, the log and every site that the page links to."""

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Referrer-Policy"] = "no-referrer"
        if response.status_code >= 400:
            # Logged here without the address, so Django does not log it with the address.
            log_response("%s: a shared preview", response.reason_phrase, response=response)
        return response

    return never_cache(wrapper)


@require_safe
@_keeping_the_secret
def shared_preview(request, token="", path=""):
    address, now = visitor_address(request), timezone.now()
    # Counted before the token is checked, so the limit also slows guessing.
    if wait := flood_limit.count_shared_page(address, at=now):
        return _ask_to_wait(request, wait)
    try:
        link = shared_links.find_by_token(token, at=now)
    except PreviewLink.DoesNotExist:
        return render_error(request, "This link shows nothing", ENDED, 404)
    if wait := flood_limit.count_page_of_link(link.pk, at=now):
        return _ask_to_wait(request, wait)
    network = flood_limit.find_network(address)
    sharing.note_use(link=link, path=f"/{path}", network=network, at=now)
    return _render_link(request, link, token, path, now)


def _render_link(request, link, token, path, now):
    prefix = reverse("directorates:shared-preview", args=[token])
    try:
        outcome = dry_run.for_outsiders(link.change_set, at=now)
    except Refusal:
        # The reason may name other people's drafts and changes that are not public.
        return render_error(request, "Cannot be shown now", NOT_NOW, 409)
    previewed = SharedPreview(shown_at=outcome.instant, expires_at=link.expires_at)
    with outcome.shown():
        return render_preview(request, path, at=outcome.instant, prefix=prefix, previewed=previewed)


def _ask_to_wait(request, seconds):
    sentence = TOO_MANY.format(wait=flood_limit.describe(seconds))
    response = render_error(request, "Please wait", sentence, 429)
    response.headers["Retry-After"] = str(seconds)
    return response
