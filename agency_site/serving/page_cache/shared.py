"""The second tier: pages of any worker, in a cache that all workers share.

If this cache fails, the page is made.
"""

import hashlib
import logging
import pickle
import time
from contextlib import suppress

from django.core.cache import caches
from django.db import connections

from agency_site.serving import code_version
from agency_site.serving.page_cache.entries import CachedPage

logger = logging.getLogger(__name__)

#: An unused page is dropped after a day.
SECONDS = 24 * 60 * 60
#: Seconds without a look-up after a failure, because making a page takes less than waiting for a dead cache.
SECONDS_OF_REST = 5.0

#: The errors of a value that is no page, but another program's or damaged.
_NO_PAGE = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ImportError,
    EOFError,
    pickle.UnpicklingError,
)

_rests_until = 0.0


def get(key, state):
    """Return the page that a worker made in this state, or None: one look-up."""
    if _is_resting():
        return None
    try:
        packed = caches["pages"].get(_name(key, state))
        return CachedPage.unpacked(packed, state=state) if packed is not None else None
    except _NO_PAGE as error:
        # The page is made and replaces the value.
        logger.warning("The shared page cache holds what is no page: %r", error)
    except Exception as error:  # The cache is unavailable. Each kind of cache has its own errors.
        _tell(error)
    finally:
        _release()


def put(key, entry):
    if _is_resting():
        return
    try:
        caches["pages"].set(_name(key, entry.state), entry.packed(), SECONDS)
    except Exception as error:
        _tell(error)
    finally:
        _release()


def _name(key, state):
    # A release does not show pages of the previous release.
    words = "\n".join((code_version.own_code_version(), state.name, *key))
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


def _is_resting():
    return time.monotonic() < _rests_until


def _tell(error):
    global _rests_until
    _rests_until = time.monotonic() + SECONDS_OF_REST
    logger.warning("The shared page cache does not answer: %s: %s", type(error).__name__, error)


def _release():
    """Close unusable connections, as Django does at the end of a request."""
    with suppress(Exception):
        for connection in connections.all(initialized_only=True):
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()
