"""Checks every byte of a release against its manifest, and every link. Needs no database."""

import gzip
import os
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote

import brotli

from agency_site.serving.static_export import ExportError
from agency_site.serving.static_export.files import layout, server_files
from agency_site.serving.static_export.files.manifest import digest
from agency_site.serving.static_export.pages import links
from directorates.management.progress import progress

_DECODERS = {"br": brotli.decompress, "gzip": gzip.decompress}
#: The statuses that an error page may have.
_STATUSES = {200, 404, 503}


def verify(folder, name):
    """Return a sentence for each error of a release; an empty list for an unchanged release."""
    try:
        listed = folder.manifest(name)
    except ExportError as error:
        return [str(error)]
    path = folder.release(name)
    errors = _find_strangers(path, listed)
    contents = {}
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        read = pool.map(lambda file: _read(path, file), listed.files)
        read = progress(read, total=len(listed.files), unit="files", description=name)
        for file, (found, body) in zip(listed.files, read, strict=True):
            errors += found
            if body is not None:
                contents[file.path] = body
    finally:
        pool.shutdown(cancel_futures=True)
    return sorted(errors) + _find_broken_links(listed, contents)


def _find_strangers(path, listed):
    expected = {layout.MANIFEST, layout.CHECKSUM}
    for file in listed.files:
        expected |= {file.path}
        expected |= {file.path + layout.ENCODINGS[name] for name in file.compressed}
    found = {
        os.path.relpath(os.path.join(folder, file), path)
        for folder, folders, files in os.walk(path)
        # A web server follows a link to a folder, and this walk does not.
        for file in (*files, *(f for f in folders if os.path.islink(os.path.join(folder, f))))
    }
    return [f"{one}: is there, but not in the manifest" for one in sorted(found - expected)]


def _read(path, file):
    """Return (errors, body) of a file. The body is None if the file was changed."""
    body, errors = _check(path, file.path, file.sha256, file.bytes)
    if file.status and file.status not in _STATUSES:
        errors.append(f"{file.path}: is an answer of status {file.status}")
    for encoding, (sha256, size) in file.compressed.items():
        packed, found = _check(path, file.path + layout.ENCODINGS[encoding], sha256, size)
        if packed is not None and _DECODERS[encoding](packed) != body:
            found = [f"{file.path + layout.ENCODINGS[encoding]}: holds another page"]
        errors += found
    return errors, body


def _check(path, name, sha256, size):
    try:
        content = (path / name).read_bytes()
    except OSError as error:
        return None, [f"{name}: cannot be read ({error.strerror})"]
    if len(content) != size:
        return None, [f"{name}: has {len(content)} bytes, and had {size}"]
    if digest(content) != sha256:
        return None, [f"{name}: is not what was written"]
    return content, []


def _find_broken_links(listed, contents):
    """Return a sentence for each linked address that is neither here nor on the live site."""
    there = {file.path.removeprefix(f"{layout.SITE}/") for file in listed.files if file.address}
    try:
        redirects = server_files.read_redirects(contents.get(layout.REDIRECTS, b"").decode())
    except ExportError as error:
        return [f"{layout.REDIRECTS}: {error}"]
    linked = defaultdict(list)
    for file in listed.files:
        if file.address and file.path in contents:
            about = {"media_type": file.media_type, "address": file.address}
            for one in links.find_links(contents[file.path], origin=listed.origin, **about):
                linked[one].append(file.address)
    for old, new in redirects.items():
        linked[new].append(f"the redirect of {old}")
        if layout.file_of(old) in there:
            linked[old].append(f"{layout.REDIRECTS}, although there is a page")
    ids = {}
    return [
        f"{pages[0]}: leads to {address}, {error}" + _more(pages)
        for address, pages in sorted(linked.items())
        if (error := _find_error(address, there, redirects, listed.live_paths, contents, ids))
    ]


def _more(pages):
    return f" (and {len(pages) - 1} more pages)" if len(pages) > 1 else ""


def _find_error(address, there, redirects, live_paths, contents, ids):
    path, _, fragment = address.partition("#")
    if path.startswith(tuple(live_paths)) or layout.is_of_the_past(path):
        return ""
    if unquote(path.partition("?")[0]) in redirects:
        return ""
    file = layout.file_of(path)
    if file not in there:
        return "which is not here"
    body = contents.get(f"{layout.SITE}/{file}")
    if fragment and body is not None and fragment not in _ids_of(file, body, ids):
        return "where no part has this name"
    return ""


def _ids_of(file, body, ids):
    if file not in ids:
        ids[file] = links.find_ids(body)
    return ids[file]
