"""Writes the pages of a release, and the files to which they refer."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from agency_site.serving.static_export import ExportError
from agency_site.serving.static_export.files import layout
from agency_site.serving.static_export.files.manifest import File
from agency_site.serving.static_export.pages import addresses, links
from agency_site.serving.static_export.processes import spread
from directorates.management.progress import progress


@dataclass(frozen=True)
class WrittenFile:
    """A file of a release, how it came there, and the addresses of the files to which it refers."""

    file: File
    outcome: str
    assets: tuple[str, ...] = ()


def write(writer, fetcher, *, processes=None):
    """Write every page and every file to which a page refers; return a WrittenFile for each."""
    at = fetcher.at
    wanted = [
        *addresses.fixed(),
        *addresses.of_units(at).values(),
        *addresses.of_lists(at),
        *addresses.of_charts(at),
        *addresses.of_contacts(at),
        *addresses.of_figures(at),
        *addresses.of_changes(at),
    ]
    wanted = list(dict.fromkeys(wanted))

    def write_page(address):
        answer = fetcher.get_page(address)
        return _add(writer, fetcher, address, answer, layout.file_of(address))

    with spread(write_page, count=processes) as spread_map:
        pages = spread_map(wanted)
        written = list(progress(pages, total=len(wanted), unit="pages", description="Export"))
        written += _write_errors(writer, fetcher)
        done, waiting = set(), _assets_of(written)
        while waiting:
            found = list(spread_map(sorted(waiting)))
            written += found
            done |= waiting
            waiting = _assets_of(found) - done
    return written


def find_redirects(fetcher):
    """Return {old path: present path} of the units' former addresses."""
    redirects = {}
    for address in addresses.of_former_units(fetcher.at):
        answer = fetcher.get_error(address)
        if answer.status == 301:
            redirects[address] = answer.headers["Location"]
    return redirects


def _write_errors(writer, fetcher):
    for name, address, is_unavailable in (
        (layout.NOT_FOUND, f"/{layout.NOT_FOUND}", False),
        (layout.UNAVAILABLE, "/", True),
        (layout.UNAVAILABLE_FOR_STAFF, addresses.staff(), True),
    ):
        answer = fetcher.get_error(address, is_database_unavailable=is_unavailable)
        if str(answer.status) not in name:
            raise ExportError(f"The page for {name} answered {answer.status}.")
        yield _add(writer, fetcher, f"/{name}", answer, name)


def _add(writer, fetcher, address, answer, path):
    about = {"media_type": answer.media_type, "address": address}
    file, outcome = writer.add(f"{layout.SITE}/{path}", answer.body, status=answer.status, **about)
    if not answer.media_type.startswith(("text/html", "text/css")):
        return WrittenFile(file, outcome)
    found = links.find_links(answer.body, **about, origin=fetcher.origin)
    prefixes = (settings.STATIC_URL, settings.MEDIA_URL)
    assets = {urlsplit(one).path for one in found if one.startswith(prefixes)}
    return WrittenFile(file, outcome, tuple(assets))


def _assets_of(written):
    return {asset for one in written for asset in one.assets}
