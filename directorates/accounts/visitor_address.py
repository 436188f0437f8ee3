"""The address of a visitor, for limits and for the log of sign-ins."""

from django.conf import settings


def visitor_address(request):
    """Return the address of the visitor, past the proxies that `TRUSTED_PROXY_COUNT` counts.

    The visitor wrote the earlier entries in X-Forwarded-For.
    """
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    proxies = settings.TRUSTED_PROXY_COUNT
    if 0 < proxies <= len(forwarded) and (address := forwarded[-proxies].strip()):
        return address
    return request.META.get("REMOTE_ADDR", "")
