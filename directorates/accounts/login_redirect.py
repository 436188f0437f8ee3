"""The page to which a person returns after signing in again."""

from urllib.parse import urlsplit

from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from directorates.queries.staff import sign_in

#: The sign-in pages in the admin, to which no one returns.
_NO_WORK = {"admin:login", "admin:logout"}
#: Forms of the admin that also open at the address they are sent to.
_FORMS = ("_add", "_change")


def find_login_redirect(request):
    """Return an address that can be opened: the requested page, or the page that sent a form.

    The target of a form need not be a page, so only known pages count.
    """
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    if sent_from := _page_it_was_sent_from(request):
        return sent_from
    if view_name(request.path_info).endswith(_FORMS):
        return request.get_full_path()
    return reverse("admin:index")


def view_name(path):
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def _page_it_was_sent_from(request):
    referer = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        referer, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    if not is_ours:
        return ""
    parts = urlsplit(referer)
    # Without a host, browsers would read the address as a relative path or as another host.
    if not parts.netloc or not parts.path.startswith((sign_in.ADMIN, sign_in.PREVIEWS)):
        return ""
    if view_name(parts.path) in {"", *_NO_WORK}:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
