"""The lists of directorates and offices at an instant, a page at a time."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from urllib.parse import urlencode

from django.core import validators
from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.db.models import OuterRef, Subquery
from django.urls import reverse

from directorates import visibility
from directorates.models import UnitContent
from directorates.page_parts import Link, UnitCard, card

UNITS_A_PAGE = 50
BY_NAME = "name"
BY_PARENT = "part-of"


@dataclass(frozen=True)
class UnitGroup:
    """Units under one heading; `name` is '' in the list by name."""

    name: str
    units: tuple[UnitCard, ...]


@dataclass(frozen=True)
class UnitListPage:
    path: str
    kind: str
    title: str
    heading: str
    breadcrumbs: tuple[Link, ...]
    part_of: Link | None
    order: str
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
    """The address names a page, an order or a unit that does not exist."""


def get(*, kind, at, order=BY_NAME, page=1, part_of="") -> UnitListPage:
    """Return a page of the open units of `kind`, ordered by name or by the unit they are part of.

    `part_of` is the slug of a unit to list the units directly below it. At most five queries.
    Raises UnknownPageError.
    """
    if order not in (BY_NAME, BY_PARENT):
        raise UnknownPageError(f"no order {order!r}")
    editions = find_editions(kind, at=at, order=order)
    parent = None
    if part_of:
        parent = (
            visibility.open_units(at).filter(slug=part_of).first()
            if validators.slug_re.match(part_of)
            else None
        )
        if parent is None:
            raise UnknownPageError(f"no unit {part_of!r}")
        editions = editions.filter(parent_id=parent.unit_id)
    editions = editions.only(
        "kind", "role", "slug", "name", "acronym", "summary", "effective_from", "approved_at"
    )
    try:
        current = Paginator(editions, UNITS_A_PAGE).page(page)
    except (EmptyPage, PageNotAnInteger) as error:
        raise UnknownPageError(f"no page {page!r}") from error
    if str(current.number) != str(page):
        # Numbers are written in one way: “01” and “+1” would be countless other addresses of a page.
        raise UnknownPageError(f"no page {page!r}; its number is {current.number}")
    return _page(kind, order, part_of, parent, current)


def find_editions(kind, *, at, order=BY_NAME):
    """Return the editions that the list of `kind` shows in this order, with `parent_name`."""
    parents = visibility.public_units(at).filter(unit_id=OuterRef("parent_id"))
    by_parent = ("parent_key", "parent_id") if order == BY_PARENT else ()
    return (
        visibility.open_units(at)
        .filter(kind=kind)
        .annotate(
            parent_name=Subquery(parents.values("name")[:1]),
            parent_key=Subquery(parents.values("sort_key")[:1]),
        )
        .order_by(*by_parent, "sort_key", "unit_id")
    )


def address(kind, *, order=BY_NAME, part_of="", page=1):
    """Return the address of a page of a list, without the parameters that have their default."""
    path = reverse(f"directorates:{kind}s")
    query = {"by": order, "part-of": part_of, "page": page}
    defaults = {"by": BY_NAME, "part-of": "", "page": 1}
    kept = {key: value for key, value in query.items() if value != defaults[key]}
    return f"{path}?{urlencode(kept)}" if kept else path


def _page(kind, order, part_of, parent, current):
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
        order=order,
        order_links=tuple(
            Link(words, "" if order == value else url(order=value))
            for words, value in (("By name", BY_NAME), ("By the unit they are part of", BY_PARENT))
        ),
        groups=_groups(current.object_list, order, parent),
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


def _groups(editions, order, parent):
    """Say what each unit is part of once: over its group, or on its card."""
    if order == BY_PARENT:
        return tuple(
            UnitGroup(name, tuple(card(edition) for edition in units))
            for name, units in groupby(editions, key=lambda edition: edition.parent_name or "")
        )
    cards = (card(e, part_of="" if parent else e.parent_name or "") for e in editions)
    return (UnitGroup("", tuple(cards)),)


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
