from django.http import Http404
from django.utils import timezone
from django.views.decorators.http import require_safe

from directorates.models import UnitContent, UnitEdition
from directorates.queries import visibility
from directorates.queries.pages import changes, unit_list, unit_page
from directorates.queries.pages.page_parts import Link
from directorates.views.pages import render_page, shown_instant
from directorates.views.redirects import lead_to, lead_to_list

#: The parameters of a list of one kind: its order, the unit above its units, the number of the page.
LIST_PARAMETERS = ("by", "part-of", "page")


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
    slug = _present_slug(request, page)
    return render_page(
        request,
        "directorates/unit_page.html",
        {"page": page, "preview": preview, "slug": slug, "feeds": _feeds(page, slug, preview)},
        at=at,
        title=f"{page.name} ({page.acronym})" if page.acronym else page.name,
        path=page.path,
        agency=page.agency,
        is_indexed=preview is None,
    )


def _present_slug(request, page):
    """Return the slug by which the unit's changes are found today. On a past day another unit may have had it."""
    if getattr(request, "past_day", None) is None:
        return page.slug
    return visibility.slug_of(page.unit_id, at=timezone.now()).first() or page.slug


def _feeds(page, slug, preview):
    """Return the links to the feeds of a published page."""
    if preview is not None:
        return ()
    return (Link(f"What changed in {page.name}", changes.feed_address(slug)),)


@require_safe
def unit_list_page(request):
    return _unit_list(request, request.GET.get("kind", ""), unit_list.DEFAULTS)


@require_safe
def directorate_list(request):
    return _unit_list(request, UnitContent.Kind.DIRECTORATE, LIST_PARAMETERS)


@require_safe
def office_list(request):
    return _unit_list(request, UnitContent.Kind.OFFICE, LIST_PARAMETERS)


def _unit_list(request, kind, parameters):
    """Render a list. Of the address, only these parameters count."""
    at = shown_instant(request)
    asked = {
        name.replace("-", "_"): request.GET[name] for name in parameters if name in request.GET
    }
    try:
        page = unit_list.get(at=at, **asked | {"kind": kind})
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
