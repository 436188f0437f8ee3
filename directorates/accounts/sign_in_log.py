"""Log lines on failed and refused sign-ins, with the name that was tried and the visitor's address."""

import logging

from django.core.cache import cache
from django.utils.crypto import salted_hmac

from directorates.accounts.visitor_address import visitor_address

logger = logging.getLogger("directorates.signin")

#: Refusals of one kind, for one name and address, give one line in this many seconds.
_BURST = 300


def log_failure(request, words, name):
    logger.warning("%s: %r from %r", words, name, visitor_address(request))


def log_refusal(request, words, name):
    """Log an unchecked refusal, once a burst, so a flood of sign-ins does not flood the log."""
    address = visitor_address(request)
    burst = salted_hmac(
        "directorates.signin.burst", f"{words}|{name}|{address}", algorithm="sha256"
    )
    if cache.add(f"sign-in-refused:{burst.hexdigest()}", True, timeout=_BURST):
        log_failure(request, words, name)
