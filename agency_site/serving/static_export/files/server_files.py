"""Writes a release's redirects and headers in nginx's syntax."""

import re
from email.utils import format_datetime

from agency_site.serving.static_export import ExportError

#: Headers that the web server or its configuration sets for each answer.
_OF_ONE_ANSWER = {
    "x-request-id", "cross-origin-resource-policy",
    "age", "cache-control", "content-encoding", "content-language", "content-length", "content-type",
    "date", "etag", "last-modified", "surrogate-key", "vary", "x-robots-tag",
}  # fmt: skip
_PATH = re.compile(r"/[A-Za-z0-9_/-]*")
_ROW = re.compile(r"(/\S*) (/\S*);")


def write_redirects(redirects):
    """Return {old path: path} as the lines of an nginx map."""
    for path in (*redirects, *redirects.values()):
        if not _PATH.fullmatch(path):
            raise ExportError(f"“{path}” cannot be used in {len(redirects)} redirects for nginx.")
    return "".join(f"{old} {new};\n" for old, new in sorted(redirects.items()))


def read_redirects(content):
    """Return {old path: path}. Raises ExportError for any other line."""
    redirects = {}
    for line in content.splitlines():
        row = _ROW.fullmatch(line)
        if row is None:
            raise ExportError(f"the line “{line}” is no redirect")
        redirects[row[1]] = row[2]
    return redirects


def write_headers(headers):
    """Return the headers that all pages share, as lines for nginx. `headers` are the headers of one page."""
    lines = []
    for name, value in sorted(headers.items()):
        if name.lower() in _OF_ONE_ANSWER:
            continue
        if re.search(r'[$"\\\n]', value):
            raise ExportError(f"The header {name} cannot be written for nginx: {value}")
        lines.append(f'add_header {name} "{value}" always;\n')
    return "".join(lines)


def write_instant(at):
    """Return the line with the instant that the pages show (RFC 7089)."""
    return f'add_header Memento-Datetime "{format_datetime(at, usegmt=True)}" always;\n'
