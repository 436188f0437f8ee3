"""Present and former addresses of the public site at an instant, without the lists."""

from django.urls import reverse

from directorates.models import UnitContent, unit_url
from directorates.queries import visibility
from directorates.views import public_pages

Kind = UnitContent.Kind


def fixed():
    """Return the addresses that always exist."""
    pages = public_pages.exported()
    own = [page.address for page in pages if not (page.is_list or page.is_of_units)]
    return [*own, *(reverse(f"directorates:{name}") for name in ("robots", "sitemap"))]


def staff():
    """Return the address of a staff page."""
    return reverse("admin:index")


def live():
    """Return the paths that only the live site can answer, with all paths below."""
    pages = [f"/{page.route}" for page in public_pages.PAGES if not page.in_export]
    # All sign-in pages share the first part of the path.
    addresses = [*pages, reverse("admin:index"), reverse("account_login")]
    return tuple(dict.fromkeys(f"/{address.split('/')[1]}/" for address in addresses))


def of_units(at):
    """Return {unit id: address} of every unit with a page, closed units included."""
    kinds = {page.shows.kind for page in public_pages.exported() if page.is_of_units}
    units = visibility.public_units(at).order_by("unit_id")
    return {
        unit_id: unit_url(kind, slug)
        for unit_id, kind, slug, is_closed in units.values_list(
            "unit_id", "kind", "slug", "is_closed"
        )
        if kind in kinds and not (is_closed and kind == Kind.AGENCY)
    }


def of_former_units(at):
    """Return the addresses that editions had until `at`, and that no unit has at `at`."""
    had, have = (
        set(editions.exclude(kind=Kind.AGENCY).order_by().values_list("kind", "slug").distinct())
        for editions in (visibility.public_unit_history(at), visibility.public_units(at))
    )
    return sorted(unit_url(kind, slug) for kind, slug in had - have)
