"""The site with a change set, for a person without an account who was given a link: see `actions.sharing`.

Neither the session nor the user is touched, and the address, which is the secret, is told to nobody.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import wraps

from django.urls import reverse
from django.utils import timezone
from django.utils.log import log_response
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from directorates.actions import flood_limit, sharing
from directorates.actions.publishing import dry_run
from directorates.actions.refusals import Refusal
from directorates.models import PreviewLink
from directorates.previews.render_preview import render_preview
from directorates.queries import permissions
from directorates.views.pages import render_error

ENDED = (
    "It may have ended, or a part of its address may be missing. Please ask the person who sent it"
    " to you."
)
NOT_NOW = (
    "The planned change cannot be shown at the moment: staff are working on it, or it needs something"
    " else to be public first. Please try again later, or ask the person who sent you the link."
)
TOO_MANY = "More pages were asked for than can be shown at once. Please try again in {wait}."


@dataclass(frozen=True)
class SharedPreview:
    """What the bar tells a person without an account: nothing that only staff should read."""

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
            # Logged here without the address, it is not logged with it by Django.
            log_response("%s: a shared preview", response.reason_phrase, response=response)
        return response

    return never_cache(wrapper)


@require_safe
@_keeping_the_secret
def shared_preview(request, token="", path=""):
    now = timezone.now()
    # Before the token is looked at, so that guessing is as slow as looking.
    if wait := flood_limit.count_shared_page(request, at=now):
        return _ask_to_wait(request, wait)
    try:
        link = permissions.shared_link(token, at=now)
    except PreviewLink.DoesNotExist:
        return render_error(request, "This link shows nothing", ENDED, 404)
    if wait := flood_limit.count_page_of_link(link.pk, at=now):
        return _ask_to_wait(request, wait)
    network = flood_limit.visitor_network(request)
    sharing.note_use(link=link, path=f"/{path}", network=network, at=now)
    return _render_link(request, link, token, path, now)


def _render_link(request, link, token, path, now):
    prefix = reverse("directorates:shared-preview", args=[token])
    try:
        outcome = dry_run.for_outsiders(link.change_set, at=now)
    except Refusal:
        # What stops it may name drafts of others, and changes that are not public.
        return render_error(request, "Not to be seen now", NOT_NOW, 409)
    previewed = SharedPreview(shown_at=outcome.instant, expires_at=link.expires_at)
    with outcome.shown():
        return render_preview(request, path, at=outcome.instant, prefix=prefix, previewed=previewed)


def _ask_to_wait(request, seconds):
    minutes = -(-seconds // 60)
    wait = f"{minutes} minutes" if minutes > 1 else "a minute"
    response = render_error(request, "Please wait", TOO_MANY.format(wait=wait), 429)
    response.headers["Retry-After"] = str(seconds)
    return response
