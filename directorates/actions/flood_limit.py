"""Limits on how many answers the survey takes and how many shared preview pages are shown.

The visitor's address is used only as a keyed hash, which the cache keeps until its window ends.
"""

import ipaddress
import logging
from dataclasses import dataclass

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

#: A shared preview makes publications wait for as long as its set takes to apply.
SHARED_PAGES_FROM_ONE_ADDRESS = Limit(most=60, seconds=60)
SHARED_PAGES_OF_ONE_LINK = Limit(most=60, seconds=60)


def count_submission(address, *, at):
    """Count one submission from an address, '' if unknown; return how many seconds to wait, 0 if it is accepted."""
    # The address is counted first: one visitor's refused answers must not use up everybody's share.
    if address and (wait := _count(_digest(address), FROM_ONE_ADDRESS, at)):
        return wait
    return _count("all", IN_ALL, at)


def count_shared_page(address, *, at):
    """Count one request from an address for a page through a link, existing or not; return the seconds to wait."""
    if not address:
        return 0
    return _count(f"shared:{_digest(address)}", SHARED_PAGES_FROM_ONE_ADDRESS, at)


def count_page_of_link(pk, *, at):
    """Count one page shown through a link, from any address; return the seconds to wait."""
    return _count(f"link:{pk}", SHARED_PAGES_OF_ONE_LINK, at)


def describe(seconds):
    """Return a time to wait as words, like "3 minutes"."""
    minutes = -(-seconds // 60)
    return f"{minutes} minutes" if minutes > 1 else "a minute"


def find_network(address):
    """Return an address's network, wide enough to identify no person; '' if unknown."""
    return str(_network(address, ipv4=24, ipv6=48) or "")


def _network(address, *, ipv4, ipv6):
    """Return the network of an address, with a prefix of so many bits; None if it is no address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    return ipaddress.ip_network((parsed.packed, ipv6 if parsed.version == 6 else ipv4), False)


def _digest(address):
    # One household or phone holds a whole /64 of IPv6 addresses.
    network = _network(address, ipv4=32, ipv6=64) or address
    return salted_hmac("directorates.survey.address", str(network), algorithm="sha256").hexdigest()


def _count(name, limit, at):
    window, elapsed = divmod(int(at.timestamp()), limit.seconds)
    key = f"flood:{name}:{window}"
    cache.add(key, 0, timeout=limit.seconds)
    try:
        count = cache.incr(key)
    except ValueError:  # A full cache has dropped the counter.
        return 0
    if count == limit.most + 1:
        # Logged once a window, without the address, which the survey does not keep.
        whence = "in all" if name == "all" else "from one address"
        logger.warning(
            "More than %d answers %s in %d seconds: more are refused for %d seconds.",
            limit.most,
            whence,
            limit.seconds,
            limit.seconds - elapsed,
        )
    return 0 if count <= limit.most else limit.seconds - elapsed
