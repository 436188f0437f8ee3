"""Reads and writes the backup file: a compressed tar with a signed manifest of SHA-256 sums."""

import hashlib
import json
import os
import tarfile
import zlib
from pathlib import Path

from django.core.signing import BadSignature, Signer
from tqdm.utils import CallbackIOWrapper

from agency_site.serving.backup.errors import BackupError
from directorates.management.progress import counting

MANIFEST, SIGNATURE = "manifest.json", "manifest.signature"
FORMAT = 1


def write(file, *, folder, facts):
    """Write all files of `folder`, and a manifest with `facts`, into the new `file`.

    Only the owner can read the file, from its first byte on. The file gets its name when it is complete.
    """
    members = sorted(path for path in folder.rglob("*") if path.is_file())
    files = {path.relative_to(folder).as_posix(): _sha256(path) for path in members}
    text = json.dumps({"format": FORMAT, **facts, "files": files}, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text)
    (folder / SIGNATURE).write_text(_signer().signature(text))
    partial = file.with_name(f"{file.name}.partial")
    try:
        descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError as error:
        raise BackupError(f"{partial} cannot be written: {error.strerror}.") from error
    try:
        _fill(descriptor, folder, (MANIFEST, SIGNATURE, *files))
        partial.rename(file)
    finally:
        partial.unlink(missing_ok=True)


def _fill(descriptor, folder, names):
    total = sum((folder / name).stat().st_size for name in names)
    with os.fdopen(descriptor, "wb") as raw:
        with (
            counting(total, unit="bytes", description="Writing") as advance,
            tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6) as tar,
        ):
            for name in names:
                with open(folder / name, "rb") as stream:
                    member = _anonymous(tar.gettarinfo(arcname=name, fileobj=stream))
                    tar.addfile(member, CallbackIOWrapper(advance, stream, "read"))
        raw.flush()
        os.fsync(raw.fileno())


def read(file, *, folder, is_signature_needed=True):
    """Unpack `file` into `folder` and return its manifest. Raises BackupError if anything in it was changed."""
    try:
        with (
            open(file, "rb") as raw,
            counting(file.stat().st_size, unit="bytes", description="Reading") as advance,
            tarfile.open(fileobj=CallbackIOWrapper(advance, raw, "read"), mode="r:gz") as tar,
        ):
            tar.extractall(folder, filter="data")
        text = (folder / MANIFEST).read_text()
        signature = (folder / SIGNATURE).read_text()
    except (OSError, EOFError, tarfile.TarError, zlib.error, UnicodeDecodeError) as error:
        raise BackupError(f"{file} is no whole backup: {error}") from error
    if is_signature_needed and not _is_signed(text, signature):
        raise BackupError(
            f"The manifest of {file} bears no signature made with this site's SECRET_KEY or one of"
            " SECRET_KEY_FALLBACKS: it was changed, or comes from another site. If the key is lost and"
            " you trust the file, add --signed-with-a-lost-key."
        )
    manifest = json.loads(text)
    if manifest["format"] != FORMAT:
        raise BackupError(f"{file} has format {manifest['format']}; this release reads {FORMAT}.")
    _check_members(file, folder, manifest["files"])
    return manifest


def _check_members(file, folder, files):
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir()}
    if odd := found ^ {*files, MANIFEST, SIGNATURE}:
        raise BackupError(f"{file} and its manifest do not agree on: {', '.join(sorted(odd))}")
    for name, digest in files.items():
        if _sha256(folder / name) != digest:
            raise BackupError(f"“{name}” in {file} was changed: its SHA-256 is not the manifest's.")


def _sha256(path: Path):
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _signer():
    return Signer(salt="agency_site.serving.backup")


def _is_signed(text, signature):
    signer = _signer()
    try:
        signer.unsign(f"{text}{signer.sep}{signature}")
    except BadSignature:
        return False
    return True


def _anonymous(member):
    """Remove the owner's name on this machine."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member
