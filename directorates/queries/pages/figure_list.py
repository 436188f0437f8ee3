"""The figures that the site states, by unit, page by page: a fixed number of queries."""

from collections import namedtuple
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.urls import reverse

from directorates.models import UnitContent
from directorates.models.records.edition import UPDATED_AT
from directorates.queries import visibility
from directorates.queries.pages import key_facts, namesakes, paging
from directorates.queries.pages.key_facts import KeyFact
from directorates.queries.pages.page_parts import Link, unit_link
from directorates.queries.pages.paging import UnknownPageError as UnknownPageError

FIGURES_A_PAGE = 50
_KINDS = list(UnitContent.Kind.values)
_COLUMNS = ("unit_id", "kind", "role", "slug", "name", "acronym", "is_closed")
_Row = namedtuple("_Row", "pk figure_id unit_id position updated_at")


@dataclass(frozen=True)
class FiguresOfUnit:
    """The figures for which a unit answers. `is_continued` is set if an earlier page has the first of them."""

    unit: Link
    role: str
    is_closed: bool
    is_continued: bool
    facts: tuple[KeyFact, ...]


@dataclass(frozen=True)
class FigureListPage:
    """`updated_at` is the time of the newest figure of all pages, or None without a figure."""

    path: str
    csv_url: str
    json_url: str
    title: str
    breadcrumbs: tuple[Link, ...]
    groups: tuple[FiguresOfUnit, ...]
    total: int
    page_number: int
    page_count: int
    page_links: tuple[Link, ...]
    previous_url: str
    next_url: str
    description: str
    updated_at: datetime | None


def get(*, at: datetime, page=1) -> FigureListPage:
    """Return a page of the figures in force at `at`: at most six queries. Raises UnknownPageError.

    The first two queries read the place of every figure, because the order is that of the units: the agency, the
    directorates, the offices, each from A to Z, and closed units last.
    """
    rows = rows_in_order(at=at)
    current = paging.find_page(rows, FIGURES_A_PAGE, page)
    before = rows[current.start_index() - 2] if current.has_previous() else None
    return FigureListPage(
        path=address(current.number),
        csv_url=reverse("directorates:figures-csv"),
        json_url=reverse("directorates:figures-json"),
        title=f"Figures and their sources{_place_of(current)}",
        breadcrumbs=(Link("Figures", ""),),
        groups=_groups(current.object_list, before, at),
        total=len(rows),
        description="The numbers that this site states, by unit: for which day each holds, where it"
        f" comes from, and who answers for it{_place_of(current)}.",
        updated_at=max((row.updated_at for row in rows), default=None),
        **paging.numbers_of(current, address),
    )


def address(page=1):
    path = reverse("directorates:figures")
    return path if page == 1 else f"{path}?page={page}"


def rows_in_order(*, at):
    """Return a row for each figure with a page, in the order of the list: two queries."""
    figures = visibility.listed_figures(at).order_by().annotate(read_at=UPDATED_AT)
    rows = [_Row(*row) for row in figures.values_list("pk", "figure_id", "unit_id", "position", "read_at")]  # fmt: skip
    units = visibility.public_units(at).filter(unit_id__in=figures.values("unit_id")).order_by()
    places = {
        unit_id: (is_closed, _KINDS.index(kind), bytes(sort_key), unit_id)
        for unit_id, kind, is_closed, sort_key in units.values_list(
            "unit_id", "kind", "is_closed", "sort_key"
        )
    }
    return sorted(rows, key=lambda row: (places[row.unit_id], row.position, row.figure_id))


def count_pages(*, at):
    """Return the number of pages: one query."""
    return max(1, -(-visibility.listed_figures(at).count() // FIGURES_A_PAGE))


def _groups(rows, before, at):
    figures = visibility.listed_figures(at).filter(pk__in=[row.pk for row in rows])
    figures = visibility.with_last_review(figures.select_related("figure"), at=at)
    by_pk = {figure.pk: figure for figure in figures}
    units = visibility.public_units(at).filter(unit_id__in={row.unit_id for row in rows})
    units = {unit.unit_id: unit for unit in units.only(*_COLUMNS)}
    found = namesakes.find(units.values(), at=at, with_closed=True) if units else {}
    return tuple(
        FiguresOfUnit(
            unit=unit_link(units[unit_id], found.get(unit_id)),
            role=units[unit_id].role_and_kind,
            is_closed=units[unit_id].is_closed,
            is_continued=before is not None and before.unit_id == unit_id,
            facts=tuple(key_facts.of_figure(by_pk[row.pk]) for row in group),
        )
        for unit_id, group in groupby(rows, key=lambda row: row.unit_id)
    )


def _place_of(current):
    count = current.paginator.num_pages
    return f", page {current.number} of {count}" if current.number > 1 else ""
