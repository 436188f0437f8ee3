"""Makes a release: every page as visitors get it at one instant, and the files to which pages refer."""

import errno
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from agency_site.serving.static_export import ExportError
from agency_site.serving.static_export.files import layout, manifest, server_files
from agency_site.serving.static_export.files.manifest import Manifest
from agency_site.serving.static_export.files.release import ReleaseWriter
from agency_site.serving.static_export.pages import addresses as site_addresses
from agency_site.serving.static_export.pages import exported_state as states
from agency_site.serving.static_export.pages import lists as export_lists
from agency_site.serving.static_export.pages import pages
from directorates.models import Generation
from directorates.queries import visibility

#: Most attempts of an export if the record changes meanwhile.
MOST_ATTEMPTS = 3


@dataclass(frozen=True)
class ExportResult:
    """The release that shows the site.

    If `is_new`, it was made now, with `made` new files and `linked` files from the previous release.
    """

    release: str
    is_new: bool
    is_current: bool
    made: int = 0
    linked: int = 0


@dataclass(frozen=True)
class Order:
    """The release to make. `is_present` is false for a chosen instant."""

    made_at: datetime
    is_present: bool
    is_full: bool


@dataclass(frozen=True)
class Before:
    """The current release, from which a new release takes unchanged files."""

    name: str
    path: Path
    manifest: Manifest
    state: states.ExportedState
    lists: dict[str, str]
    assets: states.Assets

    def shows(self, state, order):
        """Whether it shows the same as a new release."""
        return state == self.state and (self.manifest.is_present or not order.is_present)


def export(folder, *, fetcher, made_at, is_present, is_full=False) -> ExportResult:
    """Make a release of the site, unless a release already shows the same.

    A release of the present becomes current. A release of another instant replaces only a current release of
    another instant. Raises ExportError, and then changes nothing.
    """
    order = Order(made_at, is_present, is_full)
    try:
        with folder.locked():
            return _export(folder, fetcher, order)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise ExportError(
                f"The disk that holds {folder.path} is full. The static copy is as it was. Make room, or"
                " remove old releases, and export again."
            ) from error
        raise ExportError(
            f"The static copy cannot be written: {error}. It is as it was."
        ) from error


def _export(folder, fetcher, order):
    before = _find_before(folder, order)
    replaces = before is None or order.is_present or not before.manifest.is_present
    for _ in range(MOST_ATTEMPTS):
        state, headers = _find_state(fetcher)
        if before and not order.is_full and before.shows(state, order):
            return ExportResult(before.name, is_new=False, is_current=True)
        with folder.partial() as path:
            made, linked = _write(path, before, fetcher, state, headers, order)
            if _find_state(fetcher)[0] != state:
                continue
            # Write to the disk before the rename, or a power failure leaves empty files.
            os.sync()
            name = folder.keep(path, at=fetcher.at)
        if replaces:
            folder.swap(name)
        return ExportResult(name, is_new=True, is_current=replaces, made=made, linked=linked)
    raise ExportError(
        f"The public record changed {MOST_ATTEMPTS} times while it was exported. Export again."
    )


def _find_before(folder, order):
    try:
        name = folder.current()
        if name is None:
            return None
        listed = folder.manifest(name)
        content = (folder.release(name) / layout.STATE).read_bytes()
        if manifest.digest(content) != listed.by_path()[layout.STATE].sha256:
            raise ExportError(f"{layout.STATE} of {name} is not the one that was written.")
    except ExportError as error:
        if order.is_full:
            return None
        raise ExportError(f"{error} Make all files again: export_site --full") from error
    return Before(name, folder.release(name), listed, *states.read(content))


def _find_state(fetcher):
    headers = server_files.write_headers(fetcher.get_page("/").headers)
    return states.find(at=fetcher.at, headers=headers, origin=fetcher.origin), headers


def _find_affected(before, fetcher, state, lists):
    affected = before and states.find_affected(before.state, state, at=fetcher.at)
    if affected is None:
        return None
    return affected | states.find_affected_lists(before.lists, lists)


def _write(path, before, fetcher, state, headers, order):
    """Write a complete release; return the numbers of new and of unchanged files."""
    generation = Generation.objects.current()
    lists = export_lists.find(fetcher.at)
    affected = None if order.is_full else _find_affected(before, fetcher, state, lists)
    known = before.manifest.by_path() if before else {}
    with ReleaseWriter(path, before=before and before.path, before_files=known) as writer:
        assets = pages.write(writer, fetcher, lists=lists, affected=affected, before=before)
        redirects = pages.find_redirects(fetcher)
        for name, words in (
            (layout.REDIRECTS, server_files.write_redirects(redirects)),
            (layout.HEADERS, headers + server_files.write_instant(fetcher.at)),
            (layout.STATE, states.write(state, lists, assets)),
        ):
            writer.add(name, words.encode())
        files = writer.files()
    content = manifest.write(
        Manifest(
            origin=fetcher.origin,
            at=fetcher.at,
            made_at=order.made_at,
            is_present=order.is_present,
            generation=generation,
            time_zone=visibility.site_settings().time_zone,
            live_paths=site_addresses.live(),
            files=tuple(files),
        )
    ).encode()
    (path / layout.MANIFEST).write_bytes(content)
    line = manifest.checksum_line(content, layout.MANIFEST)
    (path / layout.CHECKSUM).write_text(line, encoding="utf-8")
    return writer.counts
