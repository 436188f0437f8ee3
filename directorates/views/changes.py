from django.http import Http404
from django.views.decorators.http import require_safe

from directorates.models import UnitEdition
from directorates.queries.pages import changes, version_comparison
from directorates.queries.pages.page_parts import Link
from directorates.views.pages import render_page, shown_instant
from directorates.views.redirects import lead_to


def find_unit(request, *, at):
    """Return the unit of `?of=`, or None without it; or the redirect from its former slug. Raises Http404."""
    slug = request.GET.get("of", "")
    if not slug:
        return None
    try:
        unit = changes.find_unit(slug, at=at)
    except changes.UnknownPageError as error:
        raise Http404(str(error)) from error
    return unit if unit.slug == slug else _lead_to_slug(request, unit)


def _lead_to_slug(request, unit):
    query = request.GET.copy()
    query["of"] = unit.slug
    return lead_to(request.path, query)


@require_safe
def changes_page(request):
    at = shown_instant(request)
    unit = find_unit(request, at=at)
    if not isinstance(unit, UnitEdition | None):
        return unit
    try:
        page = changes.get(at=at, unit=unit, page=request.GET.get("page", 1))
    except changes.UnknownPageError as error:
        raise Http404(str(error)) from error
    title = f"What changed in {unit.name}" if unit else "What changed in the organization"
    if page.page_number > 1:
        title += f", page {page.page_number} of {page.page_count}"
    return render_page(
        request,
        "directorates/changes.html",
        {"page": page, "feeds": feeds(unit)},
        at=at,
        title=title,
        path=page.path,
    )


def feeds(unit=None):
    """Return the links to the feeds of a page: of all changes, and of one unit's."""
    found = [Link("What changed in the organization", changes.feed_address())]
    if unit is not None:
        found.insert(0, Link(f"What changed in {unit.name}", changes.feed_address(unit.slug)))
    return found


@require_safe
def compare_page(request):
    at = shown_instant(request)
    named = {name: request.GET.get(key, "") for name, key in _SIDES.items()}
    try:
        page = version_comparison.get(at=at, **named)
    except version_comparison.UnknownVersionError as error:
        raise Http404(str(error)) from error
    if isinstance(page, UnitEdition):
        return _lead_to_slug(request, page)
    return render_page(
        request,
        "directorates/compare.html",
        {"page": page},
        at=at,
        title=f"Two versions of {page.unit.text}, compared",
        path=page.path,
        is_indexed=False,
    )


_SIDES = {"of": "of", "before": "from", "after": "to"}
