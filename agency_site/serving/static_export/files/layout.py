"""Gives each address of the site its file name. The maps in deploy/ do the same for nginx.

`/about/` is `about/index.html`. A page's parameters are part of the name, in one order and without defaults:
`/offices/?page=2&by=part-of` is `offices/index@by=part-of@page=2.html`. Other parameters are dropped. A page of a past
day (`?on=`) has no file: only the live site has the past.
"""

import re
from urllib.parse import parse_qs, unquote

from directorates.queries.pages import unit_list
from directorates.views import public_pages
from directorates.views.pages import DAY

#: The defaults of all parameters of pages.
_DEFAULTS = unit_list.DEFAULTS | {"letter": "", "of": ""}
#: {path: its parameters with their defaults, in the order of file names} of the pages with parameters.
PARAMETERS = {
    f"/{page.route}": tuple((name, str(_DEFAULTS[name])) for name in page.parameters)
    for page in public_pages.exported()
    if page.parameters
}
_PLAIN_VALUE = re.compile(r"[A-Za-z0-9_-]+")

#: File names of the error pages.
NOT_FOUND = "404.html"
UNAVAILABLE = "503.html"
UNAVAILABLE_FOR_STAFF = "503-staff.html"

SITE = "site"
MANIFEST = "manifest.json"
CHECKSUM = "manifest.sha256"
REDIRECTS = "redirects.map"
HEADERS = "headers.conf"

ENCODINGS = {"br": ".br", "gzip": ".gz"}


def file_of(address):
    """Return the path in `site/` of an address such as `/offices/?page=2`."""
    path, _, query = address.partition("#")[0].partition("?")
    path = unquote(path)
    file = f"{path[1:]}index.html" if path.endswith("/") else path[1:]
    if path not in PARAMETERS:
        return file
    name, dot, ending = file.rpartition(".")
    return f"{name}{_name_of(query, PARAMETERS[path])}{dot}{ending}"


def is_of_the_past(address):
    """Whether an address names a day, so only the live site can answer."""
    return DAY in parse_qs(address.partition("#")[0].partition("?")[2], keep_blank_values=True)


def _name_of(query, parameters):
    given = dict(part.partition("=")[::2] for part in query.split("&"))
    name = ""
    for parameter, default in parameters:
        value = given.get(parameter, default)
        if value == default:
            continue
        if not _PLAIN_VALUE.fullmatch(value):
            return "@unknown"
        name += f"@{parameter}={value}"
    return name


def release_name(at, taken):
    """Return a new name for a release, which sorts by the instant shown."""
    name = f"{at:%Y-%m-%dT%H%M%SZ}"
    number = 2
    while name in taken:
        name = f"{at:%Y-%m-%dT%H%M%SZ}.{number}"
        number += 1
    return name
