from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap
from django.db.models import Max
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from directorates.models import UnitContent, unit_url
from directorates.queries import visibility
from directorates.queries.pages import key_facts, unit_list


class PublishedUnits(Sitemap):
    """Every page of an open unit in force, and the pages that list them."""

    limit = 50_000

    def __init__(self, at):
        self.now = at

    def items(self):
        """Return (path, when the page was updated last) of every page: two queries.

        Each page is dated as it dates itself: a list by the units on its first page, the overview by its sections and
        by the agency's figures.
        """
        units = list(
            visibility.open_units(self.now)
            .order_by("sort_key", "unit_id")
            .only("unit_id", "kind", "slug", "is_on_overview", "effective_from", "approved_at")
        )
        figures = {
            unit_id: max(latest)
            for unit_id, *latest in visibility.public_figures(self.now)
            .order_by()
            .values_list("unit_id")
            .annotate(Max("effective_from"), Max("approved_at"))
        }
        own = [
            (unit_url(unit.kind, unit.slug), _newest([unit], figures.get(unit.unit_id)))
            for unit in units
        ]
        return [*self._lists(units, figures), *own]

    def _lists(self, units, figures):
        if not units:
            return
        agency = next((unit for unit in units if unit.kind == UnitContent.Kind.AGENCY), None)
        sections = [unit for unit in units if unit.is_on_overview or unit is agency]
        yield (
            reverse("directorates:overview"),
            _newest(sections, figures.get(agency.unit_id) if agency else None),
        )
        for kind in (UnitContent.Kind.DIRECTORATE, UnitContent.Kind.OFFICE):
            listed = [unit for unit in units if unit.kind == kind][: unit_list.UNITS_A_PAGE]
            if listed:
                yield reverse(f"directorates:{kind}s"), _newest(listed)

    def location(self, item):
        return item[0]

    def lastmod(self, item):
        return item[1]


def _newest(units, of_figures=None):
    """Return when the newest of a page's editions was updated, or None; `of_figures` is that of its figures."""
    return key_facts.newest([unit.updated_at for unit in units] + [of_figures], ())


@require_safe
def sitemap_xml(request):
    """Answer with the sitemap of now, or of the instant that a preview has chosen."""
    number = request.GET.get("p", "1")
    if not (number.isascii() and number.isdigit()) or number.startswith("0"):
        # Numbers are written in one way: “01” and “+1” would be countless other addresses of a page.
        raise Http404(f"no page {number!r}")
    at = getattr(request, "shown_at", None) or timezone.now()
    # Rendered here, while the agency's time zone is in force: a sitemap gives days, and so do the pages.
    with timezone.override(visibility.site_settings().time_zone):
        return sitemap(request, {"units": PublishedUnits(at)}).render()
