"""The pages and pictures of the structure."""

from datetime import timedelta
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from directorates.actions.publishing.closing import close
from directorates.models import SiteSettings, Unit
from directorates.rules import local_time
from directorates.views.pages import CACHE_POLICY
from tests.factories import changed, make_agency, make_directorate, make_unit, make_user, published
from tests.sample import load_fictional, load_sample

pytestmark = pytest.mark.django_db

NOW = timezone.now() - timedelta(days=1)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def sample():
    load_sample(at=NOW)


class ListReader(HTMLParser):
    """Reads the nested list of a chart as [name, [below…]]."""

    def __init__(self, markup):
        super().__init__()
        self.root = ["", []]
        self.open = [self.root]
        self.is_name = False
        self.feed(
            markup[markup.index('<ul class="chart') : markup.index('<ul class="structure__ways')]
        )

    def handle_starttag(self, tag, attrs):
        if tag == "li":
            unit = ["", []]
            self.open[-1][1].append(unit)
            self.open.append(unit)
        self.is_name = tag == "a" and not self.open[-1][0]

    def handle_endtag(self, tag):
        self.is_name = False
        if tag == "li":
            self.open.pop()

    def handle_data(self, data):
        if self.is_name:
            self.open[-1][0] += data


def tree_of_list(unit):
    name, below = unit
    return "".join(name.split()), [tree_of_list(one) for one in below]


def tree_of_picture(group):
    name = next(
        "".join(text.itertext())
        for text in group.findall(f"{SVG}text")
        if text.get("font-size") != "12"
    )
    below = [one for inner in group.findall(f"{SVG}g") for one in inner]
    return "".join(name.split()), [tree_of_picture(one) for one in below]


def html(client, path, status=200):
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def picture(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert response["Cache-Control"] == CACHE_POLICY
    return ElementTree.fromstring(response.content)


def test_the_first_sentence_says_what_makes_up_the_agency(client, sample):
    page = html(client, "/structure/")
    assert (
        "Four directorates and two offices make up U.S. Immigration and Customs Enforcement."
        in page
    )
    assert "chart--top" in page
    chart = page[page.index('<ul class="chart') :]
    assert chart.count("<details") == 1
    page = html(client, "/structure/?of=homeland-security-investigations")
    assert "No unit below HSI is in this record." in page


@pytest.mark.parametrize("offices", [None, 70, 400])
def test_the_picture_has_the_tree_of_the_list(client, offices):
    load_fictional(offices=offices, at=NOW) if offices else load_sample(at=NOW)
    (first,) = ListReader(html(client, "/structure/")).root[1]
    root = picture(client, "/structure/chart.svg").find(f"{SVG}g/{SVG}g")
    assert tree_of_picture(root) == tree_of_list(first)


def test_a_picture_is_understood_alone(client, sample):
    root = picture(client, "/structure/chart.svg?of=management-and-administration")
    assert root.find(f"{SVG}title").text == "Structure of Management and Administration (M&A)"
    assert len(root.find(f"{SVG}desc").text) > 50
    words = " ".join(root.itertext())
    assert "ICE.gov" in words
    assert "Updated" in words
    assert "Supporting directorate" in words


def test_a_picture_has_no_style_and_no_script(client, sample):
    markup = client.get("/structure/chart.svg").content.decode()
    assert "style" not in markup
    assert "script" not in markup


def test_hostile_names_and_long_words_break_no_picture(client):
    agency = make_agency(name='A <script>alert("x")</script> & Co', acronym="<b>")
    units = [make_unit(name="w" * 60 + str(number)) for number in range(8)]
    published(agency, *units, at=NOW)
    root = picture(client, "/structure/chart.svg")
    assert '<script>alert("x")</script>' in root.find(f"{SVG}title").text
    assert "<script>alert" not in html(client, "/structure/")


def test_words_are_read_from_right_to_left_where_the_content_is(client, sample):
    SiteSettings.objects.update(language="ar")
    root = picture(client, "/structure/chart.svg")
    assert root.get("direction") == "rtl"


def test_a_chart_of_an_unknown_unit_is_not_found(client, sample):
    for of in ("nothing", "%00", "../x", "a%20b"):
        html(client, f"/structure/?of={of}", status=404)
        html(client, f"/structure/chart.svg?of={of}", status=404)


def test_a_former_address_and_capitals_lead_to_the_present_chart(client, sample):
    unit = Unit.objects.get(identifier="hsi")
    published(changed(unit, at=timezone.now(), slug="hsi"), at=timezone.now())
    for path in ("/structure/", "/structure/chart.svg"):
        for of in ("homeland-security-investigations", "HSI", "Homeland-Security-Investigations"):
            response = client.get(f"{path}?of={of}")
            assert (response.status_code, response["Location"]) == (301, f"{path}?of=hsi")
    response = client.get("/STRUCTURE/?OF=homeland-security-investigations&x=1")
    assert response["Location"] == "/structure/?x=1&of=hsi"
    assert client.get("/structure")["Location"] == "/structure/"
    assert client.get("/Structure/Chart.SVG")["Location"] == "/structure/chart.svg"


def test_the_chart_of_a_closed_unit_leads_to_its_page_and_has_no_picture(client, sample):
    agency = Unit.objects.get(kind="agency")
    office = published(make_unit(parent=agency, slug="old"), at=NOW)
    close(unit=office, successors=[agency], by=None, at=NOW + timedelta(hours=1))
    response = client.get("/structure/?of=old")
    assert (response.status_code, response["Location"]) == (301, "/offices/old/")
    html(client, "/structure/chart.svg?of=old", status=404)


def test_without_a_published_unit_the_page_says_so(client):
    assert "Nothing is published here yet" in html(client, "/structure/")
    html(client, "/structure/chart.svg", status=404)


def test_the_whole_structure_is_in_the_sitemap_and_second_in_the_menu(client, sample):
    sitemap = html(client, "/sitemap.xml")
    assert sitemap.count("/structure/") == 1
    page = html(client, "/")
    menu = page[page.index("usa-nav__primary") :]
    assert menu.index('href="/structure/"') < menu.index('href="/directorates/"')


@pytest.mark.parametrize("offices", [7, 400])
def test_a_page_of_the_structure_is_small(client, offices):
    load_fictional(offices=offices, at=NOW)
    for path in ("/structure/", "/structure/?of=imaginary-clouds"):
        assert len(html(client, path)) < 100_000
        assert len(client.get(path.replace("/?", "/chart.svg?")).content) < 150_000


@pytest.mark.parametrize("offices", [10, 300])
def test_a_chart_keeps_its_query_budget(client, offices, django_assert_max_num_queries):
    load_fictional(offices=offices, at=NOW)
    for path in ("/structure/", "/structure/?of=imaginary-clouds", "/structure/chart.svg"):
        with django_assert_max_num_queries(8):
            client.get(path)


def test_a_preview_shows_the_chart_and_its_picture(client, sample):
    draft = published(
        make_unit(parent=Unit.objects.get(kind="agency"), name="Later Office"),
        at=NOW,
        effective_from=timezone.now() + timedelta(days=9),
    )
    client.force_login(make_user(is_superuser=True))
    day = local_time.day_of(timezone.now() + timedelta(days=10), "UTC")
    instant = f"{day}T12:00"
    for path in ("structure/", "structure/chart.svg"):
        assert draft.name in html(client, f"/preview/at/{instant}/{path}")
        assert draft.name not in html(client, f"/{path}")


def test_a_moved_unit_changes_the_charts_of_both_places(client, sample):
    agency = Unit.objects.get(kind="agency")
    division = published(make_directorate(parent=agency, slug="division"), at=NOW)
    published(make_unit(parent=division, name="Moving", slug="moving"), at=NOW)
    assert "Moving" in html(client, "/structure/?of=division")
    moved = changed(Unit.objects.get(slug="moving"), at=timezone.now(), parent=agency)
    published(moved, at=timezone.now())
    assert "Moving" not in html(client, "/structure/?of=division")
    assert "Moving" in html(client, "/structure/")
