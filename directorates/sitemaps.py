from operator import itemgetter

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap
from django.db.models import Max
from django.http import Http404
from django.utils import timezone
from django.views.decorators.http import require_safe

from directorates.queries import visibility
from directorates.views import public_pages


class PublishedUnits(Sitemap):
    """Every page of an open unit in force, and the pages that list them."""

    limit = 50_000

    def __init__(self, at):
        self.now = at

    def items(self):
        """Return (path, when the page was updated last) of every page: two queries.

        Each page is dated as it dates itself: see `sitemap_entries` of what its row shows.
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
        entries = [
            entry
            for page in public_pages.PAGES
            if page.in_sitemap
            for entry in page.shows.sitemap_entries(page, units, figures)
        ]
        # Pages of the site come first, then units of all kinds in one order.
        return [entry for _, *entry in sorted(entries, key=itemgetter(0))]

    def location(self, item):
        return item[0]

    def lastmod(self, item):
        return item[1]


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
