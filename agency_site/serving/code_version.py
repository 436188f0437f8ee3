"""Identifies the code that made a page, because no release shows another release's pages."""

import hashlib
import json
from functools import cache
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage

FOLDERS = ("agency_site", "directorates", "templates")
SUFFIXES = {".py", ".html", ".txt", ".xml"}


def find_code_version():
    """Return a digest of the code, of the names of the static files, and of Django's version."""
    parts = (_digest_files(), _static_files(), django.__version__)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@cache
def own_code_version():
    """Return the digest that this process computed first, which is the version of its running code."""
    return find_code_version()


def _digest_files():
    digest = hashlib.sha256()
    for folder in FOLDERS:
        for path in sorted((settings.BASE_DIR / folder).rglob("*")):
            if path.suffix in SUFFIXES:
                digest.update(str(path.relative_to(settings.BASE_DIR)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _static_files():
    """Return the names by which pages refer to static files."""
    hashed = getattr(staticfiles_storage, "hashed_files", None)
    if hashed:
        return json.dumps(hashed, sort_keys=True)
    found = []
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            found.append(f"{name} {status.st_size} {status.st_mtime_ns}")
    return "\n".join(sorted(found))
