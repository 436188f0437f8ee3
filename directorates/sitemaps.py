from django.contrib.sitemaps import Sitemap
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from directorates import visibility
from directorates.models import UnitContent, unit_url


class PublishedUnits(Sitemap):
    """Every page of an open unit in force, and the pages that list them."""

    limit = 50_000

    def __init__(self):
        self.now = timezone.now()

    def items(self):
        units = list(
            visibility.open_units(self.now)
            .order_by("unit_id")
            .values_list("kind", "slug", "effective_from")
        )
        pages = [(unit_url(kind, slug), instant) for kind, slug, instant in units]
        return self._lists(units) + pages

    def _lists(self, units):
        newest = {}
        for kind, _, instant in units:
            newest[kind] = max(instant, newest.get(kind, instant))
        if not newest:
            return []
        on_overview = (
            visibility.open_units(self.now)
            .filter(is_on_overview=True)
            .aggregate(newest=Max("effective_from"))["newest"]
        )
        lists = [(reverse("directorates:overview"), on_overview or max(newest.values()))]
        for kind in (UnitContent.Kind.DIRECTORATE, UnitContent.Kind.OFFICE):
            if kind in newest:
                lists.append((reverse(f"directorates:{kind}s"), newest[kind]))
        return lists

    def location(self, item):
        return item[0]

    def lastmod(self, item):
        return item[1]
