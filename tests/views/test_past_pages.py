"""`?on=DAY`: public pages as they were at the end of a past day."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from directorates.actions.publishing import publishing
from directorates.actions.publishing.closing import close
from directorates.models import SiteSettings
from directorates.rules import local_time
from directorates.views.pages import CACHE_POLICY
from tests.clock import set_clock
from tests.factories import (
    changed,
    loaded,
    make_agency,
    make_directorate,
    make_figure,
    make_unit,
    make_user,
    published,
    set_survey,
)
from tests.kept_rows import kept

pytestmark = pytest.mark.django_db


def noon(day):
    return datetime(2026, 3, day, 17, tzinfo=UTC)


NOW = noon(20)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    set_clock(monkeypatch, NOW)


@pytest.fixture
def agency():
    return make_published_agency()


@kept
def make_published_agency():
    return published(make_agency(), at=noon(2))


@pytest.fixture
def records(agency):
    return make_records()


@kept
def make_records():
    """Make an office that was renamed on the 6th."""
    office = published(make_unit(name="Records", slug="records"), at=noon(3))
    return published(changed(office, name="Archives", slug="archives"), at=noon(6))


def html(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status, (address, response.status_code, response.headers)
    return response.content.decode()


def words(markup):
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


def heading(markup):
    return words(re.search(r"<h1.*?</h1>", markup, re.DOTALL)[0])


def test_a_page_of_a_past_day_has_the_name_of_that_day(client, records):
    assert heading(html(client, "/offices/records/?on=2026-03-05")) == "Records"
    assert heading(html(client, "/offices/archives/?on=2026-03-06")) == "Archives"


def test_a_day_ends_at_midnight_in_the_agencys_time_zone(client, agency):
    office = published(make_unit(name="Before", slug="office"), at=noon(3))
    midnight = datetime(2026, 3, 6, 5, tzinfo=UTC)
    published(changed(office, name="After"), at=noon(4), effective_from=midnight)
    assert heading(html(client, "/offices/office/?on=2026-03-05")) == "Before"
    assert heading(html(client, "/offices/office/?on=2026-03-06")) == "After"


def test_the_page_says_which_day_it_shows_and_what_the_unit_is_called_today(client, records):
    page = html(client, "/offices/records/?on=2026-03-05")
    assert 'class="is-past"' in page
    assert "As it was on March 5, 2026" in words(page)
    assert "Today it is called Archives" in words(page)
    assert '<a href="/offices/archives/">See the page as it is today</a>' in page
    assert "<title>As it was on March 5, 2026: Records" in page


@pytest.mark.parametrize(
    "address", ["/offices/archives/?", "/structure/?of=archives&", "/offices/records/?"]
)
def test_a_page_before_its_unit_leads_to_the_first_day_of_the_unit(client, records, address):
    page = html(client, f"{address}on=2026-03-02", status=404)
    assert "This page as it was on March 3, 2026" in words(page)
    (first,) = re.findall(r'href="([^"]*on=2026-03-03)"', page)
    assert client.get(unescape(first), follow=True).status_code == 200


def test_a_page_that_is_there_on_no_past_day_leads_to_none(client, records):
    published(make_unit(name="New", slug="new"), at=NOW - timedelta(hours=1))
    for slug in ("new", "unknown"):
        page = html(client, f"/offices/{slug}/?on=2026-03-05", status=404)
        assert "This page as it was on" not in words(page)


def test_the_page_of_a_figure_leads_to_the_first_day_of_the_figure(client, records):
    loose = published(make_figure(unit=records, identifier="cars"), at=noon(8))
    page = html(client, f"/figures/{loose.identifier}/?on=2026-03-05", status=404)
    assert "This page as it was on March 8, 2026" in words(page)


def test_a_later_page_of_a_list_leads_to_the_first_page_of_another_day(client, records):
    page = html(client, "/offices/?on=2026-03-05&page=2", status=404)
    assert 'href="/offices/?on=2026-03-02"' in page


def test_search_engines_keep_the_present_page(client, records):
    page = html(client, "/offices/records/?on=2026-03-05")
    assert '<meta name="robots" content="noindex, nofollow">' in page
    assert '<link rel="canonical" href="http://testserver/offices/archives/">' in page


def test_an_unchanged_unit_says_so(client, records):
    page = words(html(client, "/offices/archives/?on=2026-03-07"))
    assert "has not changed since" in page
    assert "Today it is called" not in page


def test_a_page_of_a_past_day_does_not_invite_to_the_survey(client, records):
    set_survey()
    assert "survey-invitation" in html(client, "/offices/archives/")
    assert "survey-invitation" not in html(client, "/offices/archives/?on=2026-03-07")


def test_a_present_address_leads_to_the_address_of_that_day(client, records):
    response = client.get("/offices/archives/?on=2026-03-05")
    assert (response.status_code, response["Location"]) == (301, "/offices/records/?on=2026-03-05")


def test_a_former_address_leads_to_the_address_of_that_day(client, records):
    response = client.get("/offices/records/?on=2026-03-07")
    assert response["Location"] == "/offices/archives/?on=2026-03-07"


def test_an_address_that_another_unit_has_today_shows_the_unit_of_that_day(client, records):
    published(make_unit(name="New records", slug="records"), at=noon(8))
    assert heading(html(client, "/offices/records/?on=2026-03-05")) == "Records"
    assert heading(html(client, "/offices/records/?on=2026-03-09")) == "New records"


def test_a_closed_unit_is_open_on_the_days_before(client, records):
    heir = published(make_unit(name="Heir"), at=noon(7))
    close(unit=records, successors=[heir], by=None, at=noon(9))
    page = words(html(client, "/offices/archives/?on=2026-03-08"))
    assert "has closed since" in page
    assert "This office has closed" not in page


def test_an_office_that_became_a_directorate_is_found_by_its_present_address(client, records):
    published(changed(records, kind="directorate"), at=noon(10))
    response = client.get("/directorates/archives/?on=2026-03-08")
    assert response["Location"] == "/offices/archives/?on=2026-03-08"


def test_a_unit_before_its_first_day_is_not_there_and_says_so(client, records):
    page = html(client, "/offices/archives/?on=2026-03-02", 404)
    assert "March 2, 2026" in words(page)
    assert 'href="/offices/archives/"' in page


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2026-03-21", "has not come yet"),
        ("9999-12-31", "has not come yet"),
        ("2026-03-01", "It begins on March 2, 2026"),
        ("0001-01-01", "It begins on March 2, 2026"),
        ("", "names no day"),
        ("2026-3-5", "names no day"),
        ("2026-02-30", "names no day"),
        ("20260305", "names no day"),
        ("2026-03-05T10:00", "names no day"),
        ("٢٠٢٦-03-05", "names no day"),
        ("<script>", "names no day"),
        ("2026-03-05%00", "names no day"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/about/", "/offices/", "/offices/archives/"])
def test_a_day_that_cannot_be_shown_gets_a_clear_answer(client, records, path, day, sentence):
    response = client.get(f"{path}?on={day}")
    page = response.content.decode()
    assert response.status_code == 404
    assert response["Cache-Control"] == "no-cache"
    assert sentence in words(page)
    assert f'href="{path}"' in page
    assert f'href="{path}?on=2026-03-02"' in page
    assert "noindex" in page


def test_today_means_the_present_page(client, records):
    response = client.get("/offices/archives/?on=2026-03-20")
    assert (response.status_code, response["Location"]) == (302, "/offices/archives/")
    assert response["Cache-Control"] == "no-cache"


def test_a_site_without_a_record_has_no_past(client):
    assert "The record has nothing of" in words(html(client, "/?on=2026-03-05", 404))


def test_figures_parents_and_lists_are_those_of_that_day(client, agency):
    old, new = (make_directorate(name=name) for name in ("Old home", "New home"))
    published(old, new, at=noon(3))
    office = published(make_unit(name="Records", slug="records", parent=old), at=noon(3))
    figure = published(make_figure(unit=office, value=111, counts="clerks"), at=noon(3))
    published(changed(figure, value=222), at=noon(5))
    published(changed(office, parent=new), at=noon(7))
    then, later = (html(client, f"/offices/records/?on=2026-03-0{day}") for day in (4, 8))
    assert "111" in then and "Old home" in then and "222" not in then and "New home" not in then
    assert "222" in later and "New home" in later and "111" not in later
    assert "Old home" in html(client, "/offices/?by=part-of&on=2026-03-04")
    assert "New home" not in words(html(client, "/offices/?by=part-of&on=2026-03-04"))


def test_links_of_the_text_stay_on_the_day_and_those_of_the_menu_lead_to_today(client, agency):
    home = published(make_directorate(name="Home", slug="home"), at=noon(3))
    published(make_unit(name="Records", slug="records", parent=home), at=noon(3))
    page = html(client, "/directorates/home/?on=2026-03-05")
    main = page[page.index("<main") : page.index("</main>")]
    assert 'href="/offices/records/?on=2026-03-05"' in main
    assert 'data-address="http://testserver/offices/records/?on=2026-03-05"' in main
    crumbs = page[page.index('<nav class="usa-breadcrumb') : page.index("<main")]
    assert 'href="/?on=2026-03-05"' in crumbs
    header = page[page.index("<header") : page.index("</header>")]
    assert "on=2026" not in header


def test_links_with_parameters_stay_on_the_day(client, agency):
    published(make_unit(name="A"), make_unit(name="B"), at=noon(3))
    page = html(client, "/offices/?on=2026-03-05")
    assert 'href="/offices/?by=part-of&amp;on=2026-03-05"' in page


def test_the_form_leads_to_another_day_of_the_same_page(client, records):
    page = html(client, "/offices/?by=part-of&on=2026-03-05")
    form = re.search(r'<form class="as-of__form".*?</form>', page, re.DOTALL)[0]
    assert 'action="/offices/"' in form
    assert '<input type="hidden" name="by" value="part-of">' in form
    assert 'value="2026-03-05" min="2026-03-02"' in form


def test_todays_page_asks_for_a_day_without_naming_today(client, records):
    page = html(client, "/offices/archives/")
    form = re.search(r'<form class="another-day__form".*?</form>', page, re.DOTALL)[0]
    assert 'action="/offices/archives/"' in form
    assert "2026" not in form
    assert "another-day" not in html(client, "/survey/")


def test_what_was_entered_later_is_not_shown_as_read_that_day(client):
    edition = 'name = "Late"\nslug = "late"\neffective_from = 2026-03-04T17:00:00Z'
    agency = 'kind = "agency"\nname = "A"\nslug = "a"\neffective_from = 2026-03-02T17:00:00Z'
    loaded(
        'format = 1\n[site]\nsite_name = "Example.gov"\n'
        f'[[units]]\nidentifier = "a"\n[[units.editions]]\n{agency}\n'
        f'[[units]]\nidentifier = "late"\n[[units.editions]]\nkind = "office"\nparent = "a"\n{edition}\n',
        at=noon(10),
    )
    page = words(html(client, "/offices/late/?on=2026-03-05"))
    assert "Readers did not see this page that day" in page
    assert "March 10, 2026" in page
    assert "Readers did not see" not in words(html(client, "/offices/late/?on=2026-03-11"))


def test_site_settings_are_the_present_ones(client, records):
    SiteSettings.objects.update_or_create(pk=1, defaults={"site_name": "Present.gov"})
    assert "Present.gov" in html(client, "/offices/records/?on=2026-03-05")


def test_a_page_of_a_past_day_is_shared_like_every_page(client, records):
    assert client.get("/?on=2026-03-05")["Cache-Control"] == CACHE_POLICY


def test_a_preview_knows_no_past_day(client, records):
    client.force_login(make_user())
    page = html(client, "/preview/at/2026-03-19T10:00/offices/archives/?on=2026-03-05")
    assert "as-of" not in page
    assert "another-day" not in page
    assert heading(page) == "Archives"


def test_capitals_lead_to_the_address_of_that_day(client, records):
    response = client.get("/OFFICES/RECORDS/?on=2026-03-05")
    assert response["Location"] == "/offices/records/?on=2026-03-05"
    assert client.get("/offices/records/?ON=2026-03-05")["Location"].endswith("?on=2026-03-05")


def test_nothing_scheduled_draft_or_withdrawn_is_on_any_page_of_any_day(client, records):
    changed(records, summary="DRAFT-TEXT that nobody may see")
    published(make_unit(name="SCHEDULED-UNIT", slug="soon"), at=noon(8), effective_from=noon(25))
    taken_back = published(
        changed(published(make_unit(slug="calm"), at=noon(4)), name="WITHDRAWN-NAME"),
        at=noon(5),
        effective_from=noon(12),
    )
    publishing.withdraw(editions=[taken_back.editions.get(number=2)], by=None, at=noon(6))
    paths = ["/", "/about/", "/directorates/", "/offices/", "/offices/?by=part-of"]
    paths += ["/offices/archives/", "/offices/records/", "/offices/calm/", "/offices/soon/"]
    for path in paths:
        for number in range(-3, 12):
            day = local_time.day_of(NOW + timedelta(days=number - 5), "UTC").isoformat()
            mark = "&" if "?" in path else "?"
            page = client.get(f"{path}{mark}on={day}", follow=True).content.decode()
            for word in ("DRAFT-TEXT", "SCHEDULED-UNIT", "WITHDRAWN-NAME"):
                assert word not in page, (path, day)
