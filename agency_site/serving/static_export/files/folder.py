"""The folder of the static copy: its releases, the current release, and the lock.

DIR/current            a link to releases/<name>, changed in one step
DIR/releases/<name>/   a release, which never changes
DIR/partial/           the release being written
DIR/.lock              held during an export
"""

import fcntl
import os
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path

from agency_site.serving.static_export import ExportError
from agency_site.serving.static_export.files import layout, manifest

_OWN = {"current", "current.new", "releases", "partial", ".lock"}


class Folder:
    """The folder of a static copy. Raises ExportError if the folder holds anything else."""

    def __init__(self, path):
        self.path = Path(path)
        self.releases = self.path / "releases"
        if self.path.is_dir():
            self._refuse_outside_assignment()
        elif self.path.exists():
            raise ExportError(f"{self.path} is no folder. Name a new one, or an empty one.")

    def _refuse_outside_assignment(self):
        others = sorted({one.name for one in self.path.iterdir()} - _OWN)
        others += [
            f"releases/{name}"
            for name in self.names()
            if not (self.releases / name / layout.MANIFEST).is_file()
        ]
        if others:
            raise ExportError(
                f"{self.path} holds “{others[0]}”, which is no part of a static copy. Name a new folder,"
                " an empty one, or one that export_site has made."
            )

    def names(self):
        """Return the names of the releases, sorted by instant."""
        with suppress(FileNotFoundError):
            return sorted(one.name for one in self.releases.iterdir())
        return []

    def current(self):
        """Return the name of the served release, or None."""
        link = self.path / "current"
        if not link.is_symlink():
            return None
        target = Path(os.readlink(link))
        if target.parent != Path("releases") or target.name not in self.names():
            raise ExportError(f"{link} leads to {target}, which is none of the releases beside it.")
        return target.name

    def release(self, name):
        return self.releases / name

    def manifest(self, name):
        """Return the Manifest of a release. Raises ExportError if the manifest was changed."""
        path = self.release(name)
        try:
            content = (path / layout.MANIFEST).read_bytes()
            line = (path / layout.CHECKSUM).read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise ExportError(f"The manifest of {name} cannot be read: {error}.") from error
        if line != manifest.checksum_line(content, layout.MANIFEST):
            raise ExportError(
                f"The manifest of {name} is not the one that {layout.CHECKSUM} is of."
            )
        return manifest.read(content)

    @contextmanager
    def locked(self):
        """Lock the folder. Raises ExportError if another export has the lock."""
        self.releases.mkdir(parents=True, exist_ok=True)
        with (self.path / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise ExportError(
                    f"Another export is writing to {self.path}. Wait until it has ended."
                ) from error
            self._clear()
            yield

    @contextmanager
    def partial(self):
        """Yield an empty folder for a new release, and remove its remains afterwards."""
        path = self.path / "partial"
        path.mkdir()
        try:
            yield path
        finally:
            self._clear()

    def _clear(self):
        shutil.rmtree(self.path / "partial", ignore_errors=True)
        (self.path / "current.new").unlink(missing_ok=True)

    def keep(self, path, *, at):
        """Make a release of the written files and return its name."""
        name = layout.release_name(at, self.names())
        path.rename(self.release(name))
        return name

    def swap(self, name):
        """Make this release current in one step. Readers see the previous release or this release."""
        new = self.path / "current.new"
        new.symlink_to(Path("releases") / name)
        new.replace(self.path / "current")
