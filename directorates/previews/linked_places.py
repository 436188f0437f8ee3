"""The places on public pages to which links of texts lead: the ids of a page's elements."""

import re
from html import unescape

from django.http import HttpRequest, QueryDict

from directorates.previews.render_preview import render_public_page
from directorates.views.pages import DAY

_ID = re.compile(r'\sid="([^"]*)"')


class _Request(HttpRequest):
    """A request for a page that no reader sees, so its host does not matter."""

    def get_host(self):
        return "localhost"


def find_ids(address, *, at):
    """Return the ids of the elements of the public page at an address, or None if it is no page of `at`.

    The page is rendered, because most ids come from its records.
    """
    path, _, query = address.partition("?")
    request = _Request()
    request.method, request.path, request.path_info = "GET", path, path
    request.GET = QueryDict(query)
    if DAY in request.GET:
        return None
    response = render_public_page(request, path, at=at)
    is_page = response.status_code == 200 and response["Content-Type"].startswith("text/html")
    return frozenset(map(unescape, _ID.findall(response.content.decode()))) if is_page else None
