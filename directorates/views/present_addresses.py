"""One redirect from an address in capitals, without its last slash, or with a former slug."""

from django.urls import Resolver404, resolve, reverse

from directorates.queries import visibility
from directorates.queries.pages import unit_page
from directorates.views import past_pages, public_pages
from directorates.views.redirects import UNIT_PARAMETERS, lead_to, lead_to_list

#: The parameters of lists with values that are written in small letters.
_IN_SMALL_LETTERS = {"by", "closed", "handles", "kind", "letter", "view"}


def lead_to_present_addresses(get_response):
    """Middleware. It runs before the middleware that adds slashes, so a reader is redirected once."""

    def middleware(request):
        path = request.path_info.lower()
        path += (
            "" if path.endswith(("/", ".txt", ".xml", ".svg", ".atom", ".csv", ".json")) else "/"
        )
        query = request.META.get("QUERY_STRING", "")
        is_as_it_should_be = path == request.path_info and query == query.lower()
        if not is_as_it_should_be and request.method in ("GET", "HEAD"):
            return _lead(request, path) or get_response(request)
        return get_response(request)

    return middleware


def _lead(request, path):
    """Return the redirect from a public address in a wrong form, or None."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    if not hasattr(match.func, "cached_query") and match.view_name not in public_pages.names():
        # Staff pages and links with tokens have their own rules.
        return None
    at = past_pages.instant_of(request)
    query = _in_small_letters(request.GET, getattr(match.func, "cached_query", ()))
    if path == request.path_info and query == request.GET:
        return None
    if "slug" not in match.kwargs:
        names = getattr(match.func, "cached_query", ())
        parameter = next((name for name in UNIT_PARAMETERS if name in names), "")
        edition = visibility.find_by_slug(query.get(parameter, ""), at=at)
        return lead_to_list(
            reverse(match.view_name, kwargs=match.kwargs), query, edition, parameter=parameter
        )
    found = unit_page.find(kind=match.url_name, slug=match.kwargs["slug"], at=at)
    address = found if isinstance(found, str | None) else found.get_absolute_url()
    if address in (None, request.path_info):
        return None
    return lead_to(address, query)


def _in_small_letters(query, names):
    """Return the parameters with the page's own names in small letters, and the values that always are too."""
    written = query.copy()
    for name in query:
        small = name.lower()
        if small not in names or (name != small and small in query):
            continue
        if name != small:
            written.setlist(small, written.pop(name))
        if small in _IN_SMALL_LETTERS:
            written.setlist(small, [value.lower() for value in written.getlist(small)])
    return written
