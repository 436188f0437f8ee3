from django.views.decorators.http import require_safe

from directorates.queries.pages import overview
from directorates.views.pages import render_page, shown_instant


@require_safe
def overview_page(request):
    at = shown_instant(request)
    return render_overview(request, overview.get(at=at), at=at)


def render_overview(request, page, *, at, preview=None):
    """Render the overview. `preview` is the unit whose draft a staff preview shows, or None."""
    return render_page(
        request,
        "directorates/overview.html",
        {"page": page, "preview": preview},
        at=at,
        title=None,
        path=page.path,
        agency=page.agency,
        is_indexed=preview is None,
    )
