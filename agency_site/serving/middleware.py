"""Answers requests while the page cache finds the database unavailable."""

from agency_site.serving.page_cache.wrapper import DATABASE_UNAVAILABLE, PROBES
from directorates.views import unavailable


def database_unavailable(get_response):
    """Answer with the page "not available" while the page cache knows that the database does not answer.

    The probes ask the database themselves.
    """

    def middleware(request):
        if DATABASE_UNAVAILABLE in request.environ and request.path_info not in PROBES:
            return unavailable.respond(request)
        return get_response(request)

    return middleware
