"""Every address that the public site has at an instant, and those that it had before."""

from django.db.models import Count, Q
from django.urls import reverse

from directorates import unit_list, visibility
from directorates.models import UnitContent, unit_url
from directorates.unit_page import UNITS_BELOW_LIMIT

Kind = UnitContent.Kind


def fixed():
    """Return the addresses that there always are."""
    return [reverse(f"directorates:{name}") for name in ("overview", "robots", "sitemap")]


def staff():
    """Return an address that staff use."""
    return reverse("admin:index")


def live():
    """Return the paths that only the live site can answer, with all below them."""
    names = ("directorates:survey", "admin:index", "account_login")
    # The sign-in pages stand beside each other, so the first part of the path counts.
    return tuple(dict.fromkeys(f"/{reverse(name).split('/')[1]}/" for name in names))


def of_units(at):
    """Return {unit id: address} of every unit that has a page, closed ones included."""
    units = visibility.public_units(at).order_by("unit_id")
    return {
        unit_id: unit_url(kind, slug)
        for unit_id, kind, slug, is_closed in units.values_list(
            "unit_id", "kind", "slug", "is_closed"
        )
        if not (is_closed and kind == Kind.AGENCY)
    }


def of_lists(at):
    """Return the addresses of the lists that pages lead to: every page of every order."""
    units = visibility.open_units(at).order_by()
    found = []
    for kind in (Kind.DIRECTORATE, Kind.OFFICE):
        found += _of_list(kind, units.filter(kind=kind).count())
    offices = Count("pk", filter=Q(kind=Kind.OFFICE))
    crowded = {
        row["parent_id"]: row["offices"]
        for row in units.values("parent_id").annotate(units=Count("pk"), offices=offices)
        if row["units"] > UNITS_BELOW_LIMIT
    }
    slugs = units.filter(unit_id__in=crowded).order_by("unit_id").values_list("unit_id", "slug")
    for unit_id, slug in slugs:
        found += _of_list(Kind.OFFICE, crowded[unit_id], part_of=slug)
    return found


def _of_list(kind, total, *, part_of=""):
    orders = (unit_list.BY_NAME, unit_list.BY_PARENT) if total > 1 else (unit_list.BY_NAME,)
    pages = max(1, -(-total // unit_list.UNITS_A_PAGE))
    return [
        unit_list.address(kind, order=order, part_of=part_of, page=page)
        for order in orders
        for page in range(1, pages + 1)
    ]


def of_former_units(at):
    """Return the addresses that editions had up to `at`, those of today among them."""
    had = visibility.public_unit_history(at).order_by().values_list("kind", "slug").distinct()
    addresses = {unit_url(kind, slug) for kind, slug in had if kind != Kind.AGENCY}
    return sorted(addresses)
