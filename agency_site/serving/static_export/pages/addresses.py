"""Present and former addresses of the public site at an instant."""

from collections import Counter

from django.urls import reverse

from directorates.models import UnitContent, figure_url, unit_url
from directorates.queries import visibility
from directorates.queries.pages import (
    changes,
    contact_page,
    figure_list,
    responsibilities,
    structure,
    unit_history,
    unit_list,
)
from directorates.queries.pages.page_parts import UNITS_BELOW_LIMIT
from directorates.views import public_pages

Kind = UnitContent.Kind


def fixed():
    """Return the addresses that always exist."""
    pages = public_pages.exported()
    own = [
        page.address
        for page in pages
        if page.has_one_address and not (page.is_list or page.is_of_units or page.is_picture)
    ]
    return [*own, *(reverse(f"directorates:{name}") for name in ("favicon", "robots", "sitemap"))]


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


def of_lists(at):
    """Return the address of every page of the lists and indexes, in every linked form: at most five queries."""
    units = visibility.public_units(at).order_by("unit_id")
    rows = list(units.values_list("unit_id", "parent_id", "kind", "slug", "is_closed"))
    opened = [row for row in rows if not row[-1]]
    kinds = {page.shows.kind for page in public_pages.exported() if page.is_list}
    lists = [({"kind": kind}, _count(opened, kind)) for kind in ("", *Kind.values)]
    lists += [({"kind": kind, "closed": "yes"}, _count(rows, kind)) for kind in ("", *Kind.values)]
    found = [address for one in lists for address in _pages_of_list(*one, unit_list.FORMS)]
    below = Counter(parent for _, parent, kind, *_ in opened if kind in kinds)
    offices = Counter(parent for _, parent, kind, *_ in opened if kind == Kind.OFFICE)
    lists = [
        ({"kind": Kind.OFFICE, "part_of": slug}, offices[unit_id])
        for unit_id, _, _, slug, _ in opened
        if below[unit_id] > UNITS_BELOW_LIMIT
    ]
    lists += [
        ({"handles": slug}, number)
        for slug, number in responsibilities.with_further_units(at=at).items()
    ]
    found += [a for one in lists for a in _pages_of_list(*one, unit_list.FORMS_OF_PART)]
    return [*found, *responsibilities.letter_addresses(at=at)]


def of_charts(at):
    """Return the address of the chart of every unit with units below it, as a page and as a picture: one query."""
    units = visibility.open_units(at).order_by("unit_id")
    rows = list(units.values_list("unit_id", "parent_id", "kind", "slug"))
    parents = {parent_id for _, parent_id, *_ in rows}
    # The chart of the agency has no slug.
    slugs = {
        "" if kind == Kind.AGENCY else slug
        for unit_id, _, kind, slug in rows
        if kind == Kind.AGENCY or unit_id in parents
    }
    names = [page.name for page in public_pages.exported() if page.is_chart]
    return [structure.address(slug, name=name) for slug in sorted(slugs) for name in names]


def of_contacts(at):
    """Return the address of every page of contacts: one query."""
    pages = range(1, contact_page.count_pages(at=at) + 1)
    return [contact_page.address(number) for number in pages]


def of_figures(at):
    """Return the address of every page of the list of figures, and of each figure as a page and as files: two queries."""
    pages = range(1, figure_list.count_pages(at=at) + 1)
    figures = visibility.listed_figures(at).order_by("figure_id")
    identifiers = figures.values_list("figure__identifier", flat=True)
    names = [page.name for page in public_pages.exported() if page.is_of_figures]
    return [
        *(figure_list.address(number) for number in pages),
        *(figure_url(identifier, name=name) for identifier in identifiers for name in names),
    ]


def _count(rows, kind):
    return sum(kind in ("", row[2]) for row in rows)


def _pages_of_list(filters, total, forms):
    """Return the addresses of a list. A list of one unit has one form."""
    found = []
    for _, form in forms[: None if total > 1 else 1]:
        size = unit_list.page_size(form["view"])
        pages = range(1, max(1, -(-total // size)) + 1)
        found += [unit_list.address(**filters, **form, page=number) for number in pages]
    return found


def of_changes(at):
    """Return the address of every page of changes and of every unit's feed.

    The page of one unit's changes is linked only if the unit's own page cannot show all. Four queries, and one for
    each such unit.
    """
    all_units = list(visibility.public_units(at).order_by("unit_id").only("unit_id", "slug"))
    counts = changes.count_by_unit(at=at)
    long = [unit for unit in all_units if counts[unit.unit_id] >= unit_history.NEWEST]
    return [
        *(
            changes.address(of=unit.slug if unit else "", page=page)
            for unit in (None, *long)
            for page in _pages(changes.count(at=at, unit=unit))
        ),
        *(changes.feed_address(unit.slug) for unit in all_units),
    ]


def _pages(count):
    return range(1, max(1, -(-count // changes.CHANGES_A_PAGE)) + 1)


def of_former_units(at):
    """Return the addresses that editions had until `at`, and that no unit has at `at`."""
    had, have = (
        set(editions.exclude(kind=Kind.AGENCY).order_by().values_list("kind", "slug").distinct())
        for editions in (visibility.public_unit_history(at), visibility.public_units(at))
    )
    return sorted(unit_url(kind, slug) for kind, slug in had - have)
