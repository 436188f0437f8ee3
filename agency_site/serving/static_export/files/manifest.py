"""The list of all files in a release, with SHA-256 sums."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime

from agency_site.serving.static_export import ExportError

#: The format of the manifest. Other formats are refused.
FORMAT = 1
#: The folders of stylesheets, scripts and pictures, which are no pages.
PAGE_TYPES = ("text/html", "text/plain", "application/xml")


@dataclass(frozen=True)
class File:
    """A file of a release. `compressed` is {encoding: (sha256, bytes)} of the files beside it."""

    path: str
    sha256: str
    bytes: int
    media_type: str = ""
    #: The status and the address of the answer; 0 and '' for a file that the export itself writes.
    status: int = 0
    address: str = ""
    compressed: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Manifest:
    """The content of a release. `is_present` is false for a chosen instant."""

    origin: str
    at: datetime
    made_at: datetime
    is_present: bool
    generation: int
    time_zone: str
    #: Paths that only the live site answers, with all paths below.
    live_paths: tuple[str, ...]
    files: tuple[File, ...]

    def by_path(self):
        return {file.path: file for file in self.files}

    def pages(self):
        """Return {address: File} of the pages, without files such as stylesheets."""
        return {
            file.address: file
            for file in self.files
            if file.status == 200 and file.media_type.startswith(PAGE_TYPES)
        }


def digest(content):
    return hashlib.sha256(content).hexdigest()


def write(manifest):
    """Return the manifest as JSON with a line for each file, so two manifests are easy to compare."""
    head = {
        "format": FORMAT,
        "origin": manifest.origin,
        "at": manifest.at.isoformat(),
        "made_at": manifest.made_at.isoformat(),
        "is_present": manifest.is_present,
        "generation": manifest.generation,
        "time_zone": manifest.time_zone,
        "live_paths": list(manifest.live_paths),
    }
    files = sorted(manifest.files, key=lambda file: file.path)
    lines = ",\n".join(json.dumps(_plain(file), ensure_ascii=False) for file in files)
    opening = json.dumps(head, indent=1, ensure_ascii=False).removesuffix("\n}")
    return f'{opening},\n "files": [\n{lines}\n]}}\n'


def _plain(file):
    return {name: value for name, value in vars(file).items() if value not in (0, "", {})}


def read(content):
    """Return the Manifest from the text of `write`. Raises ExportError."""
    try:
        data = json.loads(content)
        if data.pop("format") != FORMAT:
            raise ExportError("The manifest has another format than this program writes.")
        files = tuple(_file(row) for row in data.pop("files"))
        instants = {name: datetime.fromisoformat(data.pop(name)) for name in ("at", "made_at")}
        live_paths = tuple(data.pop("live_paths"))
        return Manifest(files=files, live_paths=live_paths, **instants, **data)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ExportError(f"The manifest cannot be read: {error}.") from error


def _file(row):
    compressed = {name: tuple(pair) for name, pair in row.pop("compressed", {}).items()}
    return File(**{"bytes": 0} | row, compressed=compressed)


def checksum_line(content, name):
    """Return the line that `sha256sum --check` reads."""
    return f"{digest(content)}  {name}\n"
