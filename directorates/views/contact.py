from django.http import Http404
from django.views.decorators.http import require_safe

from directorates.queries.pages import contact_page as contact_query
from directorates.queries.pages.paging import UnknownPageError
from directorates.views.pages import render_page, shown_instant


@require_safe
def contact_page(request):
    at = shown_instant(request)
    try:
        page = contact_query.get(at=at, page=request.GET.get("page", 1))
    except UnknownPageError as error:
        raise Http404(str(error)) from error
    return render_page(
        request,
        "directorates/contact.html",
        {"page": page},
        at=at,
        title=page.title,
        path=page.path,
    )
