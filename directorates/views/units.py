from django.http import Http404
from django.views.decorators.http import require_safe

from directorates.models import UnitContent, UnitEdition
from directorates.queries.pages import changes, unit_list, unit_page
from directorates.queries.pages.page_parts import Link
from directorates.views.pages import render_page, shown_instant
from directorates.views.redirects import lead_to, lead_to_list


@require_safe
def agency_page(request):
    at = shown_instant(request)
    edition = unit_page.find_agency(at=at)
    if edition is None:
        raise Http404("The agency has not been published yet.")
    return render_unit(request, unit_page.get(edition, at=at), at=at)


@require_safe
def directorate_page(request, slug):
    return _unit_page(request, UnitContent.Kind.DIRECTORATE, slug)


@require_safe
def office_page(request, slug):
    return _unit_page(request, UnitContent.Kind.OFFICE, slug)


def _unit_page(request, kind, slug):
    at = shown_instant(request)
    found = unit_page.find(kind=kind, slug=slug, at=at)
    if found is None:
        raise Http404("No unit has or had this address.")
    if isinstance(found, str):
        return lead_to(found, request.GET)
    return render_unit(request, unit_page.get(found, at=at), at=at)


def render_unit(request, page, *, at, preview=None):
    """Render a unit's page. `preview` is the unit whose draft a staff preview shows, or None."""
    return render_page(
        request,
        "directorates/unit_page.html",
        {"page": page, "preview": preview, "feeds": _feeds(page, preview)},
        at=at,
        title=f"{page.name} ({page.acronym})" if page.acronym else page.name,
        path=page.path,
        is_indexed=preview is None,
    )


def _feeds(page, preview):
    """Return the links to the feeds of a published page."""
    if preview is not None:
        return ()
    return (Link(f"What changed in {page.name}", changes.feed_address(page.slug)),)


@require_safe
def directorate_list(request):
    return _unit_list(request, UnitContent.Kind.DIRECTORATE)


@require_safe
def office_list(request):
    return _unit_list(request, UnitContent.Kind.OFFICE)


def _unit_list(request, kind):
    at = shown_instant(request)
    try:
        page = unit_list.get(
            kind=kind,
            at=at,
            order=request.GET.get("by", unit_list.BY_NAME),
            page=request.GET.get("page", 1),
            part_of=request.GET.get("part-of", ""),
        )
    except unit_list.UnknownPageError as error:
        raise Http404(str(error)) from error
    if isinstance(page, UnitEdition):
        return lead_to_list(request.path, request.GET, page)
    return render_page(
        request,
        "directorates/unit_list.html",
        {"page": page},
        at=at,
        title=page.title,
        path=page.path,
    )
