"""How many answers the survey takes in a while, from one address and in all.

Only a keyed hash of the visitor's address is used, and only in the cache until its window ends.
"""

import ipaddress
import logging
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac

logger = logging.getLogger("directorates.survey")


@dataclass(frozen=True)
class Limit:
    most: int
    seconds: int


#: Generous, since a whole office or school can share one address.
FROM_ONE_ADDRESS = Limit(most=20, seconds=600)
IN_ALL = Limit(most=300, seconds=60)


def count_submission(request, *, at):
    """Count one submission; return how many seconds to wait, which is 0 if it may go ahead."""
    address = visitor_address(request)
    # The address goes first: what one visitor is refused must not use up everybody's share.
    if address and (wait := _count(_digest(address), FROM_ONE_ADDRESS, at)):
        return wait
    return _count("all", IN_ALL, at)


def visitor_address(request):
    """Return the address of the visitor, past the proxies that `TRUSTED_PROXY_COUNT` counts.

    What stands further to the front in X-Forwarded-For was written by the visitor.
    """
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    proxies = settings.TRUSTED_PROXY_COUNT
    if 0 < proxies <= len(forwarded) and (address := forwarded[-proxies].strip()):
        return address
    return request.META.get("REMOTE_ADDR", "")


def _digest(address):
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        network = address
    else:
        parsed = getattr(parsed, "ipv4_mapped", None) or parsed
        # One household or phone holds a whole /64 of IPv6 addresses.
        network = ipaddress.ip_network((parsed.packed, 64 if parsed.version == 6 else 32), False)
    return salted_hmac("directorates.survey.address", str(network), algorithm="sha256").hexdigest()


def _count(name, limit, at):
    window, elapsed = divmod(int(at.timestamp()), limit.seconds)
    key = f"survey-flood:{name}:{window}"
    cache.add(key, 0, timeout=limit.seconds)
    try:
        count = cache.incr(key)
    except ValueError:  # A full cache has thrown the counter out meanwhile.
        return 0
    if count == limit.most + 1:
        # Once in a window, and without the address, which the survey does not keep.
        whence = "in all" if name == "all" else "from one address"
        logger.warning(
            "More than %d answers %s in %d seconds: more are refused for %d seconds.",
            limit.most,
            whence,
            limit.seconds,
            limit.seconds - elapsed,
        )
    return 0 if count <= limit.most else limit.seconds - elapsed
