"""What the page cache tells Django of the database."""

from agency_site.serving.page_cache.wrapper import DATABASE_UNAVAILABLE, PROBES
from directorates.views import unavailable


def database_unavailable(get_response):
    """Answer at once, in words, while the page cache knows that the database does not answer.

    The probes of monitoring look for themselves.
    """

    def middleware(request):
        if DATABASE_UNAVAILABLE in request.environ and request.path_info not in PROBES:
            return unavailable.respond(request)
        return get_response(request)

    return middleware
