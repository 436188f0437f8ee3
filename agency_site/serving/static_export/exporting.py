"""Makes a release: every page as visitors get it at one instant, and the files to which pages refer.

Every page is made each time, so no record of dependencies can be wrong and leave an old page. Files with the same
bytes as in the previous release become hard links.
"""

import errno
import os
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from agency_site.serving.static_export import ExportError
from agency_site.serving.static_export.files import layout, manifest, release, server_files
from agency_site.serving.static_export.files.manifest import Manifest
from agency_site.serving.static_export.files.release import ReleaseWriter
from agency_site.serving.static_export.pages import addresses, pages
from agency_site.serving.static_export.pages.pages import WrittenFile
from directorates.management.progress import uninterrupted
from directorates.models import Generation
from directorates.queries import visibility
from directorates.queries.kept_readings import keep_readings

#: Most attempts of an export if the record changes meanwhile.
MOST_ATTEMPTS = 3
#: What a manifest says of its release as a whole, apart from its instant.
_FACTS = ("origin", "time_zone", "live_paths")


@dataclass(frozen=True)
class ExportResult:
    """The release that shows the site.

    If `is_new`, it was made now, with `made` new files and `linked` files from the previous release. `remarks` are
    sentences about a damaged previous release.
    """

    release: str
    is_new: bool
    is_current: bool
    made: int = 0
    linked: int = 0
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Order:
    """The release to make. `is_present` is false for a chosen instant."""

    made_at: datetime
    is_present: bool
    processes: int | None


@dataclass(frozen=True)
class Before:
    """The current release, from which a new release takes unchanged files."""

    name: str
    path: Path
    manifest: Manifest


def export(folder, *, fetcher, made_at, is_present, processes=None) -> ExportResult:
    """Make a release of the site, unless the current release already shows the same.

    A release of the present becomes current. A release of another instant replaces only a current release of
    another instant. `processes` is their number, by default one for each core. Raises ExportError, and then changes
    nothing.
    """
    order = Order(made_at, is_present, processes)
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
    before, remarks = _find_before(folder)
    # The instant of a damaged release is not known, so another instant does not replace it.
    is_current = order.is_present or (not before.manifest.is_present if before else not remarks)
    for _ in range(MOST_ATTEMPTS):
        with folder.partial() as path, keep_readings():
            generation = Generation.objects.current()
            listed, written = _write(path, before, fetcher, order, generation)
            if Generation.objects.current() != generation:
                continue
            if before and _shows_the_same(before, path, listed, written):
                return ExportResult(before.name, is_new=False, is_current=True)
            # Write to the disk before the rename, or a power failure leaves empty files.
            os.sync()
            with uninterrupted("The new release is complete."):
                name = folder.keep(path, at=fetcher.at)
                if is_current:
                    folder.swap(name)
        return _describe(name, is_current, before, remarks, written)
    raise ExportError(
        f"The public record changed {MOST_ATTEMPTS} times while it was exported. Export again."
    )


def _find_before(folder):
    """Return the current release or None, and sentences about a release that cannot be used."""
    try:
        name = folder.current()
        if name is None:
            return None, ()
        return Before(name, folder.release(name), folder.manifest(name)), ()
    except ExportError as error:
        return None, (f"{error} So nothing was taken over from it.",)


def _write(path, before, fetcher, order, generation):
    """Write a complete release; return its Manifest, and a WrittenFile for each file."""
    # First, because the processes that follow share what this page loads.
    headers = server_files.write_headers(fetcher.get_page("/").headers)
    known = before.manifest.by_path() if before else {}
    writer = ReleaseWriter(path, before=before and before.path, before_files=known)
    written = pages.write(writer, fetcher, processes=order.processes)
    for name, words in (
        (layout.REDIRECTS, server_files.write_redirects(pages.find_redirects(fetcher))),
        (layout.HEADERS, headers + server_files.write_instant(fetcher.at)),
    ):
        written.append(WrittenFile(*writer.add(name, words.encode())))
    listed = Manifest(
        origin=fetcher.origin,
        at=fetcher.at,
        made_at=order.made_at,
        is_present=order.is_present,
        generation=generation,
        time_zone=visibility.site_settings().time_zone,
        live_paths=addresses.live(),
        files=tuple(one.file for one in written),
    )
    content = manifest.write(listed).encode()
    (path / layout.MANIFEST).write_bytes(content)
    line = manifest.checksum_line(content, layout.MANIFEST)
    (path / layout.CHECKSUM).write_text(line, encoding="utf-8")
    return listed, written


def _shows_the_same(before, path, listed, written):
    """Whether the current release is intact, and differs from the new one in its instant alone."""
    others = [one for one in written if one.file.path != layout.HEADERS]
    return (
        all(one.outcome == release.LINKED for one in others)
        and len(before.manifest.files) == len(listed.files)
        and (before.manifest.is_present or not listed.is_present)
        and all(getattr(before.manifest, name) == getattr(listed, name) for name in _FACTS)
        and _have_equal_headers(before, path, listed)
    )


def _have_equal_headers(before, path, listed):
    ours, theirs = (
        server_files.write_instant(one.at).encode() for one in (listed, before.manifest)
    )
    try:
        kept = (before.path / layout.HEADERS).read_bytes()
    except OSError:
        return False
    return (path / layout.HEADERS).read_bytes().replace(ours, theirs) == kept


def _describe(name, is_current, before, remarks, written):
    counts = Counter(one.outcome for one in written)
    if repaired := counts[release.REPAIRED]:
        remarks += (
            f"Files that were damaged in {before.name}, and are whole in the new release: {repaired}."
            " Older releases may share the damaged ones: verify_site --all",
        )
    linked = counts[release.LINKED]
    return ExportResult(name, True, is_current, len(written) - linked, linked, remarks)
