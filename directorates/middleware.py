import time
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from directorates.accounts import autosave
from directorates.accounts.login_redirect import find_login_redirect, view_name
from directorates.queries import visibility
from directorates.queries.staff import sign_in

#: Pages open to every signed-in person, even without a passkey.
ALWAYS_OPEN = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_enrollment_over",
    "account_invitation",
    "admin:logout",
}

#: Pages under /accounts/ that are open before the sign-in. The others keep what they are sent in a session, so
#: no stranger may reach them. The empty name is an unknown address, which answers with 404 by itself.
OPEN_TO_STRANGERS = {
    "",
    "account_login",
    "account_logout",
    "account_inactive",
    "account_enrollment_over",
    "account_invitation",
    "mfa_authenticate",
    "mfa_login_webauthn",
}

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)


def every_request_is_utf_8(get_response):
    """Read every request as UTF-8, even if its Content-Type names another encoding: every page is UTF-8.

    Some of Python's codecs do not return text, and some fail at most bytes.
    """

    def middleware(request):
        request.encoding = "utf-8"
        return get_response(request)

    return middleware


def browser_policies(get_response):
    """Forbid pages to use the device (sensors, camera, payments), and limit which sites load a response.

    Other sites may load pictures, for example where a page is shared. They may load nothing else.
    """

    def middleware(request):
        response = get_response(request)
        is_picture = response.headers.get("Content-Type", "").startswith("image/")
        loaded_from = "cross-origin" if is_picture else "same-origin"
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", loaded_from)
        return response

    return middleware


def staff_content_policy(get_response):
    """Give the admin pages their own content security policy."""

    def middleware(request):
        response = get_response(request)
        # `csp_override` sets this attribute: in a view, or in Django's pages for developers.
        if request.path_info.startswith(sign_in.ADMIN) and not hasattr(response, "_csp_config"):
            response._csp_config = settings.ADMIN_CSP
        return response

    return middleware


def on_staff_pages(handle):
    """Make `handle`, which takes a request and `get_response`, a middleware that public pages pass by."""

    @wraps(handle)
    def make(get_response):
        def middleware(request):
            if not request.path_info.startswith(sign_in.STAFF_PATHS):
                return get_response(request)
            return handle(request, get_response)

        return middleware

    return make


@on_staff_pages
def staff_time_zone(request, get_response):
    """Let staff read and enter instants in the agency's time zone. Public pages set it themselves."""
    with timezone.override(visibility.site_settings().time_zone):
        return get_response(request)


SESSION_ENDED = "Your session has ended. Please sign in again."
AND_WAS_SENT = "What you sent was not saved."
AND_IS_KEPT = (
    "What you typed was not saved, and is kept on this device: the form will offer it to you."
)


@on_staff_pages
def staff_session_limits(request, get_response):
    """End a staff session that has been idle too long or has lasted too long."""
    now = time.time()
    is_over = request.user.is_authenticated and sign_in.is_over(request.session, at=now)
    if is_over:
        logout(request)
    if _was_sent_after_the_end(request):
        return _ask_to_sign_in(request)
    if is_over:
        messages.info(request, SESSION_ENDED)
    response = get_response(request)
    # A page that asks by itself, without the person, sets `is_background`.
    if request.user.is_authenticated and not getattr(request, "is_background", False):
        sign_in.note_seen(request.session, at=now)
    return response


def _was_sent_after_the_end(request):
    """Whether a form of a staff page was sent without a sign-in: its session has ended."""
    return (
        request.method == "POST"
        and request.path_info.startswith(sign_in.ADMIN)
        and not request.user.is_authenticated
        and view_name(request.path_info) not in ALWAYS_OPEN | {"admin:login"}
    )


def _ask_to_sign_in(request):
    what_became_of_it = AND_IS_KEPT if autosave.is_kept(request) else AND_WAS_SENT
    messages.info(request, f"{SESSION_ENDED} {what_became_of_it}")
    return HttpResponseRedirect(
        reverse("admin:login", query={"next": find_login_redirect(request)})
    )


def _ask_who_it_is(request):
    """Return a redirect to the sign-in if a stranger opens an account page, or None."""
    if not request.path_info.startswith(sign_in.ACCOUNTS):
        return None
    if view_name(request.path_info) in OPEN_TO_STRANGERS:
        return None
    return HttpResponseRedirect(
        reverse("account_login", query={"next": find_login_redirect(request)})
    )


@on_staff_pages
def staff_passkeys(request, get_response):
    """Redirect people who have not used a passkey from staff pages to their missing step."""
    if not request.user.is_authenticated:
        return _ask_who_it_is(request) or get_response(request)
    step = sign_in.find_missing_step(request, at=timezone.now())
    if step is None or view_name(request.path_info) in {step.page, *step.also, *ALWAYS_OPEN}:
        return get_response(request)
    return HttpResponseRedirect(reverse(step.page, query={"next": find_login_redirect(request)}))
