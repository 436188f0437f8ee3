"""The chart of the organization at an instant, in a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.core import validators
from django.db.models import Max
from django.urls import reverse

from directorates.models import UnitContent, UnitEdition, unit_url
from directorates.queries import visibility
from directorates.queries.pages import key_facts, namesakes, unit_list
from directorates.queries.pages.page_parts import Head, Link, head_of
from directorates.rules import chart_tree
from directorates.rules.content import counting, text

Kind = UnitContent.Kind
#: A chart of more units in the first row than these is drawn as rows.
MOST_IN_FIRST_ROW = 6
#: A branch of more units than these is folded.
MOST_UNFOLDED = 12
#: The columns of the units that a chart shows.
_COLUMNS = (
    *("unit_id", "parent_id", "kind", "role", "slug", "name", "acronym", "position", "sort_key"),
    *("head_title", "head_name", "head_status", "effective_from", "approved_at"),
)


@dataclass(frozen=True)
class ChartUnit:
    """A unit of the chart, with the units below it that the chart shows.

    `directly` is like "11 offices", and `further` like "and 40 below them", or ''. They count all units below, shown
    or not. `hidden` is the number of units directly below that the chart does not show; if it shows none,
    `chart_url` leads to their chart.
    """

    label: str
    short_label: str
    kind: str
    head: Head | None
    url: str
    below: tuple["ChartUnit", ...]
    directly: str
    further: str
    total: int
    hidden: int
    chart_url: str

    @property
    def is_folded(self):
        return self.total > MOST_UNFOLDED


@dataclass(frozen=True)
class StructurePage:
    """`root` is None while nothing is published. `lead` is the begin of a sentence that ends with `name`."""

    path: str
    picture_url: str
    title: str
    name: str
    acronym: str
    is_whole: bool
    breadcrumbs: tuple[Link, ...]
    up: Link | None
    lead: str
    root: ChartUnit | None
    all_below: tuple[Link, ...]
    description: str
    updated_at: datetime | None

    @property
    def has_rows(self):
        return len(self.root.below) > MOST_IN_FIRST_ROW


class UnknownUnitError(LookupError):
    """No unit has or had the slug."""


def get(*, at, of="") -> StructurePage | UnitEdition:
    """Return the chart of the whole organization, or of the unit with the slug `of`: at most seven queries.

    If that unit is closed or its slug now differs (also in case), its edition in force is returned instead.
    Raises UnknownUnitError.
    """
    root = None
    if of:
        root = visibility.find_by_slug(of, at=at) if validators.slug_re.match(of) else None
        if root is None:
            raise UnknownUnitError(f"no unit {of!r}")
        if root.is_closed or root.slug != of:
            return root
    rows = visibility.places_of_units(at=at)
    agency = next((unit_id for unit_id, _, kind in rows if kind == Kind.AGENCY), None)
    root_id = root.unit_id if root else agency
    if root_id is None:
        return _empty_page()
    tree = chart_tree.grow(root_id, rows)
    shown = {branch.unit_id for branch in tree.root.walk()}
    above = root.parent_id if root else None
    units = visibility.open_units(at).filter(unit_id__in=shown | ({above} if above else set()))
    editions = {edition.unit_id: edition for edition in units.only(*_COLUMNS)}
    if root_id not in editions:
        # A publication took effect between two queries.
        raise UnknownUnitError("no open unit")
    return _page(tree, editions, agency=agency, at=at)


def address(slug="", *, name="structure"):
    """Return the address of the chart of a unit, or of the whole organization."""
    path = reverse(f"directorates:{name}")
    return f"{path}?{urlencode({'of': slug})}" if slug else path


def _empty_page():
    return StructurePage(
        path=address(),
        picture_url="",
        title="Structure of the organization",
        name="",
        acronym="",
        is_whole=True,
        breadcrumbs=(Link("Structure", ""),),
        up=None,
        lead="",
        root=None,
        all_below=(),
        description="How the organization is made up: its directorates and offices, and what is part of what.",
        updated_at=None,
    )


def _page(tree, editions, *, agency, at):
    content = editions[tree.root.unit_id]
    is_whole = content.unit_id == agency
    parent = editions.get(content.parent_id)
    labels = namesakes.find(editions.values(), at=at)
    root = _chart_unit(tree.root, editions, labels)
    of = "" if is_whole else content.slug
    crumbs = (Link("Structure", address()), Link(content.name, ""))
    return StructurePage(
        path=address(of),
        picture_url=address(of, name="structure-picture"),
        title=f"Structure of {root.label}",
        name=content.name,
        acronym=content.acronym,
        is_whole=is_whole,
        breadcrumbs=(Link("Structure", ""),) if is_whole else crumbs,
        up=_up(parent, agency) if parent else None,
        lead=_lead(tree.numbers, is_whole),
        root=root,
        all_below=_lists_of_all_below(tree.root, content) if tree.root.hidden else (),
        description=text.shorten(
            f"How {root.label} is made up: its directorates and offices, who heads them, and what"
            " is part of what.",
            160,
        ),
        updated_at=_newest_of_all(at) if is_whole else _newest(tree, editions),
    )


def _up(parent, agency):
    """Return the link to the chart of the unit above."""
    return Link(parent.name, address("" if parent.unit_id == agency else parent.slug))


def _chart_unit(branch, editions, labels):
    content = editions[branch.unit_id]
    directly = sum(branch.numbers.values())
    deeper = branch.total - directly
    return ChartUnit(
        label=labels.get(branch.unit_id, content.name_with_acronym),
        short_label=content.acronym or content.name,
        kind=content.role_and_kind,
        head=head_of(content),
        url=unit_url(content.kind, content.slug),
        below=tuple(
            _chart_unit(one, editions, labels) for one in branch.below if one.unit_id in editions
        ),
        directly=counting.counted(_nouns(branch.numbers)),
        further=f"and {deeper:,} below {'it' if directly == 1 else 'them'}" if deeper else "",
        total=branch.total,
        hidden=branch.hidden,
        chart_url=address(content.slug) if directly else "",
    )


def _nouns(numbers):
    return {Kind(kind).label.lower(): numbers[kind] for kind in (Kind.DIRECTORATE, Kind.OFFICE)}


def _lead(numbers, is_whole):
    """Return the words before the name of the chart's first unit, or '' if nothing is below it."""
    words = text.capitalized(counting.counted(_nouns(numbers), write=counting.in_words))
    is_one = sum(numbers.values()) == 1
    if is_whole:
        return words and f"{words} {'makes' if is_one else 'make'} up"
    return words and f"{words} {'is' if is_one else 'are'} part of"


def _lists_of_all_below(branch, content):
    name = content.acronym or content.name
    return tuple(
        Link(f"All {kind}s of {name}", unit_list.address(kind, part_of=content.slug))
        for kind in (Kind.DIRECTORATE, Kind.OFFICE)
        if branch.numbers[kind]
    )


def _newest(tree, editions):
    """Return the time of the newest edition that the chart shows."""
    shown = (editions.get(branch.unit_id) for branch in tree.root.walk())
    return max(edition.updated_at for edition in shown if edition)


def _newest_of_all(at):
    """Return the time of the newest edition of all open units, as the sitemap does. The chart may not show all."""
    newest = visibility.open_units(at).aggregate(Max("effective_from"), Max("approved_at"))
    return max(newest.values())


def updated_at(units, figures):
    """Return the time of the last update of the whole structure, as its page shows it, from all open units."""
    return key_facts.newest([unit.updated_at for unit in units], ())
