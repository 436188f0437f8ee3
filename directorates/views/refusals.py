"""A message for every refusal of an action that a page does not catch itself."""

import logging

from django.contrib import messages
from django.http import HttpResponseRedirect

from directorates.accounts.login_redirect import find_login_redirect
from directorates.actions.refusals import REFUSALS, lines_of
from directorates.queries.staff import sign_in
from directorates.rules.database_errors import is_out_of_range
from directorates.views.errors import bad_request
from directorates.views.pages import render_error

logger = logging.getLogger(__name__)


class RefusalMiddleware:
    """Middleware. A refused form opens again with the reason above it. Any other refused request gets an error
    page with the reason."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, error):
        if is_out_of_range(error):
            # No page offers a number out of range, so no typed text is lost.
            return bad_request(request)
        if not isinstance(error, REFUSALS):
            return None
        # Logged for the operators: the page should have shown the reason beside the typed text.
        logger.warning("A page let a refusal out: %s", request.path_info, exc_info=error)
        # The admin's pages show messages.
        if request.method == "POST" and request.path_info.startswith(sign_in.ADMIN):
            for line in lines_of(error):
                messages.error(request, line)
            return HttpResponseRedirect(find_login_redirect(request))
        return render_error(request, "Not done", " ".join(lines_of(error)), 409)
