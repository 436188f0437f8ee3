"""Every address at which the public could see a text, from the records and from the URLs."""

from collections import Counter
from datetime import timedelta
from urllib.parse import parse_qs, parse_qsl, urlencode

from django.urls import URLResolver, get_resolver, resolve, reverse

from agency_site.serving.static_export.pages import addresses
from directorates.models import UnitContent
from directorates.queries import visibility
from directorates.queries.pages import (
    changes,
    contact_page,
    figure_list,
    structure,
    unit_list,
    version_comparison,
)
from directorates.rules import local_time
from directorates.views.pages import DAY

#: An address without a unit. Its page shows the site's name too.
NOWHERE = "/offices/there-is-no-such-office/"
#: The parameters that name a unit, or what is searched.
OF_RECORDS = ("of", "part-of", "handles", "q")


def find(at):
    """Return the addresses to watch: pages, former addresses, lists and indexes by every parameter, charts, figures,
    searches, past days, the sitemap."""
    fixed, lists = addresses.fixed(), addresses.of_lists(at)
    units = list(addresses.of_units(at).values())
    charts, figures = _charts_of_each_unit(at), addresses.of_figures(at)
    found = [
        *fixed,
        *units,
        *addresses.of_former_units(at),
        *lists,
        *addresses.of_contacts(at),
        f"{contact_page.address()}?page=1",
        *figures,
        f"{figure_list.address()}?page=1",
        *addresses.of_changes(at),
        *_changes_of_each_unit(at),
        *_on_past_days([*fixed, *units, *lists, *charts, *figures], at),
        *_lists_below_each_unit(at),
        *charts,
        f"{reverse('directorates:sitemap')}?p=1",
        *_searches(),
        reverse("directorates:survey-thanks"),
        NOWHERE,
    ]
    return list(dict.fromkeys(found))


def few_of_records(found, *, slugs=()):
    """Leave out most addresses that differ by a unit or words alone: the first two and those of `slugs` stay."""
    counts = Counter()
    for address in found:
        path, _, query = address.partition("?")
        parameters = dict(parse_qsl(query))
        of_records = {name: parameters[name] for name in OF_RECORDS if name in parameters}
        if of_records:
            kind = resolve(path).func, tuple({**parameters, **dict.fromkeys(of_records)}.items())
            counts[kind] += 1
            if counts[kind] > 2 and not {*of_records.values()} & {*slugs}:
                continue
        yield address


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


def _changes_of_each_unit(at):
    slugs = visibility.public_units(at).order_by("unit_id").values_list("slug", flat=True)
    for slug in slugs:
        yield changes.address(of=slug)
        yield version_comparison.address(slug, 1, 2)
    yield f"{reverse('directorates:changes')}?page=1"


def _on_past_days(pages, at):
    """Return one page of each view on a past day and on a day that has not come.

    Two days from `at`, because a day may end while a drill runs.
    """
    by_view = {resolve(page.partition("?")[0]).func: page for page in reversed(pages)}
    for view, page in by_view.items():
        if not getattr(view, "has_past", False):
            continue
        for days in (-2, 2):
            day = local_time.day_of(at + timedelta(days=days), "UTC").isoformat()
            yield f"{page}{'&' if '?' in page else '?'}{DAY}={day}"


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
