"""Error pages that look like the site. The page for status 500 needs no database and no template tags."""

import sys

from django.db import DatabaseError
from django.shortcuts import render

from directorates.accounts import autosave
from directorates.accounts.login_redirect import find_login_redirect
from directorates.accounts.sign_in_log import log_refusal
from directorates.actions.collisions import is_collision
from directorates.queries.staff import sign_in
from directorates.rules.database_errors import is_unavailability
from directorates.views import unavailable
from directorates.views.pages import render_error, shown_instant

_PAGES = {
    400: ("Bad request", "Your browser sent a request that this site cannot read."),
    403: ("Permission denied", "Your account may not see this page."),
    404: ("Page not found", "There is no page at this address, or it has moved."),
}

#: Never sent back to the browser.
_SECRET = ("csrfmiddlewaretoken", "password")
_NOT_FROM_HERE = (
    "Nothing was sent",
    "The page that you sent this from was open for too long, or your browser takes no cookies. Open"
    " that page again, and then send it once more.",
)


def _error_page(request, status, words=None):
    heading, sentence = words or _PAGES[status]
    try:
        response = render_error(request, heading, sentence, status, at=shown_instant(request))
    except DatabaseError:
        return server_error(request)
    # The page may exist soon. Without this header, shared caches may keep a 404 for any time.
    response.headers["Cache-Control"] = "no-cache"
    return response


def bad_request(request, exception=None):
    return render(request, "400.html", status=400)


def permission_denied(request, exception=None):
    heading, sentence = _PAGES[403]
    return _error_page(request, 403, (heading, str(exception or "") or sentence))


def csrf_failure(request, reason=""):
    """Tell staff that nothing was saved, where their text is and how to continue.

    This happens after a new sign-in with an open form, because the sign-in makes a new token.
    """
    if not request.path_info.startswith((sign_in.ADMIN, sign_in.ACCOUNTS)):
        return _error_page(request, 403, _NOT_FROM_HERE)
    context = {"form_url": find_login_redirect(request), "is_kept": autosave.is_kept(request)}
    return render(request, "403_csrf.html", context, status=403)


def page_not_found(request, exception=None):
    return _error_page(request, 404)


def too_many_requests(request):
    """Return the answer past one of allauth's limits on the sign-in pages."""
    log_refusal(request, "Sign-in: too many requests", request.POST.get("login"))
    return render(request, "429.html", status=429)


def collision(request):
    """Return a page that says someone else was saving and offers to send the form again."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if not any(secret in name for secret in _SECRET)
        for value in values
    ]
    is_whole = not request.FILES and not any("password" in name for name in request.POST)
    context = {"fields": fields, "is_whole": is_whole, "address": request.get_full_path()}
    response = render(request, "409_collision.html", context, status=409)
    response.headers["Cache-Control"] = "no-store"
    return response


def server_error(request):
    error = sys.exception()
    if is_collision(error):
        return collision(request)
    if is_unavailability(error):
        return unavailable.respond(request, error)
    return render(request, "500.html", status=500)
