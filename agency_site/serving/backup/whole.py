"""Makes a complete backup, and restores one."""

import errno
import os
import shutil
import sqlite3
import tempfile
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from agency_site.serving.backup import archive, facts, postgresql, sqlite
from agency_site.serving.backup.errors import BackupError
from directorates.management.progress import say, uninterrupted
from directorates.models.database import generation_stamp, guards

_UNCOMPARED = "The backup is restored, but it was not compared with the site."
_ENGINES = {"sqlite": sqlite, "postgresql": postgresql}


def back_up(*, file, at):
    """Write one state of the site into a new file and return its facts. Other processes may write meanwhile."""
    if file.exists():
        raise BackupError(
            f"{file} exists already. A backup is never written over: name a new file."
        )
    if not file.parent.is_dir():
        raise BackupError(f"There is no folder {file.parent}. Make it first.")
    nothing = "No backup was written, and earlier ones are as they were."
    with _full_disk_explained(file.parent, nothing), _folder_beside(file) as folder:
        say("Copying the database.")
        with _ENGINES[connection.vendor].snapshot(folder):
            found = facts.gather(at=at)
        if settings.MEDIA_ROOT.is_dir():
            shutil.copytree(settings.MEDIA_ROOT, folder / "media")
        archive.write(file, folder=folder, facts=found)
    return found


def restore(*, file, is_signature_needed=True):
    """Put a backup into an empty database and an empty folder of uploads.

    Returns (manifest, sentences about what was not compared). Raises BackupError before anything is written, or
    afterwards if the restored site differs from the manifest.
    """
    _refuse_what_is_not_empty()
    half = "Empty the database and the folder of uploads, and restore again."
    with (
        _full_disk_explained(settings.MEDIA_ROOT.parent, half),
        _folder_beside(settings.MEDIA_ROOT / "any") as folder,
    ):
        manifest = archive.read(file, folder=folder, is_signature_needed=is_signature_needed)
        if manifest["engine"] != connection.vendor:
            raise BackupError(
                f"{file} is of {manifest['engine']}, and DATABASE_URL names {connection.vendor}. A backup"
                " is restored to the kind of database that it was made from."
            )
        say("Writing the database.")
        with uninterrupted(_UNCOMPARED):
            _put(folder)
    try:
        # The restored generation will be counted a second time, so workers must not trust their pages.
        generation_stamp.touch()
        say("Comparing the site with the backup.")
        return manifest, _compare(manifest)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(_UNCOMPARED) from None


def _put(folder):
    """Move everything from the unpacked backup to its place."""
    _ENGINES[connection.vendor].restore(folder)
    guards.make(connection)
    if (folder / "media").is_dir():
        # Both are on one disk, so this is quick.
        media = {"copy_function": os.rename, "dirs_exist_ok": True}
        shutil.copytree(folder / "media", settings.MEDIA_ROOT, **media)


def _refuse_what_is_not_empty():
    if tables := connection.introspection.table_names():
        raise BackupError(
            f"The database is not empty: it has {len(tables)} tables. A restore writes over nothing: name"
            " a new, empty database in DATABASE_URL."
        )
    if any(path.is_file() for path in settings.MEDIA_ROOT.rglob("*")):
        raise BackupError(
            f"The folder of uploads, {settings.MEDIA_ROOT}, is not empty. Move it away."
        )


def _compare(manifest):
    """Compare the database with the manifest; return sentences about what was not compared. Raises BackupError."""
    rows = facts.count_rows()
    tables = sorted(rows.keys() | manifest["rows"].keys())
    odd = [table for table in tables if rows.get(table) != manifest["rows"].get(table)]
    if odd:
        differences = (
            f"{t}: {manifest['rows'].get(t)} backed up, {rows.get(t)} restored" for t in odd
        )
        raise BackupError("The rows do not agree:\n" + "\n".join(differences))
    if set(facts.applied_migrations()) != _known_migrations():
        return [
            "The pages were not compared: the backup is of another release. Migrate, then look."
        ]
    try:
        pages = facts.sum_pages(at=datetime.fromisoformat(manifest["made_at"]))
    except ValueError as error:  # A page names a static file that is not collected.
        return [f"The pages were not compared ({error}). Run collectstatic before a restore."]
    odd = [path for path, digest in manifest["pages"].items() if pages.get(path) != digest]
    if odd:
        raise BackupError(
            "The rows agree, but these pages differ from those of the backup. Unless this release shows them"
            f" differently, do not go on with this database: {', '.join(odd)}"
        )
    return []


def _known_migrations():
    return {".".join(key) for key in MigrationLoader(None).graph.nodes}


@contextmanager
def _full_disk_explained(folder, advice):
    """Turn errors of the disk into a BackupError."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        if getattr(error, "errno", None) == errno.ENOSPC or "full" in str(error):
            raise BackupError(
                f"The disk that holds {folder} is full. Make room. {advice}"
            ) from error
        raise BackupError(f"{folder} cannot be written to: {error}. {advice}") from error


@contextmanager
def _folder_beside(path):
    """Yield a private folder on the disk of `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as folder:
        yield Path(folder)
