"""Every address at which the public could see a text, from the records and from the URLs."""

from urllib.parse import parse_qs, urlencode

from django.urls import URLResolver, get_resolver, resolve, reverse

from agency_site.serving.static_export.pages import addresses
from directorates.models import UnitContent
from directorates.queries import visibility
from directorates.queries.pages import contact_page, structure, unit_list

#: An address without a unit. Its page shows the site's name too.
NOWHERE = "/offices/there-is-no-such-office/"


def find(at):
    """Return the addresses to watch: pages, former addresses, lists and indexes by every parameter, charts,
    searches, the sitemap."""
    found = [
        *addresses.fixed(),
        *addresses.of_units(at).values(),
        *addresses.of_former_units(at),
        *addresses.of_lists(at),
        *addresses.of_contacts(at),
        f"{contact_page.address()}?page=1",
        *_lists_below_each_unit(at),
        *_charts_of_each_unit(at),
        f"{reverse('directorates:sitemap')}?p=1",
        *_searches(),
        reverse("directorates:survey-thanks"),
        NOWHERE,
    ]
    return list(dict.fromkeys(found))


def _searches():
    """Yield searches for words that many units have. The page repeats the query, so no query is a name."""
    address = reverse("directorates:search")
    yield address
    for words in ("office", "directorate", "agency", "imaginary"):
        yield f"{address}?{urlencode({'q': words})}"


def _slugs(at):
    return visibility.public_units(at).order_by("unit_id").values_list("slug", flat=True)


def _charts_of_each_unit(at):
    return [
        structure.address(slug, name=name)
        for slug in _slugs(at)
        for name in ("structure", "structure-picture")
    ]


def _lists_below_each_unit(at):
    slugs = _slugs(at)
    for kind in (UnitContent.Kind.DIRECTORATE, UnitContent.Kind.OFFICE):
        for slug in slugs:
            yield unit_list.address(kind, part_of=slug)
        path = reverse(f"directorates:{kind}s")
        yield f"{path}?{urlencode({'by': unit_list.BY_PARENT, 'page': 1})}"
    path = reverse("directorates:units")
    yield f"{path}?{urlencode({'by': unit_list.BY_NAME, 'page': 1})}"
    for slug in slugs:
        yield f"{path}?{urlencode({'part-of': slug, 'closed': unit_list.WITH_CLOSED})}"
    handled = visibility.open_units(at).filter(responsibilities__isnull=False).order_by()
    for slug in handled.values_list("responsibilities__slug", flat=True).distinct():
        yield unit_list.address(handles=slug)


def find_unwatched(watched):
    """Return the cached views and their parameters that no watched address covers, as texts."""
    asked = {}
    for address in watched:
        path, _, query = address.partition("?")
        asked.setdefault(resolve(path).func, set()).update(parse_qs(query))
    unwatched = []
    for pattern in _cached_patterns(get_resolver()):
        if pattern.callback not in asked:
            unwatched.append(f"no address of “{pattern.name}”")
            continue
        names = set(pattern.callback.cached_query) - asked[pattern.callback]
        unwatched += [f"no address of “{pattern.name}” with “{name}”" for name in sorted(names)]
    return unwatched


def _cached_patterns(resolver):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _cached_patterns(pattern)
        elif hasattr(pattern.callback, "cached_query"):
            yield pattern
