from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from directorates import site_identity


def staff_site(request):
    """Name the site on the sign-in pages. Nothing is read until a template asks."""
    identity = SimpleLazyObject(lambda: site_identity.get(at=timezone.now()))
    return {
        "staff_site": identity,
        "staff_site_is_official": SimpleLazyObject(
            lambda: identity.is_official_on(request.get_host())
        ),
    }
