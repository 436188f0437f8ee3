import ipaddress

from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from directorates.queries.pages import site_identity
from directorates.views import public_pages


def staff_site(request):
    """Name the site on the sign-in pages. Nothing is read until a template asks."""
    identity = SimpleLazyObject(lambda: site_identity.get(at=timezone.now()))
    return {
        "staff_site": identity,
        "address_for_passkeys": SimpleLazyObject(lambda: _address_for_passkeys(request)),
        "staff_site_is_official": SimpleLazyObject(
            lambda: identity.is_official_on(request.get_host())
        ),
    }


def _address_for_passkeys(request):
    """Return where this page can take a passkey, or '' if it can here: browsers tie passkeys to a
    name, and `make run` serves a number."""
    host, _, port = request.get_host().partition(":")
    try:
        is_this_machine = ipaddress.ip_address(host).is_loopback
    except ValueError:
        return ""
    if not is_this_machine:
        return ""
    return f"{request.scheme}://localhost{':' if port else ''}{port}{request.get_full_path()}"


def navigation(request):
    """Give every page the rows of the table that have a place in the navigation. They read no record."""
    return {"menu_pages": public_pages.menu}
