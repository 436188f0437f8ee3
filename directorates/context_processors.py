import ipaddress
from functools import partial

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from directorates.queries.pages import site_identity
from directorates.views import public_pages


def staff_site(request):
    """Give templates the site's identity for the sign-in pages. It is read when a template uses it."""
    identity = SimpleLazyObject(lambda: site_identity.get(at=timezone.now()))
    return {
        "staff_site": identity,
        "address_for_passkeys": SimpleLazyObject(lambda: _address_for_passkeys(request)),
        "staff_site_is_official": SimpleLazyObject(
            lambda: identity.is_official_on(request.get_host())
        ),
    }


def _address_for_passkeys(request):
    """Return the page's address at localhost if the page has a loopback IP address, else ''.

    Browsers tie passkeys to a host name, and `make run` serves an IP address.
    """
    host, _, port = request.get_host().partition(":")
    try:
        is_this_machine = ipaddress.ip_address(host).is_loopback
    except ValueError:
        return ""
    if not is_this_machine:
        return ""
    return f"{request.scheme}://localhost{':' if port else ''}{port}{request.get_full_path()}"


def navigation(request):
    """Give templates the public pages that appear in the navigation, and the address of the search.

    A preview leaves out the pages that it cannot show, and has no search. No record is read.
    """
    is_preview = getattr(request, "previewed", None) is not None
    return {
        "menu_pages": partial(public_pages.menu, is_preview=is_preview),
        "search_url": "" if is_preview else reverse("directorates:search"),
    }
