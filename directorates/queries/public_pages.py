"""The types of the table of public pages. Its rows are in `views/public_pages.py`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

from django.db.models import Q
from django.urls import reverse

from directorates.models import figure_url, unit_url
from directorates.queries import visibility
from directorates.queries.changed_units import ChangedUnits
from directorates.queries.pages import contact_page, figure_list, key_facts, structure, unit_list
from directorates.queries.pages.page_parts import letter_parameter
from directorates.queries.referring_texts import FigureUpdates, UpdatedFigure
from directorates.rules.content.alphabet import letter_of

#: Ranks of affected pages. Pages that probably differ are compared first.
SITE_PAGE, OWN_PAGE, FIRST_PAGE, NAMING_PAGE, FURTHER_PAGE = range(5)


@dataclass(frozen=True)
class Menu:
    """The link of a page in the navigation. Without `label`, its text is the site's heading."""

    label: str = ""


@dataclass(frozen=True)
class PublicRecords:
    """The records of a sitemap: all public units, with closed ones, all figures, and the updates of the figures on
    the pages of units: {unit id: FigureUpdates}.
    """

    units: list
    figures: list[UpdatedFigure]
    updates: Mapping[int, FigureUpdates]

    @property
    def open_units(self):
        return [unit for unit in self.units if not unit.is_closed]

    @cached_property
    def listed_figures(self):
        """The figures that have a page."""
        public = {unit.unit_id for unit in self.units}
        return [figure for figure in self.figures if figure.unit_id in public]


class NoRecord:
    """One page that does not depend on records."""

    def sitemap_entries(self, page, records: PublicRecords):
        """Return (place in the order, address, time of the last update) of every address of the page."""
        return [(0, page.address, None)]

    def affected_pages(self, page, changed):
        """Return (rank, place within the rank, address) of the pages that may show the changed units."""
        return []


NO_RECORD = NoRecord()


@dataclass(frozen=True)
class AnyRecord(NoRecord):
    """One page that may show any record. `updated_at` takes the open units and {unit id: FigureUpdates}."""

    updated_at: Callable = lambda units, figures: None

    def sitemap_entries(self, page, records):
        units = records.open_units
        updated_at = self.updated_at(units, records.updates)
        return [(0, page.address, updated_at)] if units else []

    def affected_pages(self, page, changed):
        return [(SITE_PAGE, 0, page.address)]


@dataclass(frozen=True)
class Charts(AnyRecord):
    """The chart of the organization, and those of its units."""

    def affected_pages(self, page, changed):
        yield SITE_PAGE, 0, page.address
        editions = [*changed.own, *changed.naming]
        with_units_below = {edition.parent_id for edition in editions if not edition.is_closed}
        for number, edition in enumerate(changed.own):
            if edition.parent_id and edition.unit_id in with_units_below:
                yield NAMING_PAGE, number, structure.address(edition.slug)


class Pictures(NoRecord):
    """The charts as pictures. The pages of the charts have the same words."""


@dataclass(frozen=True)
class ListOf(NoRecord):
    """The pages of a list of the units of a kind, or of all units."""

    kind: str = ""

    def sitemap_entries(self, page, records):
        listed = [unit for unit in records.open_units if self.kind in ("", unit.kind)]
        listed.sort(key=lambda unit: bytes(unit.index_key))
        if first := listed[: unit_list.UNITS_A_PAGE]:
            yield 0, page.address, key_facts.newest([unit.updated_at for unit in first], ())

    def affected_pages(self, page, changed):
        yield FIRST_PAGE, 0, page.address
        listed = visibility.open_units(changed.at)
        total = (listed.filter(kind=self.kind) if self.kind else listed).count()
        for number in range(2, -(-total // unit_list.UNITS_A_PAGE) + 1):
            yield FURTHER_PAGE, 0, f"{page.address}?page={number}"


class ContactPages(NoRecord):
    """The pages with the contacts of all units. They have no date, because the settings that they show have none."""

    def sitemap_entries(self, page, records):
        return [(0, page.address, None)] if records.units else []

    def affected_pages(self, page, changed):
        yield FIRST_PAGE, 0, page.address
        for number in range(2, contact_page.count_pages(at=changed.at) + 1):
            yield FURTHER_PAGE, 0, contact_page.address(number)


@dataclass(frozen=True)
class ResponsibilityIndex(NoRecord):
    """The A to Z of responsibilities, whole and by letter."""

    def sitemap_entries(self, page, records):
        return [(0, page.address, None)] if records.units else []

    def affected_pages(self, page, changed):
        """Return the whole list, and the letters of the phrases of the changed units."""
        yield FIRST_PAGE, 0, page.address
        own = visibility.open_units(changed.at).filter(pk__in=[one.pk for one in changed.own])
        named = own.filter(responsibilities__isnull=False)
        phrases = named.order_by().values_list("responsibilities__phrase", flat=True)
        for parameter in sorted({letter_parameter(letter_of(phrase)) for phrase in phrases}):
            yield FURTHER_PAGE, 0, f"{page.address}?letter={parameter}"


@dataclass(frozen=True)
class UnitsOf(NoRecord):
    """A page for each unit of a kind."""

    kind: str

    def sitemap_entries(self, page, records):
        for number, unit in enumerate(records.units, start=1):
            # A closed agency has no page.
            if unit.kind == self.kind and not (unit.is_closed and unit.kind == "agency"):
                updates = records.updates.get(unit.unit_id, FigureUpdates()).on_page
                newest = key_facts.newest([unit.updated_at, *updates], ())
                yield number, unit_url(unit.kind, unit.slug), newest

    def affected_pages(self, page, changed):
        for rank, editions in ((OWN_PAGE, changed.own), (NAMING_PAGE, changed.naming)):
            for number, edition in enumerate(editions):
                if edition.kind == self.kind:
                    yield rank, number, edition.get_absolute_url()


class FigureList(NoRecord):
    """The pages of the list of all figures."""

    def sitemap_entries(self, page, records):
        if figures := records.listed_figures:
            yield 0, page.address, max(figure.updated_at for figure in figures)

    def affected_pages(self, page, changed):
        yield FIRST_PAGE, 0, page.address
        for number in range(2, figure_list.count_pages(at=changed.at) + 1):
            yield FURTHER_PAGE, 0, figure_list.address(number)


class Figures(NoRecord):
    """A page for each figure."""

    def sitemap_entries(self, page, records):
        for figure in records.listed_figures:
            yield len(records.units) + 1, figure_url(figure.identifier), figure.updated_at

    def affected_pages(self, page, changed):
        """Return the pages of the figures of the changed units, and of those that their texts state: two queries.

        These pages name the units.
        """
        of_units = Q(unit_id__in=changed.unit_ids)
        in_texts = Q(figure__identifier__in=changed.stated_figures)
        figures = visibility.listed_figures(changed.at).filter(of_units | in_texts)
        identifiers = figures.order_by("figure_id").values_list("figure__identifier", flat=True)
        for number, identifier in enumerate(identifiers):
            yield OWN_PAGE, number, figure_url(identifier)


class FigureData(NoRecord):
    """The figures as files. Their pages have the same words."""


@dataclass(frozen=True)
class PublicPage:
    """A public page: its address, its view, and the places where it appears.

    `parameters` names all query parameters that the page depends on, so the page can be cached. None means that the
    page is made for each reader. `shows` says which records the page shows, and so which addresses it has.
    """

    name: str
    route: str
    view: Callable
    parameters: tuple[str, ...] | None = ()
    shows: NoRecord = NO_RECORD
    menu: Menu | None = None
    in_sitemap: bool = True
    in_previews: bool = True
    in_export: bool = True
    #: Whether the page has more addresses than can be kept, so it must not take other pages' place in caches.
    is_one_of_many: bool = False
    #: Whether `?on=DAY` shows the page as it was. None: if it shows records.
    has_past: bool | None = None

    @property
    def shows_past(self):
        if self.has_past is None:
            return self.parameters is not None and self.shows is not NO_RECORD
        return self.has_past

    @property
    def address(self):
        """The address of a page with a route without a slug."""
        return reverse(f"directorates:{self.name}")

    @property
    def has_one_address(self):
        """Whether the page has one path, and no record's name in it."""
        return "<" not in self.route

    @property
    def is_list(self):
        return isinstance(self.shows, ListOf)

    @property
    def is_picture(self):
        return isinstance(self.shows, Pictures)

    @property
    def is_chart(self):
        return isinstance(self.shows, Charts | Pictures)

    @property
    def is_of_figures(self):
        """Whether the page or file is that of one figure."""
        return isinstance(self.shows, Figures | FigureData) and not self.has_one_address

    @property
    def is_of_units(self):
        return isinstance(self.shows, UnitsOf)


def find_affected(pages, unit_ids, *, at):
    """Return the paths that may show these units at `at`, the most probable first."""
    changed = ChangedUnits(unit_ids, at=at)
    found = [
        entry
        for page in pages
        if page.in_previews
        for entry in page.shows.affected_pages(page, changed)
    ]
    return list(dict.fromkeys(path for *_, path in sorted(found, key=itemgetter(0, 1))))
