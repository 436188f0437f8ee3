"""The table of public pages. The URLs, page cache, sitemap, menu, previews, search for affected pages and
static export read its rows."""

from django.urls import path

from directorates.models import UnitContent
from directorates.queries.pages import overview as overview_query
from directorates.queries.pages import structure as structure_query
from directorates.queries.public_pages import (
    AnyRecord,
    Charts,
    ContactPages,
    ListOf,
    Menu,
    Pictures,
    PublicPage,
    UnitsOf,
)
from directorates.views import (
    change_feed,
    changes,
    contact,
    overview,
    structure,
    survey,
    units,
)
from directorates.views.pages import DAY, cached_page
from directorates.views.past_pages import with_past

Kind = UnitContent.Kind
#: The parameters of a list of units: its order, the unit above its units, the number of the page.
LIST_PARAMETERS = ("by", "part-of", "page")

#: The survey's content comes from no record.
SURVEY = {"parameters": None, "in_sitemap": False, "in_previews": False, "in_export": False}

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
        "directorates",
        "directorates/",
        units.directorate_list,
        LIST_PARAMETERS,
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
        LIST_PARAMETERS,
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
    PublicPage("survey", "survey/", survey.survey_form, **SURVEY),
    PublicPage("survey-thanks", "survey/thanks/", survey.survey_thanks, **SURVEY),
)


def names():
    return {f"directorates:{page.name}" for page in PAGES}


def names_in_previews():
    return {page.name for page in PAGES if page.in_previews}


def menu():
    """Return the pages of the navigation, in order."""
    return [page for page in PAGES if page.menu]


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
