"""The digest of a script. With it, a browser refuses a file that was changed on its way or on the server."""

import base64
import hashlib
from functools import lru_cache
from pathlib import Path

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.html import format_html

register = template.Library()


@register.simple_tag
def integrity(name):
    """Return the attribute `integrity` with the digest of the file that `static` links to."""
    path = _path(name)
    return format_html('integrity="{}"', _digest(path, path.stat().st_mtime_ns))


def _path(name):
    if settings.WHITENOISE_USE_FINDERS:
        return Path(finders.find(name))
    return Path(staticfiles_storage.path(staticfiles_storage.stored_name(name)))


@lru_cache(maxsize=256)
def _digest(path, changed_at):
    """Return the digest in the format of browsers. A changed file is read again."""
    digest = hashlib.sha384(path.read_bytes()).digest()
    return f"sha384-{base64.b64encode(digest).decode()}"
