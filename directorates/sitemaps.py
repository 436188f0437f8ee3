from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap
from django.db.models import Max
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from directorates import visibility
from directorates.models import UnitContent, unit_url


class PublishedUnits(Sitemap):
    """Every page of an open unit in force, and the pages that list them."""

    limit = 50_000

    def __init__(self, at):
        self.now = at

    def items(self):
        """Return (path, when the page was updated last) of every page: two queries."""
        units = list(
            visibility.open_units(self.now)
            .order_by("unit_id")
            .values_list("unit_id", "kind", "slug", "effective_from", "is_on_overview")
        )
        figures = dict(
            visibility.public_figures(self.now)
            .order_by()
            .values_list("unit_id")
            .annotate(newest=Max("effective_from"))
        )
        pages = [
            (kind, unit_url(kind, slug), max(instant, figures.get(pk, instant)), is_on_overview)
            for pk, kind, slug, instant, is_on_overview in units
        ]
        return [*self._lists(pages), *((path, instant) for _, path, instant, _ in pages)]

    def _lists(self, pages):
        if not pages:
            return
        on_overview = [
            instant
            for kind, _, instant, is_on_overview in pages
            if is_on_overview or kind == UnitContent.Kind.AGENCY
        ]
        newest = max(on_overview or [instant for _, _, instant, _ in pages])
        yield reverse("directorates:overview"), newest
        for kind in (UnitContent.Kind.DIRECTORATE, UnitContent.Kind.OFFICE):
            instants = [instant for of_kind, _, instant, _ in pages if of_kind == kind]
            if instants:
                yield reverse(f"directorates:{kind}s"), max(instants)

    def location(self, item):
        return item[0]

    def lastmod(self, item):
        return item[1]


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
