"""Where an address of the site stands as a file. The maps in deploy/ say the same to nginx.

`/about/` is `about/index.html`. A list's parameters are part of the name, in one order, without
those that have their default: `/offices/?page=2&by=part-of` is
`offices/index@by=part-of@page=2.html`. Other pages take no parameters, so theirs are dropped.
"""

import re
from urllib.parse import unquote

from directorates.views import public_pages

#: The pages that have parameters, and these with their defaults, in the order of the names.
LISTS = tuple(f"/{page.route}" for page in public_pages.exported() if page.is_list)
PARAMETERS = (("by", "name"), ("part-of", ""), ("page", "1"))
_PLAIN_VALUE = re.compile(r"[A-Za-z0-9_-]+")

#: Pages that answer what is wrong, by the file's name: (address that is asked, status).
NOT_FOUND = "404.html"
UNAVAILABLE = "503.html"
UNAVAILABLE_FOR_STAFF = "503-staff.html"

#: Within a release.
SITE = "site"
MANIFEST = "manifest.json"
CHECKSUM = "manifest.sha256"
STATE = "state.json"
REDIRECTS = "redirects.map"
HEADERS = "headers.conf"

ENCODINGS = {"br": ".br", "gzip": ".gz"}


def file_of(address):
    """Return the path within `site/` of an address such as `/offices/?page=2`."""
    path, _, query = address.partition("#")[0].partition("?")
    path = unquote(path)
    if path in LISTS:
        return f"{path[1:]}index{_name_of(query)}.html"
    return f"{path[1:]}index.html" if path.endswith("/") else path[1:]


def _name_of(query):
    given = dict(part.partition("=")[::2] for part in query.split("&"))
    name = ""
    for parameter, default in PARAMETERS:
        value = given.get(parameter, default)
        if value == default:
            continue
        if not _PLAIN_VALUE.fullmatch(value):
            return "@unknown"
        name += f"@{parameter}={value}"
    return name


def release_name(at, taken):
    """Return a name that sorts by the instant shown, other than those taken."""
    name = f"{at:%Y-%m-%dT%H%M%SZ}"
    number = 2
    while name in taken:
        name = f"{at:%Y-%m-%dT%H%M%SZ}.{number}"
        number += 1
    return name
