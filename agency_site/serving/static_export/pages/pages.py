"""Writes the pages of a release, and the files to which they refer."""

from urllib.parse import urlsplit

from django.conf import settings

from agency_site.serving.static_export import ExportError
from agency_site.serving.static_export.files import layout
from agency_site.serving.static_export.pages import addresses, links


def write(writer, fetcher, *, lists, affected, before):
    """Write every page and file of the site; return {address: files to which it refers}.

    `lists` are the addresses of the lists' pages. `affected` are the addresses to make again; None means all.
    Other pages are linked from the release `before`, if it has them.
    """
    known = before.manifest.pages() if before else {}
    assets = {}
    units = addresses.of_units(fetcher.at).values()
    for address in dict.fromkeys([*addresses.fixed(), *units, *lists]):
        if affected is not None and address in known and address not in affected:
            writer.link(known[address])
            assets[address] = before.assets.of(address)
        else:
            assets[address] = _write_page(writer, fetcher, address)
    for name, address, is_unavailable in (
        (layout.NOT_FOUND, f"/{layout.NOT_FOUND}", False),
        (layout.UNAVAILABLE, "/", True),
        (layout.UNAVAILABLE_FOR_STAFF, addresses.staff(), True),
    ):
        answer = fetcher.get_error(address, is_database_unavailable=is_unavailable)
        if str(answer.status) not in name:
            raise ExportError(f"The page for {name} answered {answer.status}.")
        assets[f"/{name}"] = _add(writer, fetcher, f"/{name}", answer, name)
    _write_assets(writer, fetcher, assets)
    return assets


def find_redirects(fetcher):
    """Return {old path: present path} of the units' former addresses."""
    redirects = {}
    for address in addresses.of_former_units(fetcher.at):
        answer = fetcher.get_error(address)
        if answer.status == 301:
            redirects[address] = answer.headers["Location"]
    return redirects


def _write_page(writer, fetcher, address):
    return _add(writer, fetcher, address, fetcher.get_page(address), layout.file_of(address))


def _add(writer, fetcher, address, answer, path):
    """Write an answer; return the files to which it refers."""
    about = {"media_type": answer.media_type, "status": answer.status, "address": address}
    writer.add(f"{layout.SITE}/{path}", answer.body, **about)
    if not answer.media_type.startswith(("text/html", "text/css")):
        return []
    found = links.find_links(
        answer.body, media_type=answer.media_type, address=address, origin=fetcher.origin
    )
    prefixes = (settings.STATIC_URL, settings.MEDIA_URL)
    return sorted({urlsplit(one).path for one in found if one.startswith(prefixes)})


def _write_assets(writer, fetcher, assets):
    """Write the files to which pages refer, and the files to which these refer."""
    waiting = sorted({asset for found in assets.values() for asset in found})
    written = set()
    while waiting:
        address = waiting.pop(0)
        if address not in written:
            written.add(address)
            waiting += _write_page(writer, fetcher, address)
