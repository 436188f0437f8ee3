"""What changed in the organization, newest first, page by page: a fixed number of queries.

The versions with which the record begins are no changes. A version that has not taken effect is absent.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.core import validators
from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse

from directorates.models import UnitEdition
from directorates.models.database.prepared import prepared
from directorates.models.records.edition import UPDATED_AT
from directorates.queries import visibility
from directorates.queries.pages import paging
from directorates.queries.pages.page_parts import Link
from directorates.queries.pages.paging import UnknownPageError
from directorates.queries.pages.unit_history import CONTACT, TEXT, duties, names_above, version_of
from directorates.rules import unit_changes
from directorates.rules.unit_changes import Phrase

CHANGES_A_PAGE = 50
CHANGES_IN_FEED = 50
_COLUMNS = (
    *("unit_id", "number", "effective_from", "effective_until", "approved_at", "change_note"),
    *("name", "acronym", "kind", "slug", "parent_id", "head_title", "head_name", "head_status"),
    *("is_closed", "outcome", "sort_key", *TEXT, *CONTACT),
)


@dataclass(frozen=True)
class Change:
    """One version of a unit that took effect. `url` is the unit's address on that day, `slug` its slug at present.

    `updated_at` is the time at which the public could first read of it. `before` is the number of the version
    before, if the text or the responsibilities differ from it.
    """

    unit_id: int
    number: int
    before: int | None
    name: str
    acronym: str
    slug: str
    above: str
    url: str
    at: datetime
    updated_at: datetime
    phrases: tuple[Phrase, ...]
    note: str


@dataclass(frozen=True)
class ChangesPage:
    """`begins_at` is the beginning of the record, on the last page only."""

    path: str
    breadcrumbs: tuple[Link, ...]
    of: Link | None
    slug: str
    changes: tuple[Change, ...]
    total: int
    begins_at: datetime | None
    page_number: int
    page_count: int
    page_links: tuple[Link, ...]
    previous_url: str
    next_url: str
    description: str
    updated_at: datetime | None


def address(*, of="", page=1):
    """Return the address of a page of changes, without parameters that have their default."""
    query = {name: value for name, value in (("of", of), ("page", page)) if value not in ("", 1)}
    path = reverse("directorates:changes")
    return f"{path}?{urlencode(query)}" if query else path


def feed_address(slug=""):
    path = reverse("directorates:changes-feed")
    return f"{path}?{urlencode({'of': slug})}" if slug else path


def find_unit(slug, *, at):
    """Return the edition in force of the unit with this slug. Raises UnknownPageError."""
    is_slug = validators.slug_re.match(slug)
    found = visibility.find_by_slug(slug, at=at) if is_slug else None
    if found is None:
        raise UnknownPageError(f"no unit {slug!r}")
    return found


def get(*, at, unit: UnitEdition | None = None, page=1) -> ChangesPage:
    """Return a page of changes, of all units or of one: at most seven queries. Raises UnknownPageError."""
    begins_at = visibility.record_begins_at(at)
    editions = find_editions(at=at, begins_at=begins_at, unit_id=unit.unit_id if unit else None)
    current = paging.find_page(editions, CHANGES_A_PAGE, page)
    changes = _compared(list(_with_versions(current.object_list, at)), at)
    slug = unit.slug if unit else ""

    def url(number):
        return address(of=slug, page=number)

    return ChangesPage(
        path=url(current.number),
        breadcrumbs=_breadcrumbs(unit),
        of=Link(unit.name, unit.get_absolute_url()) if unit else None,
        slug=slug,
        changes=changes,
        total=current.paginator.count,
        begins_at=None if current.has_next() else begins_at,
        description=_description(unit, current),
        updated_at=max((change.updated_at for change in changes), default=None),
        **paging.numbers_of(current, url),
    )


def get_feed(*, at, unit=None) -> tuple[Change, ...]:
    """Return the newest changes by the time at which the public could first read of them: at most five queries."""
    begins_at = visibility.record_begins_at(at)
    rows = _newest(at=at, begins_at=begins_at, unit_id=unit.unit_id if unit else None)
    return _compared(rows, at)


@prepared
def _newest(at, begins_at, unit_id):
    editions = find_editions(at=at, begins_at=begins_at, unit_id=unit_id)
    newest = editions.annotate(read_at=UPDATED_AT).order_by("-read_at", "-effective_from", "pk")
    return _with_versions(newest[:CHANGES_IN_FEED], at)


def find_editions(*, at, begins_at, unit_id=None):
    """Return the editions that are changes, newest first; of one unit, or of the units that closed into it."""
    history = visibility.public_unit_history(at)
    editions = history.filter(beginning_is_known=True).exclude(effective_from=begins_at)
    if unit_id is not None:
        open_before = _just_before(visibility.unit_timeline(at)).filter(is_closed=False)
        closed_into = visibility.public_unit_history(at).filter(successors=unit_id)
        into_it = Q(is_closed=True, pk__in=closed_into.order_by().values("pk"))
        into_it &= Exists(open_before)
        editions = editions.filter(Q(unit_id=unit_id) | into_it)
    return editions.order_by("-effective_from", "sort_key", "unit_id")


def count(*, at, unit=None):
    """Return the number of changes: two queries."""
    begins_at = visibility.record_begins_at(at)
    unit_id = unit.unit_id if unit else None
    return find_editions(at=at, begins_at=begins_at, unit_id=unit_id).count()


def count_by_unit(*, at) -> Counter:
    """Return the number of each unit's own changes by its id: two queries."""
    editions = find_editions(at=at, begins_at=visibility.record_begins_at(at))
    return Counter(editions.order_by().values_list("unit_id", flat=True))


def _with_versions(editions, at):
    """Annotate what comparing editions with the ones before needs."""
    history = visibility.public_unit_history(at)
    return _with_columns(
        editions.annotate(
            before_id=Subquery(_before(history).values("pk")[:1]),
            is_first=~Exists(_before(visibility.unit_timeline(at))),
            present_slug=Subquery(visibility.slug_of(OuterRef("unit_id"), at=at)),
        )
    )


def _compared(rows, at) -> tuple[Change, ...]:
    """Return the changes of these editions, compared with the editions before: at most three queries."""
    pks = sorted({row.before_id for row in rows} - {None})
    earlier = {row.pk: row for row in _earlier(pks=pks, at=at)} if pks else {}
    closed = [row for row in rows if row.is_closed]
    successors = _successors(closed, at) if closed else {}
    return tuple(
        _change(row, earlier.get(row.before_id), successors.get(row.pk, ())) for row in rows
    )


@prepared
def _earlier(pks, at):
    return _with_columns(visibility.public_unit_history(at).filter(pk__in=pks))


def _before(history):
    """Return the editions of a unit before one, the newest first. Withheld ones are compared with nothing."""
    earlier = history.begun_before(OuterRef("effective_from"))
    return earlier.filter(unit_id=OuterRef("unit_id")).order_by("-effective_from")


def _just_before(history):
    return history.filter(
        unit_id=OuterRef("unit_id"), effective_until=OuterRef("effective_from")
    ).order_by()


def _with_columns(editions):
    return editions.annotate(duties=duties(), **names_above()).only(*_COLUMNS)


def _successors(closed, at):
    """Return {edition id: names of the units that took over} of these editions: two queries."""
    rows = list(visibility.named_successors([edition.pk for edition in closed]))
    names = dict(
        visibility.public_units(at)
        .filter(unit_id__in={unit_id for _, unit_id in rows})
        .values_list("unit_id", "name")
    )
    found = defaultdict(list)
    for edition_id, unit_id in rows:
        if unit_id in names:
            found[edition_id].append(names[unit_id])
    return {edition_id: tuple(sorted(them)) for edition_id, them in found.items()}


def _version_of(edition, successors):
    text, contact = ([getattr(edition, name) for name in names] for names in (TEXT, CONTACT))
    return version_of(edition, text=text, contact=contact, successors=successors)


def _change(edition, before, successors):
    after = _version_of(edition, successors)
    earlier = _version_of(before, successors) if before else None
    is_new = earlier and (
        earlier.text != after.text or unit_changes.have_new_duties(earlier, after)
    )
    is_compared = is_new and edition.present_slug
    is_after_withheld = before is None and not edition.is_first
    return Change(
        unit_id=edition.unit_id,
        number=edition.number,
        before=before.number if is_compared else None,
        name=edition.name,
        acronym=edition.acronym,
        slug=edition.present_slug or edition.slug,
        above=edition.above or "",
        url=edition.get_absolute_url(),
        at=edition.effective_from,
        updated_at=edition.updated_at,
        phrases=(unit_changes.REVISED,)
        if is_after_withheld
        else unit_changes.find_changes(earlier, after),
        note=edition.change_note,
    )


def _breadcrumbs(unit):
    if unit is None:
        return (Link("What changed", ""),)
    return Link("What changed", address()), Link(unit.name, "")


def _description(unit, current):
    of = f"in {unit.name}" if unit else "in the organization"
    words = f"What changed {of}, and when: units created, renamed, moved and closed, newest first"
    number, count = current.number, current.paginator.num_pages
    return f"{words}, page {number} of {count}." if count > 1 else f"{words}."
