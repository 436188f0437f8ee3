"""How to reach the agency's units: every contact in the order of the organization, page by page."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import BooleanField, ExpressionWrapper
from django.urls import reverse

from directorates.queries import visibility
from directorates.queries.pages import namesakes, paging, unit_contact
from directorates.queries.pages.page_parts import Link
from directorates.queries.pages.unit_contact import UnitContact

UNITS_A_PAGE = 50
_COLUMNS = ("unit_id", "parent_id", "kind", "role", "slug", "name", "acronym", *unit_contact.COLUMNS)  # fmt: skip


@dataclass(frozen=True)
class ReachedUnit:
    """A unit and its contact. `part_of` is the name of the unit above, if the group's heading does not say it.

    `contact` is None for a unit that is only the heading of a group.
    """

    name: str
    acronym: str
    role: str
    url: str
    part_of: str
    contact: UnitContact | None


@dataclass(frozen=True)
class Branch:
    """The agency itself, or a unit directly below it with all units of its branch.

    `is_continued` is set if an earlier page has the contact of the head.
    """

    head: ReachedUnit
    is_continued: bool
    units: tuple[ReachedUnit, ...]


@dataclass(frozen=True)
class ContactPage:
    """`total` counts the units with a contact, `unit_total` all open units."""

    path: str
    title: str
    breadcrumbs: tuple[Link, ...]
    branches: tuple[Branch, ...]
    total: int
    unit_total: int
    page_number: int
    page_count: int
    page_links: tuple[Link, ...]
    previous_url: str
    next_url: str
    description: str


@dataclass(frozen=True)
class _Place:
    unit_id: int
    parent_id: int | None
    #: The unit directly below the agency that has this unit in its branch; the agency's own id for the agency.
    branch_id: int


def get(*, at: datetime, page=1) -> ContactPage:
    """Return a page of the contacts in force at `at`: at most four queries. Raises UnknownPageError.

    The first query reads the place of every open unit, because the order is that of the whole organization.
    """
    places, unit_total = _find_places(at)
    current = paging.find_page(places, UNITS_A_PAGE, page)
    return ContactPage(
        path=address(current.number),
        title=_title(current),
        breadcrumbs=(Link("Contact", ""),),
        branches=_branches(current.object_list, at),
        total=len(places),
        unit_total=unit_total,
        description=_description(current),
        **paging.numbers_of(current, address),
    )


def address(page=1):
    path = reverse("directorates:contact")
    return path if page == 1 else f"{path}?page={page}"


def count_pages(*, at):
    """Return the number of pages: one query."""
    found = visibility.open_units(at).filter(unit_contact.IS_KNOWN).count()
    return max(1, -(-found // UNITS_A_PAGE))


def _find_places(at):
    """Return the places of the units with a contact, each branch from the top down, and the number of open units."""
    rows = (
        visibility.open_units(at)
        .order_by("position", "sort_key", "unit_id")
        .annotate(is_reached=ExpressionWrapper(unit_contact.IS_KNOWN, BooleanField()))
        .values_list("unit_id", "parent_id", "is_reached")
    )
    below, known = defaultdict(list), {unit_id for unit_id, _, _ in rows}
    for row in rows:
        # A unit whose parent is not open is at the top here.
        below[row[1] if row[1] in known else None].append(row)
    found = []
    waiting = [(row, row[0], True) for row in reversed(below[None])]
    while waiting:
        (unit_id, parent_id, is_reached), branch_id, is_top = waiting.pop()
        if is_reached:
            found.append(_Place(unit_id, parent_id, branch_id))
        for row in reversed(below[unit_id]):
            waiting.append((row, row[0] if is_top else branch_id, False))
    return found, len(known)


def _branches(places, at):
    needed = {number for one in places for number in (one.unit_id, one.parent_id, one.branch_id)}
    editions = {
        edition.unit_id: edition
        for edition in visibility.open_units(at).filter(unit_id__in=needed).only(*_COLUMNS)
    }
    shown = [edition for one in places for edition in (editions[one.unit_id], editions[one.branch_id])]  # fmt: skip
    found = namesakes.find(shown, at=at)

    def reached(place):
        above = editions.get(place.parent_id)
        is_named = above is None or place.unit_id == place.branch_id
        is_named = is_named or place.parent_id == place.branch_id
        return _reached(editions[place.unit_id], found, "" if is_named else above.name, True)

    branches = []
    for branch_id, group in groupby(places, key=lambda one: one.branch_id):
        units = {place.unit_id: reached(place) for place in group}
        own = units.pop(branch_id, None)
        head = own or _reached(editions[branch_id], found, "", False)
        is_continued = own is None and unit_contact.of(editions[branch_id]) != UnitContact()
        branches.append(Branch(head, is_continued, tuple(units.values())))
    return tuple(branches)


def _reached(edition, found, part_of, has_contact):
    return ReachedUnit(
        name=namesakes.label_of(edition, found),
        # The label of a namesake has the acronym.
        acronym="" if edition.unit_id in found else edition.acronym,
        role=edition.role_and_kind,
        url=edition.get_absolute_url(),
        part_of=part_of,
        contact=unit_contact.of(edition) if has_contact else None,
    )


def _title(current):
    if current.number == 1:
        return "Contact and feedback"
    return f"Contacts of the units, page {current.number} of {current.paginator.num_pages}"


def _description(current):
    words = "How to reach the agency and its units: telephone numbers, e-mail and postal addresses"
    if current.number == 1:
        return f"{words}."
    return f"{words}, page {current.number} of {current.paginator.num_pages}."
