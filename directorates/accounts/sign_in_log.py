"""What the log says of sign-ins that failed or were refused: the name that was tried, and from where."""

import logging

from django.core.cache import cache
from django.utils.crypto import salted_hmac

from directorates.actions.flood_limit import visitor_address

logger = logging.getLogger("directorates.signin")

#: Refusals of one kind, for one name and address, are one line in so many seconds.
_BURST = 300


def log_failure(request, words, name):
    logger.warning("%s: %r from %r", words, name, visitor_address(request))


def log_refusal(request, words, name):
    """Log what was refused unchecked, once a burst: who floods the sign-in must not flood the log."""
    address = visitor_address(request)
    burst = salted_hmac(
        "directorates.signin.burst", f"{words}|{name}|{address}", algorithm="sha256"
    )
    if cache.add(f"sign-in-refused:{burst.hexdigest()}", True, timeout=_BURST):
        log_failure(request, words, name)
