"""The table of public pages. URLs, page cache and previews follow from its rows."""

from django.urls import path

from directorates.queries.public_pages import PublicPage
from directorates.views import overview, survey, units
from directorates.views.pages import stored_page

#: By order, search and number: what a list of units depends on.
LIST_PARAMETERS = ("by", "part-of", "page")

PAGES = (
    PublicPage("overview", "", overview.overview_page),
    PublicPage("about", "about/", units.agency_page),
    PublicPage("directorates", "directorates/", units.directorate_list, LIST_PARAMETERS),
    PublicPage("directorate", "directorates/<slug:slug>/", units.directorate_page),
    PublicPage("offices", "offices/", units.office_list, LIST_PARAMETERS),
    PublicPage("office", "offices/<slug:slug>/", units.office_page),
    PublicPage("survey", "survey/", survey.survey_form, None, in_previews=False),
    PublicPage("survey-thanks", "survey/thanks/", survey.survey_thanks, None, in_previews=False),
)


def names():
    return {f"directorates:{page.name}" for page in PAGES}


def names_in_previews():
    return {page.name for page in PAGES if page.in_previews}


def url_patterns():
    """Return the URL patterns of all rows. Their views carry what the page cache asks for."""
    return [path(page.route, _keepable(page), name=page.name) for page in PAGES]


def _keepable(page):
    return page.view if page.parameters is None else stored_page(*page.parameters)(page.view)
