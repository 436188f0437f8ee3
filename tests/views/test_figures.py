"""The figures in public: the list, the page of each, and the files."""

import csv
import json
import re
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from xml.etree import ElementTree

import pytest

from agency_site.serving.static_export import verifying
from directorates.actions import upkeep, withholding
from directorates.actions.publishing import publishing
from directorates.actions.publishing.closing import close
from directorates.actions.reviewing import reviewing
from directorates.models import Figure, SiteSettings
from directorates.queries.pages import figure_list, figure_page, stating_texts
from directorates.rules.local_time import day_of
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
)
from tests.serving.static_export.conftest import HOST, StaticCopy

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 17, tzinfo=UTC)
DAY = timedelta(days=1)
NOW = NOON + 20 * DAY


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    set_clock(monkeypatch, NOW)


@pytest.fixture
def agency():
    return published(make_agency(), at=NOON)


def figure_of(unit, *, at=NOON, **content):
    return published(make_figure(unit=unit, at=at, **content), at=at)


def attorneys(unit):
    """A figure with a number for each of three years, of which the second was corrected."""
    figure = figure_of(
        unit,
        identifier="attorneys",
        value=1100,
        qualifier="more than",
        counts="attorneys",
        as_of=date(2023, 9, 30),
        source="Annual report",
        source_url="https://example.gov/report/",
    )
    later = [(1250, date(2024, 9, 30)), (1200, date(2024, 9, 30)), (1300, date(2025, 9, 30))]
    for number, (value, as_of) in enumerate(later, start=1):
        at = NOON + number * DAY
        draft = changed(figure, at=at, value=value, as_of=as_of, qualifier="exactly")
        published(draft, at=at, change_note=f"Note {number}")
    return figure


def html(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status, (address, response.status_code, response.headers)
    return response.content.decode()


def main_of(markup):
    return markup[markup.index("<main") : markup.index("</main>")]


def words(markup):
    return " ".join(re.sub(r"<[^>]+>", " ", main_of(markup)).split())


def rows_of(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Cache-Control"] == CACHE_POLICY
    return list(csv.DictReader(StringIO(response.content.decode("utf-8-sig"))))


def data_of(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == CACHE_POLICY
    return json.loads(response.content)


def withhold(edition):
    withholding.ask_to_withhold(edition=edition, reason="A wrong number.", by=None, at=NOW)
    withholding.withhold(edition=edition, by=None, at=NOW)


def review(figure, *, at):
    edition = figure.editions.in_force(at).get()
    upkeep.confirm(edition=edition, by=None, at=at, note="Not for the public")


# The list


def test_the_list_gives_each_figure_with_its_day_its_source_and_its_unit(client, agency):
    attorneys(published(make_directorate(name="Law", acronym="L", slug="law"), at=NOON))
    page = html(client, "/figures/")
    assert "1 figure" in words(page)
    assert "Law (L) 1,300 attorneys As of September 30, 2025 Source: Annual report" in words(page)
    for link in ("/figures/attorneys/", "/directorates/law/", "https://example.gov/report/"):
        assert f'href="{link}"' in main_of(page)
    assert '<a href="/figures.csv" type="text/csv">' in page


def test_figures_are_listed_by_unit_and_those_of_closed_units_last(client, agency):
    old = published(make_directorate(name="A closed one", slug="old"), at=NOON)
    office = published(make_unit(name="Office"), at=NOON)
    for unit, counts in ((office, "o"), (old, "c"), (agency, "a2"), (agency, "a1")):
        figure_of(unit, counts=counts, value=1, position=counts == "a2")
    close(unit=old, successors=[agency], by=None, at=NOON + DAY)
    page = html(client, "/figures/")
    assert re.findall(r"1 (a1|a2|o|c) Date", words(page)) == ["a1", "a2", "o", "c"]
    assert "A closed one (closed)" in words(page)


def test_a_long_list_has_pages_and_says_which_unit_goes_on(client, agency, monkeypatch):
    monkeypatch.setattr(figure_list, "FIGURES_A_PAGE", 2)
    for number in range(5):
        figure_of(agency, position=number, counts=f"c{number}")
    first, second = html(client, "/figures/"), html(client, "/figures/?page=2")
    assert "page 1 of 3" in words(first)
    assert re.findall(r" (c\d) Date", words(second)) == ["c2", "c3"]
    assert "(continued)" in words(second)
    assert "(continued)" not in words(first)
    assert "<title>Figures and their sources, page 2 of 3 | " in second
    for number in ("0", "4", "01", "x"):
        html(client, f"/figures/?page={number}", status=404)


def test_a_site_without_figures_says_so(client):
    for address in ("/figures/", "/figures.csv", "/figures.json"):
        assert client.get(address).status_code == 200
    assert "No figures are published here yet" in html(client, "/figures/")
    assert data_of(client, "/figures.json")["figures"] == []
    assert rows_of(client, "/figures.csv") == []


@pytest.mark.parametrize("count", [2, 60])
def test_the_list_and_the_files_take_the_same_queries_for_few_figures_and_for_many(
    client, agency, count, django_assert_num_queries
):
    units = [make_unit(name="The same name") for _ in range(count)]
    published(*units, at=NOON)
    published(*(make_figure(unit=unit) for unit in units), at=NOON)
    with django_assert_num_queries(9):
        html(client, "/figures/")
    for address in ("/figures.csv", "/figures.json"):
        with django_assert_num_queries(5):
            client.get(address)


# The page of a figure


def test_a_figure_has_a_page_with_its_day_its_source_and_who_answers_for_it(client, agency):
    attorneys(published(make_directorate(name="Law", acronym="L", slug="law"), at=NOON))
    page = html(client, "/figures/attorneys/")
    assert "<title>1,300 attorneys: L | " in page
    assert words(page).startswith(
        "Figure 1,300 attorneys As of September 30, 2025 Source Annual report Answers for it Law (L)"
        " In force since March 5, 2026"
    )
    assert 'href="/directorates/law/"' in main_of(page)
    assert "Updated: March 5, 2026" in words(page)
    assert 'aria-current="page"><span>Attorneys</span>' in page
    assert 'href="/figures/attorneys.csv"' in page


def test_numbers_of_consecutive_years_read_as_a_series(client, agency):
    attorneys(agency)
    page = html(client, "/figures/attorneys/")
    assert "Year by year" in words(page)
    table = words(page)[words(page).index("Year Number and source") :]
    assert re.findall(
        r"(20\d\d) As of September 30, \d+ ([\w, ]+?) (?:Corrected|Source)", table
    ) == [
        ("2025", "1,300"),
        ("2024", "1,200"),
        ("2024", "1,250"),
        ("2023", "More than 1,100"),
    ]
    assert table.count("Corrected since") == 1
    assert "Note 1" in table


def chart_of(page):
    svg = page[page.index('<svg width="100%"') : page.index("</figure>")]
    return ElementTree.fromstring(svg[: svg.rindex("</svg>") + len("</svg>")])


def test_the_chart_has_a_text_in_its_place_and_no_style(client, agency):
    attorneys(agency)
    chart = chart_of(html(client, "/figures/attorneys/"))
    assert chart.get("role") == "img"
    title, text = (
        "".join(chart.find(f".//*[@id='{id}']").itertext())
        for id in chart.get("aria-labelledby").split()
    )
    assert title == "Chart: attorneys"
    assert " ".join(text.split()) == (
        "From more than 1,100 in 2023 to 1,300 in 2025. Lowest: more than 1,100. Highest: 1,300."
        " The table has every number."
    )
    assert len(chart.findall(".//rect")) == 3
    assert not [
        one for one in chart.iter() if "style" in one.attrib or one.tag in ("style", "script")
    ]


def test_the_numbers_of_a_chart_are_read_in_every_language(client, agency):
    attorneys(agency)
    SiteSettings.objects.update_or_create(pk=1, defaults={"site_name": "Exemple", "language": "fr"})
    chart = chart_of(html(client, "/figures/attorneys/"))
    lengths = [
        one.get(name) for one in chart.iter("rect") for name in ("x", "y", "width", "height")
    ]
    assert all(re.fullmatch(r"\d+(\.\d+)?%?", length) for length in lengths)


def test_numbers_without_a_day_are_drawn_from_their_publication_on(client, agency):
    figure = figure_of(agency, identifier="cars", value=5, counts="cars")
    published(changed(figure, value=7), at=NOON + DAY)
    page = html(client, "/figures/cars/")
    assert "History" in words(page)
    assert "from the day on which it came into force" in words(page)
    assert "on March 2, 2026 to 7 on March 3, 2026" in words(page)
    assert len(chart_of(page).findall(".//circle")) == 2


def test_a_first_version_has_no_chart_and_no_table(client, agency):
    figure_of(agency, identifier="cars")
    page = html(client, "/figures/cars/")
    assert "first version in the record" in words(page)
    assert "<table" not in page
    assert '<svg width="100%"' not in page


def test_versions_that_count_something_else_are_in_the_table_but_in_no_chart(client, agency):
    figure = figure_of(agency, identifier="cars", counts="cars and boats")
    published(changed(figure, counts="cars"), at=NOON + DAY)
    page = html(client, "/figures/cars/")
    assert '<svg width="100%"' not in page
    assert "cars and boats" in words(page)


def test_a_day_of_publication_that_is_not_known_is_not_shown(client):
    loaded(
        """
format = 1
[site]
site_name = "Example.gov"
[[units]]
identifier = "agency"
[[units.editions]]
kind = "agency"
name = "Agency of Examples"
slug = "agency"
[[figures]]
identifier = "people"
[[figures.editions]]
unit = "agency"
value = 100
counts = "people"
source = "A count made for a test"
""",
        at=NOON,
    )
    assert "In force since Day not known" in words(html(client, "/figures/people/"))
    assert rows_of(client, "/figures.csv")[0]["in_force_from"] == ""


def test_a_long_history_is_cut_in_the_table_and_whole_in_the_files(client, agency, monkeypatch):
    monkeypatch.setattr(figure_page, "MOST_VERSIONS", 2)
    attorneys(agency)
    assert "The table has the newest 2 of 4 versions" in words(html(client, "/figures/attorneys/"))
    assert len(rows_of(client, "/figures/attorneys.csv")) == 4


def test_a_closed_units_figure_keeps_its_page(client, agency):
    old = published(make_directorate(name="Old", slug="old"), at=NOON)
    figure_of(old, identifier="cars")
    close(unit=old, successors=[agency], by=None, at=NOON + DAY)
    page = words(html(client, "/figures/cars/"))
    assert "Old , which has closed on March 3, 2026 . The figure is its last one." in page
    assert data_of(client, "/figures/cars.json")["unit_is_closed"] is True


def test_a_withdrawn_a_scheduled_and_an_unpublished_figure_have_no_page(client, agency):
    make_figure(unit=agency, identifier="draft")
    scheduled = make_figure(unit=agency, identifier="scheduled")
    published(scheduled, at=NOON, effective_from=NOW + DAY)
    withdrawn = make_figure(unit=agency, identifier="withdrawn")
    published(withdrawn, at=NOON, effective_from=NOW + DAY)
    publishing.withdraw(editions=[withdrawn.editions.get()], by=None, at=NOON + DAY)
    for name in ("draft", "scheduled", "withdrawn", "nothing"):
        for address in (f"/figures/{name}/", f"/figures/{name}.csv", f"/figures/{name}.json"):
            html(client, address, status=404)
    assert "No figures" in html(client, "/figures/")


def test_a_scheduled_version_is_in_no_history(client, agency):
    figure = figure_of(agency, identifier="cars", value=5)
    published(changed(figure, value=777), at=NOON, effective_from=NOW + DAY)
    for address in ("/figures/", "/figures/cars/", "/figures/cars.csv", "/figures.json"):
        assert "777" not in client.get(address).content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_a_page_and_its_files_take_the_same_queries_for_any_history(
    client, agency, count, django_assert_num_queries
):
    figure = figure_of(agency, identifier="cars")
    for number in range(count):
        published(changed(figure, value=number), at=NOON + (number + 1) * timedelta(hours=1))
    with django_assert_num_queries(7):
        html(client, "/figures/cars/")
    for address in ("/figures/cars.csv", "/figures/cars.json"):
        with django_assert_num_queries(4):
            client.get(address)


# Texts that state a figure

CARS = '<p>It has <span data-figure="cars" data-form="exact">cars</span>.</p>'


def stated_in(markup):
    section = re.search(r'<section aria-labelledby="texts".*?</section>', markup, re.DOTALL)
    return re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)</a>', section[0]) if section else []


def test_the_page_of_a_figure_leads_to_the_texts_that_state_it(client, agency):
    figure_of(agency, identifier="cars", value=5)
    figure_of(agency, identifier="cars-b", position=1)
    assert stated_in(html(client, "/figures/cars/")) == []
    office = make_unit(name="Garage", slug="garage", overview=CARS)
    law = make_directorate(
        name="Law", acronym="L", slug="law", summary="It has {figure cars exact}."
    )
    draft = make_unit(name="Draft", overview=CARS)
    other = make_unit(name="Other", slug="other", overview=CARS.replace('"cars"', '"cars-b"'))
    published(office, law, other, at=NOON)
    published(make_unit(name="Later", overview=CARS, at=NOON), at=NOON, effective_from=NOW + DAY)
    assert draft.overview == CARS
    assert stated_in(html(client, "/figures/cars/")) == [
        ("/directorates/law/", "Law (L)"),
        ("/offices/garage/", "Garage"),
    ]
    assert stated_in(html(client, "/figures/cars-b/")) == [("/offices/other/", "Other")]


def test_the_page_of_a_past_day_leads_to_the_texts_of_that_day(client, agency):
    figure_of(agency, identifier="cars", value=5)
    office = published(make_unit(name="Garage", slug="garage", overview=CARS), at=NOON)
    published(changed(office, overview="<p>No number.</p>"), at=NOON + 3 * DAY)
    day = day_of(NOON + DAY, "UTC")
    assert stated_in(html(client, "/figures/cars/")) == []
    assert [text for _, text in stated_in(html(client, f"/figures/cars/?on={day}"))] == ["Garage"]


def test_a_closed_units_text_is_said_to_be_that_of_a_closed_unit(client, agency):
    figure_of(agency, identifier="cars", value=5)
    office = published(make_unit(name="Garage", slug="garage", overview=CARS), at=NOON)
    published(changed(office, is_closed=True), at=NOON + DAY)
    assert "Garage (closed)" in words(html(client, "/figures/cars/"))


@pytest.mark.parametrize("count", [1, 12])
def test_a_figure_in_many_texts_takes_the_same_queries_and_counts_the_rest(
    client, agency, count, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr(stating_texts, "MOST_TEXTS", 10)
    figure_of(agency, identifier="cars", value=5)
    published(*(make_unit(overview=CARS) for _ in range(count)), at=NOON)
    with django_assert_num_queries(7):
        page = html(client, "/figures/cars/")
    assert len(stated_in(page)) == min(count, 10)
    assert ("and 2 more" in words(page)) == (count == 12)


# Addresses


def test_capitals_and_a_missing_slash_lead_to_the_one_address(client, agency):
    figure_of(agency, identifier="Big-Cars")
    html(client, "/figures/big-cars/")
    for given, right in (
        ("/figures/Big-Cars/", "/figures/big-cars/"),
        ("/FIGURES/big-cars", "/figures/big-cars/"),
        ("/figures/BIG-CARS.csv", "/figures/big-cars.csv"),
        ("/figures/big-cars.JSON", "/figures/big-cars.json"),
        ("/Figures.csv", "/figures.csv"),
        ("/figures/?PAGE=1", "/figures/?page=1"),
    ):
        response = client.get(given)
        assert (response.status_code, response["Location"]) == (301, right)
    assert "/figures/big-cars/" in html(client, "/figures/")


def test_the_sitemap_has_the_list_and_the_figures_with_the_days_that_they_show(client, agency):
    attorneys(agency)
    sitemap = html(client, "/sitemap.xml")
    entry = r"<loc>http://testserver(.*?)</loc>(?:<lastmod>(.*?)</lastmod>)?"
    found = dict(re.findall(entry, sitemap))
    for address in ("/figures/", "/figures/attorneys/"):
        assert f'Updated: <time datetime="{found[address]}"' in html(client, address)
    assert "csv" not in sitemap


def test_key_facts_and_results_of_a_search_lead_to_the_page_of_the_figure(client, agency):
    attorneys(agency)
    link = 'href="/figures/attorneys/"'
    for address in ("/", "/about/", "/search/?q=attorneys"):
        assert link in main_of(html(client, address)), address


# Past days


def test_the_page_and_the_files_of_a_past_day_state_what_was_in_force(client, agency):
    attorneys(agency)
    page = html(client, "/figures/attorneys/?on=2026-03-03")
    assert "1,250 attorneys" in words(page)
    assert "1,300" not in words(page)
    assert 'href="/figures/attorneys.csv?on=2026-03-03"' in page
    assert [row["value"] for row in rows_of(client, "/figures/attorneys.csv?on=2026-03-03")] == ["1250", "1100"]  # fmt: skip
    assert data_of(client, "/figures.json?on=2026-03-02")["figures"][0]["value"] == 1100


def test_a_figure_that_was_not_there_yet_says_so(client, agency):
    figure_of(agency, identifier="cars", at=NOON + 5 * DAY)
    assert "Not there on that day" in html(client, "/figures/cars/?on=2026-03-03", status=404)


def test_a_withheld_version_is_shown_as_withheld(client, agency):
    figure = figure_of(agency, identifier="cars", value=5, source="First")
    published(changed(figure, value=666, source="Secret"), at=NOON + DAY, change_note="Secret too")
    published(changed(figure, value=7, source="Third"), at=NOON + 2 * DAY)
    withhold(figure.editions.get(number=2))
    page = words(html(client, "/figures/cars/"))
    assert "What was published is withheld from the public. March 3, 2026" in page
    assert "What is withheld is left out." in page
    version = data_of(client, "/figures/cars.json")["versions"][1]
    assert version["is_withheld"] is True
    assert {version[name] for name in ("value", "source", "counts", "as_of")} == {None}
    assert version["change_note"] == ""
    assert (version["in_force_from"], version["in_force_until"]) == ("2026-03-03", "2026-03-04")
    row = rows_of(client, "/figures/cars.csv")[1]
    assert (row["is_withheld"], row["value"]) == ("True", "")
    for address in (
        "/figures/cars/",
        "/figures/cars.csv",
        "/figures/cars.json",
        "/figures/",
        "/figures.csv",
    ):
        for day in ("", "?on=2026-03-03", "?on=2026-03-04"):
            found = client.get(address + day).content.decode()
            assert "Secret" not in found
            assert "666" not in found
    assert "is withheld from the public" in html(client, "/figures/cars/?on=2026-03-03", status=404)


# Files


def test_the_table_of_all_figures_has_plain_values(client, agency):
    law = published(make_directorate(name="Law", acronym="L", slug="law"), at=NOON)
    attorneys(law)
    figure_of(
        law, identifier="budget", value="12.50", currency="USD", position=1, counts="=SUM(A1)"
    )
    first, second = rows_of(client, "/figures.csv")
    assert first == {
        "figure": "attorneys",
        "url": "http://testserver/figures/attorneys/",
        "unit": "Law",
        "unit_acronym": "L",
        "unit_url": "http://testserver/directorates/law/",
        "unit_is_closed": "False",
        "qualifier": "",
        "value": "1300",
        "currency": "",
        "counts": "attorneys",
        "as_of": "2025-09-30",
        "source": "Annual report",
        "source_url": "https://example.gov/report/",
        "in_force_from": "2026-03-05",
        "reviewed_on": "",
    }
    assert (second["value"], second["currency"], second["counts"]) == ("12.5", "USD", "'=SUM(A1)")


def test_the_data_of_a_figure_has_all_its_versions(client, agency):
    attorneys(agency)
    found = data_of(client, "/figures/attorneys.json")
    assert (found["figure"], found["unit"]) == ("attorneys", "Agency of Examples")
    assert [version["value"] for version in found["versions"]] == [1300, 1200, 1250, 1100]
    oldest = found["versions"][-1]
    assert (oldest["version"], oldest["qualifier"], oldest["as_of"]) == (
        1,
        "more than",
        "2023-09-30",
    )
    assert (oldest["in_force_from"], oldest["in_force_until"]) == ("2026-03-02", "2026-03-03")
    assert found["versions"][0]["in_force_until"] is None


# Reviews


def test_the_list_the_page_and_the_files_say_when_a_figure_was_reviewed(client, agency):
    law = published(make_directorate(name="Law", slug="law"), at=NOON)
    cars = figure_of(law, identifier="cars")
    figure_of(law, identifier="boats", position=1)
    review(cars, at=NOON + DAY)
    review(cars, at=NOON + 2 * DAY)
    shown = "Reviewed March 4, 2026"
    assert shown in words(html(client, "/figures/cars/"))
    assert "Reviewed Not yet" in words(html(client, "/figures/boats/"))
    listed = words(html(client, "/figures/"))
    assert listed.index("Reviewed: March 4, 2026") < listed.index("Reviewed: Not yet")
    assert [row["reviewed_on"] for row in rows_of(client, "/figures.csv")] == ["2026-03-04", ""]
    assert data_of(client, "/figures/cars.json")["reviewed_on"] == "2026-03-04"
    assert data_of(client, "/figures/boats.json")["reviewed_on"] is None
    for address in ("/figures/", "/figures/cars/", "/figures.json", "/figures/cars.json"):
        assert "Not for the public" not in client.get(address).content.decode()


def test_a_review_is_no_update_and_a_past_day_knows_no_later_one(client, agency):
    cars = figure_of(agency, identifier="cars")
    review(cars, at=NOON + 3 * DAY)
    assert "Updated: March 2, 2026" in words(html(client, "/figures/cars/"))
    assert "Reviewed Not yet" in words(html(client, "/figures/cars/?on=2026-03-04"))
    assert data_of(client, "/figures/cars.json?on=2026-03-04")["reviewed_on"] is None
    published(changed(cars, at=NOON + 4 * DAY, value=9), at=NOON + 4 * DAY)
    page = words(html(client, "/figures/cars/"))
    assert "Updated: March 6, 2026" in page
    assert "Reviewed March 5, 2026" in page


@pytest.mark.parametrize("value", ["-5", "0", "999999999999999", "0.01", "9999999999999.99"])
def test_values_come_out_of_the_files_as_they_went_in(client, agency, value):
    figure_of(agency, identifier="cars", value=value)
    assert rows_of(client, "/figures.csv")[0]["value"] == value
    assert repr(data_of(client, "/figures.json")["figures"][0]["value"]) == value


def test_days_are_those_of_the_agency(client, agency):
    SiteSettings.objects.update_or_create(
        pk=1, defaults={"site_name": "Example.gov", "time_zone": "Asia/Tokyo"}
    )
    figure_of(agency, identifier="cars")
    assert "In force since March 3, 2026" in words(html(client, "/figures/cars/"))
    assert rows_of(client, "/figures.csv")[0]["in_force_from"] == "2026-03-03"


def test_hostile_words_break_no_page_and_no_chart(client, agency):
    hostile = '<script>alert("x")</script>&'
    figure = figure_of(agency, identifier="cars", counts=hostile, source=hostile, value=3)
    published(changed(figure, value=4), at=NOON + DAY)
    page = html(client, "/figures/cars/")
    assert "<script>alert" not in page
    assert "".join(chart_of(page).find(".//title").itertext()) == f"Chart: {hostile}"
    assert Figure.objects.count() == 1


# Previews, affected pages, static copy


@pytest.fixture
def staff(client):
    client.force_login(make_user(permissions=["view_changeset"]))
    return client


def affected_by(client, *records):
    """Return the paths of the pages that a change set with these drafts changes, and the set's preview prefix."""
    change_set = reviewing.create(title="A change", records=records, by=None, at=NOW)
    prefix = f"/preview/sets/{change_set.pk}/"
    page = html(client, f"/preview/affected/{change_set.pk}/")
    return set(re.findall(f'href="{prefix}([^"]*)"', main_of(page))), prefix


def test_a_new_number_changes_the_list_the_page_of_the_figure_and_its_units_page(staff, agency):
    law = published(make_directorate(name="Law", slug="law"), at=NOON)
    figure = figure_of(law, identifier="cars", value=5)
    figure_of(law, identifier="boats", position=1)
    paths, prefix = affected_by(staff, changed(figure, value=777, at=NOW))
    assert paths == {"figures/", "figures/cars/", "directorates/law/"}
    page = html(staff, f"{prefix}figures/cars/")
    assert "777 examples" in words(page)
    assert f'href="{prefix}figures/"' in page
    assert f'href="{prefix}directorates/law/"' in page
    assert ".csv" not in page + html(staff, f"{prefix}figures/")
    assert "777" not in html(staff, "/figures/cars/")
    html(staff, f"{prefix}figures/cars.csv", status=404)


def test_a_new_name_of_a_unit_changes_the_pages_of_its_figures(staff, agency):
    law = published(make_directorate(name="Law", slug="law"), at=NOON)
    figure_of(law, identifier="cars")
    figure_of(agency, identifier="boats")
    paths, _ = affected_by(staff, changed(law, name="Justice", at=NOW))
    assert {"figures/", "figures/cars/"} <= paths
    assert "figures/boats/" not in paths


def test_a_text_that_states_a_figure_or_no_longer_does_changes_the_page_of_the_figure(
    staff, agency
):
    for name in ("cars", "boats", "bikes"):
        figure_of(agency, identifier=name)
    boats = CARS.replace('"cars"', '"boats"').replace("exact", "as-published")
    cars = CARS.replace("exact", "as-published")
    office = published(make_unit(name="Garage", overview=cars), at=NOON)
    paths, prefix = affected_by(staff, changed(office, overview=boats, at=NOW))
    assert {"figures/cars/", "figures/boats/"} <= paths
    assert "figures/bikes/" not in paths
    assert stated_in(html(staff, f"{prefix}figures/cars/")) == []
    ((_, text),) = stated_in(html(staff, f"{prefix}figures/boats/"))
    assert text == "Garage"


def test_a_new_name_changes_the_pages_of_the_figures_that_the_unit_states(staff, agency):
    figure_of(agency, identifier="cars")
    cars = CARS.replace("exact", "as-published")
    office = published(make_unit(name="Garage", overview=cars), at=NOON)
    paths, _ = affected_by(staff, changed(office, name="Motor Pool", at=NOW))
    assert "figures/cars/" in paths


def test_a_new_figure_is_new_on_the_list_and_has_a_page(staff, agency):
    figure = make_figure(unit=agency, identifier="cars", at=NOW)
    paths, prefix = affected_by(staff, figure)
    assert {"figures/", "figures/cars/"} <= paths
    assert "first version in the record" in words(html(staff, f"{prefix}figures/cars/"))


@pytest.mark.styles
def test_the_static_copy_has_the_list_the_pages_and_the_files(settings, agency, tmp_path):
    settings.ALLOWED_HOSTS = [HOST]
    attorneys(agency)
    figure_of(agency, identifier="Big-Cars")
    static_copy = StaticCopy(tmp_path / "static_copy")
    static_copy.export()
    assert b"1,300" in static_copy.page("figures/attorneys/index.html")
    assert f'"url": "https://{HOST}/figures/big-cars/"'.encode() in static_copy.page("figures.json")
    assert static_copy.page("figures/attorneys.csv").count(b"\r\n") == 5
    for path in ("figures/index.html", "figures.csv", "figures/attorneys.json"):
        assert static_copy.page(path)
    assert verifying.verify(static_copy.folder, static_copy.folder.current()) == []
