"""“Updated” is the later of “took effect” and “was approved”. Page, metadata and sitemap have the same day."""

import re

import pytest
from django.utils import timezone

from directorates.admin.records.record_state import with_state
from directorates.models import Unit, UnitEdition
from directorates.queries.pages import overview, unit_list, unit_page
from directorates.rules import local_time
from directorates.rules.content.number_phrases import Form
from directorates.rules.content.references import FigureReference, markup_of
from directorates.sitemaps import PublishedUnits
from tests.factories import (
    DAY,
    NOON,
    changed,
    loaded,
    make_directorate,
    make_figure,
    make_unit,
    published,
    published_agency,
)

pytestmark = pytest.mark.django_db

#: An agency, a directorate and a figure that have been in force for long.
OF_THE_PAST = """
format = 1
[site]
site_name = "Example.gov"
[[units]]
identifier = "agency"
[[units.editions]]
kind = "agency"
name = "Agency of Examples"
slug = "agency"
is_on_overview = true
effective_from = 1867-07-01T05:00:00Z
[[units]]
identifier = "division"
[[units.editions]]
kind = "directorate"
parent = "agency"
name = "Division"
slug = "division"
is_on_overview = true
effective_from = 1867-07-01T05:00:00Z
[[figures]]
identifier = "people"
[[figures.editions]]
unit = "agency"
value = 100
counts = "people"
source = "A count made for a test"
effective_from = 1867-07-01T05:00:00Z
"""


@pytest.fixture
def agency():
    return published_agency()


def page_of(unit, at):
    return unit_page.get(UnitEdition.objects.in_force(at).get(unit=unit), at=at)


def days_of(client, path):
    """Return a page's day of the last change, from the time element and from the metadata."""
    html = client.get(path).content.decode()
    return {
        *re.findall(r'Updated: <time datetime="(.*?)"', html),
        *re.findall(r'article:modified_time" content="(.*?)"', html),
    }


def sitemap_of(client):
    content = client.get("/sitemap.xml").content.decode()
    found = re.findall(r"<loc>http://testserver(.*?)</loc>(?:<lastmod>(.*?)</lastmod>)?", content)
    return dict(found)


def test_what_took_effect_long_ago_was_updated_when_it_was_approved():
    loaded(OF_THE_PAST, at=NOON)
    at = NOON + DAY
    page = unit_page.get(unit_page.find_agency(at=at), at=at)
    assert (page.published_at, page.updated_at) == (NOON, NOON)
    assert page.key_facts[0].updated_at == NOON
    shown = overview.get(at=at)
    assert (shown.published_at, shown.updated_at) == (NOON, NOON)
    assert unit_list.get(kind="directorate", at=at).updated_at == NOON


def test_a_page_was_first_published_when_the_site_first_showed_it(agency):
    published(changed(agency, name="Renamed"), at=NOON + DAY)
    at = NOON + 2 * DAY
    assert unit_page.get(unit_page.find_agency(at=at), at=at).published_at == NOON


def test_a_scheduled_edition_updates_the_page_when_it_takes_effect(agency):
    published(changed(agency, name="Renamed"), at=NOON, effective_from=NOON + DAY)
    assert page_of(agency, NOON + DAY).updated_at == NOON + DAY


@pytest.mark.at_hard_instants
def test_an_approval_has_the_agencys_day_everywhere(client):
    loaded(OF_THE_PAST, at=timezone.now())
    today = str(local_time.day_of(timezone.now(), "America/New_York"))
    sitemap = sitemap_of(client)
    for path in ("/", "/about/", "/directorates/", "/directorates/division/"):
        assert days_of(client, path) == {today} == {sitemap[path]}, path


def test_the_sitemap_gives_the_overview_and_the_lists_the_day_that_they_show(
    client, agency, monkeypatch
):
    section = published(make_directorate(), at=NOON)
    published(make_figure(unit=section), at=NOON + DAY)
    monkeypatch.setattr(unit_list, "UNITS_A_PAGE", 1)
    published(make_unit(name="A", slug="first"), at=NOON + 2 * DAY)
    published(make_unit(name="B", slug="second"), at=NOON + 3 * DAY)
    sitemap = sitemap_of(client)
    for path in ("/", "/directorates/", "/offices/", "/about/", "/offices/second/"):
        assert days_of(client, path) == {sitemap[path]}, path


def test_the_staff_list_gives_the_day_that_the_page_gives():
    loaded(OF_THE_PAST, at=NOON)
    rows = with_state(Unit.objects.all(), UnitEdition, at=NOON + DAY)
    assert {row.updated_at for row in rows} == {NOON}


def test_a_figure_that_a_text_states_updates_the_pages_that_show_the_text(agency, client):
    stated = markup_of(FigureReference("stated", Form.EXACT))
    owner = published(make_directorate(slug="owner"))
    figure = published(make_figure(unit=owner, identifier="stated"))
    published(make_directorate(slug="in-the-body", body=f"<p>{stated}</p>"))
    published(make_directorate(slug="in-the-overview", overview=f"<p>{stated}</p>"))
    published(make_directorate(slug="nowhere"))
    published(changed(figure, value=7), at=NOON + DAY)
    updated = {path.split("/")[-2]: at for path, at in PublishedUnits(NOON + 2 * DAY).items() if at}
    assert updated["in-the-body"] == updated["in-the-overview"] == updated["owner"] == NOON + DAY
    assert updated["nowhere"] == NOON
    assert overview.get(at=NOON + 2 * DAY).updated_at == NOON + DAY
    assert dict(PublishedUnits(NOON + 2 * DAY).items())["/"] == NOON + DAY
