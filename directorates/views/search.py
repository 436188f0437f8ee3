from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from directorates.queries.pages import search_page as search_query
from directorates.views.pages import render_page


@require_safe
def search_page(request):
    """Answer a search of what is in force now. The page is made for each reader and kept nowhere.

    The form of the header has no box for former names, so without the filter `in` they are looked for.
    """
    at = timezone.now()
    with_past = "former" in request.GET or "in" not in request.GET
    try:
        page = search_query.get(
            request.GET.get("q", ""),
            at=at,
            chosen=request.GET.get("in", search_query.EVERYTHING),
            with_past=with_past,
            page=request.GET.get("page", "1"),
        )
    except search_query.UnknownPageError as error:
        raise Http404(str(error)) from error
    # Search engines keep the empty form, and no results.
    is_form = not request.GET
    response = render_page(
        request,
        "directorates/search_page.html",
        {"page": page},
        at=at,
        title=page.title,
        path=reverse("directorates:search") if is_form else "",
        agency=page.agency,
        is_indexed=is_form,
    )
    response.headers["Cache-Control"] = "private, max-age=0"
    return response
