from operator import itemgetter

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap
from django.http import Http404
from django.utils import timezone
from django.views.decorators.http import require_safe

from directorates.queries import referring_texts, visibility
from directorates.queries.public_pages import PublicRecords
from directorates.views import public_pages

#: The columns of units that the entries need.
COLUMNS = (
    *("unit_id", "kind", "slug", "index_key", "is_closed"),
    *("is_on_overview", "effective_from", "approved_at"),
)


class PublishedUnits(Sitemap):
    """Every page of a unit in force, open or closed, of a figure, and the pages that list them."""

    limit = 50_000

    def __init__(self, at):
        self.now = at

    def items(self):
        """Return (path, time of the last update) of every page: three queries.

        Each date is the one on the page itself: see `sitemap_entries` in `queries/public_pages.py`.
        """
        units = list(
            visibility.public_units(self.now).order_by("sort_key", "unit_id").only(*COLUMNS)
        )
        figures = referring_texts.read_figures(self.now)
        updates = referring_texts.read_updates(figures, self.now)
        records = PublicRecords(units, figures, updates)
        entries = [
            entry
            for page in public_pages.PAGES
            if page.in_sitemap
            for entry in page.shows.sitemap_entries(page, records)
        ]
        # Pages of the site come first, then units of all kinds in alphabetical order, then figures.
        return [entry for _, *entry in sorted(entries, key=itemgetter(0))]

    def location(self, item):
        return item[0]

    def lastmod(self, item):
        return item[1]


@require_safe
def sitemap_xml(request):
    """Return the sitemap of now, or of a preview's instant."""
    number = request.GET.get("p", "1")
    if not (number.isascii() and number.isdigit()) or number.startswith("0"):
        # Accept one spelling of a number: “01” and “+1” would give one page countless addresses.
        raise Http404(f"no page {number!r}")
    at = getattr(request, "shown_at", None) or timezone.now()
    # Render here, while the agency's time zone is active: the sitemap and the pages must give the same days.
    with timezone.override(visibility.site_settings().time_zone):
        return sitemap(request, {"units": PublishedUnits(at)}).render()
