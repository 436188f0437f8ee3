"""The table of public pages. The URLs, page cache, sitemap, menu, previews, search for affected pages and
static export read its rows."""

from django.urls import path

from directorates.models import UnitContent
from directorates.queries.pages import overview as overview_query
from directorates.queries.pages import structure as structure_query
from directorates.queries.pages import unit_list
from directorates.queries.public_pages import (
    AnyRecord,
    Charts,
    ContactPages,
    FigureData,
    FigureList,
    Figures,
    ListOf,
    Menu,
    Pictures,
    PublicPage,
    ResponsibilityIndex,
    UnitsOf,
)
from directorates.views import (
    change_feed,
    changes,
    contact,
    figures,
    overview,
    responsibilities,
    search,
    structure,
    survey,
    units,
)
from directorates.views.pages import DAY, cached_page
from directorates.views.past_pages import with_past

Kind = UnitContent.Kind

#: Pages that are made for each reader: the survey, and the search, whose index has no unsaved editions.
FOR_EACH_READER = {
    "parameters": None,
    "in_sitemap": False,
    "in_previews": False,
    "in_export": False,
}

#: Files with the words of a page. A preview has no files, because they are kept apart from its bar.
FOR_PROGRAMS = {"shows": FigureData(), "in_sitemap": False, "in_previews": False}

PAGES = (
    PublicPage(
        "overview",
        "",
        overview.overview_page,
        shows=AnyRecord(overview_query.updated_at),
        menu=Menu(),
    ),
    PublicPage(
        "structure",
        "structure/",
        structure.structure_page,
        ("of",),
        shows=Charts(structure_query.updated_at),
        menu=Menu("Structure"),
    ),
    PublicPage(
        "structure-picture",
        "structure/chart.svg",
        structure.structure_picture,
        ("of",),
        shows=Pictures(),
        in_sitemap=False,
    ),
    PublicPage(
        "about",
        "about/",
        units.agency_page,
        shows=UnitsOf(Kind.AGENCY),
    ),
    PublicPage(
        "responsibilities",
        "responsibilities/",
        responsibilities.responsibilities_page,
        ("letter",),
        shows=ResponsibilityIndex(),
        menu=Menu("Who does what"),
    ),
    PublicPage(
        "units",
        "units/",
        units.unit_list_page,
        tuple(unit_list.DEFAULTS),
        shows=ListOf(),
    ),
    PublicPage(
        "directorates",
        "directorates/",
        units.directorate_list,
        units.LIST_PARAMETERS,
        shows=ListOf(Kind.DIRECTORATE),
        menu=Menu("Directorates"),
    ),
    PublicPage(
        "directorate",
        "directorates/<slug:slug>/",
        units.directorate_page,
        shows=UnitsOf(Kind.DIRECTORATE),
    ),
    PublicPage(
        "offices",
        "offices/",
        units.office_list,
        units.LIST_PARAMETERS,
        shows=ListOf(Kind.OFFICE),
        menu=Menu("Offices"),
    ),
    PublicPage(
        "office",
        "offices/<slug:slug>/",
        units.office_page,
        shows=UnitsOf(Kind.OFFICE),
    ),
    PublicPage(
        "contact",
        "contact/",
        contact.contact_page,
        ("page",),
        shows=ContactPages(),
        has_past=False,
    ),
    PublicPage(
        "figures",
        "figures/",
        figures.figures_page,
        ("page",),
        shows=FigureList(),
    ),
    PublicPage(
        "figure",
        "figures/<slug:identifier>/",
        figures.figure_page_of,
        shows=Figures(),
    ),
    PublicPage("figures-csv", "figures.csv", figures.figures_csv, **FOR_PROGRAMS),
    PublicPage("figures-json", "figures.json", figures.figures_json, **FOR_PROGRAMS),
    PublicPage("figure-csv", "figures/<slug:identifier>.csv", figures.figure_csv, **FOR_PROGRAMS),
    PublicPage(
        "figure-json", "figures/<slug:identifier>.json", figures.figure_json, **FOR_PROGRAMS
    ),
    PublicPage(
        "changes",
        "changes/",
        changes.changes_page,
        ("of", "page"),
        shows=AnyRecord(),
        has_past=False,
    ),
    PublicPage(
        "changes-feed",
        "changes/feed.atom",
        change_feed.change_feed,
        ("of",),
        in_sitemap=False,
        in_previews=False,
    ),
    # Any two versions of a unit can be compared, too many for an export.
    PublicPage(
        "compare",
        "compare/",
        changes.compare_page,
        ("of", "from", "to"),
        in_sitemap=False,
        in_previews=False,
        in_export=False,
        is_one_of_many=True,
    ),
    PublicPage("search", "search/", search.search_page, menu=Menu("Search"), **FOR_EACH_READER),
    PublicPage("survey", "survey/", survey.survey_form, **FOR_EACH_READER),
    PublicPage("survey-thanks", "survey/thanks/", survey.survey_thanks, **FOR_EACH_READER),
)


def names():
    return {f"directorates:{page.name}" for page in PAGES}


def names_in_previews():
    return {page.name for page in PAGES if page.in_previews}


def menu(*, is_preview=False):
    """Return the pages of the navigation, in order."""
    return [page for page in PAGES if page.menu and (page.in_previews or not is_preview)]


def exported():
    """Return the pages of the static export."""
    return [page for page in PAGES if page.in_export]


def url_patterns():
    """Return the URL patterns of all rows. Their views carry the data that the page cache needs."""
    return [path(page.route, _cached_view(page), name=page.name) for page in PAGES]


def _cached_view(page):
    if page.parameters is None:
        return page.view
    view = cached_page(*page.parameters)(page.view)
    if page.shows_past:
        # The page cache finds a past day at the beginning of the query.
        view = cached_page(DAY, *page.parameters)(with_past(page.view))
    view.is_one_of_many = page.is_one_of_many
    return view
