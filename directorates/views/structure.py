from django.http import Http404
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from directorates.models import UnitEdition
from directorates.queries.pages import site_identity, structure
from directorates.rules.content import languages
from directorates.rules.drawing import chart
from directorates.views.pages import render_page, shown_instant
from directorates.views.redirects import lead_to_list


@require_safe
def structure_page(request):
    at = shown_instant(request)
    page = _find(request, at)
    if isinstance(page, UnitEdition):
        return lead_to_list(request.path, request.GET, page, parameter="of")
    return render_page(
        request,
        "directorates/structure.html",
        {"page": page},
        at=at,
        title=page.title,
        path=page.path,
        agency=page if page.root and page.is_whole else None,
    )


@require_safe
def structure_picture(request):
    """Return the chart as a picture in SVG."""
    at = shown_instant(request)
    page = _find(request, at)
    if isinstance(page, UnitEdition) and not page.is_closed:
        return lead_to_list(request.path, request.GET, page, parameter="of")
    if isinstance(page, UnitEdition) or page.root is None:
        raise Http404("There is no unit to draw.")
    site = site_identity.get(at=at)
    drawing = chart.draw(page.root, is_right_to_left=languages.is_right_to_left(site.language))
    with timezone.override(site.time_zone), translation.override(site.language):
        return render(
            request,
            "directorates/structure.svg",
            {"page": page, "site": site, "drawing": drawing},
            content_type="image/svg+xml; charset=utf-8",
        )


def _find(request, at):
    try:
        return structure.get(at=at, of=request.GET.get("of", ""))
    except structure.UnknownUnitError as error:
        raise Http404(str(error)) from error
