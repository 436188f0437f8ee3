"""The lists of directorates and offices at an instant, page by page."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from urllib.parse import urlencode

from django.core import validators
from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.db.models import OuterRef, Subquery
from django.urls import reverse

from directorates.models import UnitContent, UnitEdition
from directorates.queries import visibility
from directorates.queries.pages import namesakes
from directorates.queries.pages.page_parts import Link, UnitCard, cards

UNITS_A_PAGE = 50
BY_NAME = "name"
BY_PARENT = "part-of"
#: The columns of units that a list reads.
COLUMNS = ("unit_id", "parent_id", "kind", "role", "slug", "name", "acronym", "summary", "effective_from", "approved_at")  # fmt: skip


@dataclass(frozen=True)
class UnitGroup:
    """Units under one heading. `name` and `url` are those of their parent, or '' in the list by name."""

    name: str
    url: str
    units: tuple[UnitCard, ...]


@dataclass(frozen=True)
class UnitListPage:
    path: str
    kind: str
    title: str
    heading: str
    breadcrumbs: tuple[Link, ...]
    part_of: Link | None
    order_links: tuple[Link, ...]
    groups: tuple[UnitGroup, ...]
    total: int
    page_number: int
    page_count: int
    page_links: tuple[Link, ...]
    previous_url: str
    next_url: str
    description: str
    updated_at: datetime | None


class UnknownPageError(LookupError):
    """The address has an unknown page number, order or unit."""


def get(*, kind, at, order=BY_NAME, page=1, part_of="") -> UnitListPage | UnitEdition:
    """Return a page of the open units of `kind`, ordered by name or by parent: at most seven queries.

    `part_of` is the slug of a unit, to list only the units directly below it. If the unit is closed or its slug now
    differs (also in case), its edition in force is returned instead. Raises UnknownPageError.
    """
    if order not in (BY_NAME, BY_PARENT):
        raise UnknownPageError(f"no order {order!r}")
    editions = find_editions(kind, at=at, order=order)
    parent = None
    if part_of:
        is_slug = validators.slug_re.match(part_of)
        parent = visibility.find_by_slug(part_of, at=at) if is_slug else None
        if parent is None:
            raise UnknownPageError(f"no unit {part_of!r}")
        if parent.is_closed or parent.slug != part_of:
            return parent
        editions = editions.filter(parent_id=parent.unit_id)
    editions = editions.only(*COLUMNS)
    try:
        current = Paginator(editions, UNITS_A_PAGE).page(page)
    except (EmptyPage, PageNotAnInteger) as error:
        raise UnknownPageError(f"no page {page!r}") from error
    if str(current.number) != str(page):
        # Accept one spelling of a number: “01” and “+1” would give one page countless addresses.
        raise UnknownPageError(f"no page {page!r}; its number is {current.number}")
    return _page(kind, order, part_of, parent, current, _Above(current.object_list, at))


class _Above:
    """The parents of the units on a page: two queries."""

    def __init__(self, editions, at):
        above = visibility.public_units(at).filter(unit_id__in={e.parent_id for e in editions})
        columns = above.only("unit_id", "kind", "slug", "name", "acronym")
        self._by_unit = {edition.unit_id: edition for edition in columns}
        self._namesakes = namesakes.find(self._by_unit.values(), at=at)

    def link_of(self, edition):
        """Return the link to an edition's parent, with a label if other units have the same name."""
        above = self._by_unit.get(edition.parent_id)
        if above is None:
            return Link("", "")
        return Link(namesakes.label_of(above, self._namesakes), above.get_absolute_url())


def find_editions(kind, *, at, order=BY_NAME):
    """Return the editions in the list of `kind`, in this order."""
    editions = visibility.open_units(at).filter(kind=kind)
    if order == BY_NAME:
        return editions.order_by("sort_key", "unit_id")
    parents = visibility.public_units(at).filter(unit_id=OuterRef("parent_id")).order_by()
    return editions.annotate(parent_key=Subquery(parents.values("sort_key")[:1])).order_by(
        "parent_key", "parent_id", "sort_key", "unit_id"
    )


def address(kind, *, order=BY_NAME, part_of="", page=1):
    """Return the address of a page of a list, without parameters that have their default."""
    path = reverse(f"directorates:{kind}s")
    query = {"by": order, "part-of": part_of, "page": page}
    defaults = {"by": BY_NAME, "part-of": "", "page": 1}
    kept = {key: value for key, value in query.items() if value != defaults[key]}
    return f"{path}?{urlencode(kept)}" if kept else path


def _page(kind, order, part_of, parent, current, above):
    path = reverse(f"directorates:{kind}s")
    paginator = current.paginator

    def url(**changes):
        return address(kind, **{"order": order, "part_of": part_of} | changes)

    heading = "Directorates" if kind == UnitContent.Kind.DIRECTORATE else "Offices"
    return UnitListPage(
        path=url(page=current.number),
        kind=kind,
        title=_title(heading, parent, order, current),
        heading=heading,
        breadcrumbs=_breadcrumbs(heading, path, parent),
        part_of=Link(parent.name, parent.get_absolute_url()) if parent else None,
        order_links=tuple(
            Link(words, "" if order == value else url(order=value))
            for words, value in (("By name", BY_NAME), ("By the unit they are part of", BY_PARENT))
        ),
        groups=_groups(current.object_list, order, parent, above),
        total=paginator.count,
        page_number=current.number,
        page_count=paginator.num_pages,
        page_links=tuple(
            Link(str(number), url(page=number) if isinstance(number, int) else "")
            for number in paginator.get_elided_page_range(current.number, on_each_side=1, on_ends=1)
        ),
        previous_url=url(page=current.number - 1) if current.has_previous() else "",
        next_url=url(page=current.number + 1) if current.has_next() else "",
        description=_description(heading, parent, order, current),
        updated_at=max((edition.updated_at for edition in current.object_list), default=None),
    )


def _breadcrumbs(heading, path, parent):
    if parent is None:
        return (Link(heading, ""),)
    return Link(heading, path), Link(f"{heading} of {parent.name}", "")


def _groups(editions, order, parent, above):
    """Return the groups. The parent of a unit appears once: above its group, or on its card."""
    if order == BY_PARENT:
        return tuple(
            UnitGroup(link.text, link.url, cards(units))
            for link, units in groupby(editions, key=above.link_of)
        )
    if parent:
        return (UnitGroup("", "", cards(editions)),)
    return (UnitGroup("", "", cards(editions, part_of=lambda e: above.link_of(e).text)),)


def _title(heading, parent, order, current):
    words = f"{heading} of {parent.name}" if parent else f"List of {heading.lower()}"
    words += ", by parent" if order == BY_PARENT else ""
    if current.number > 1:
        words += f", page {current.number} of {current.paginator.num_pages}"
    return words


def _description(heading, parent, order, current):
    words = f"{heading} of {parent.name}" if parent else f"All {heading.lower()} of the agency"
    words += (
        ", by the unit they are part of" if order == BY_PARENT else ", in the order of their names"
    )
    return f"{words}: page {current.number} of {current.paginator.num_pages}."
