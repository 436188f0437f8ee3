"""Every public page in Chromium."""

import pytest

from directorates.actions.publishing.closing import close
from directorates.models import SiteSettings, Unit
from directorates.views import public_pages
from tests.browser.conftest import WIDTHS
from tests.factories import NOON, make_unit, published, published_series
from tests.sample import load_fictional

#: A browser offers them for download, or shows them without a page.
FILES = {"changes-feed", "figures-csv", "figures-json"}
PATHS = [
    *(
        page.address
        for page in public_pages.PAGES
        if page.has_one_address and not page.is_one_of_many and page.name not in FILES
    ),
    "/compare/?of=closed-office&from=1&to=2",
    "/directorates/homeland-security-investigations/?on=2026-03-02",
    "/offices/?by=part-of",
    "/directorates/homeland-security-investigations/",
    "/directorates/management-and-administration/",
    "/offices/office-of-the-chief-financial-officer/",
    "/offices/closed-office/",
    "/figures/workforce/",
    "/figures/by-year/",
    "/search/?q=foia",
    "/search/?q=office",
    "/search/?q=zzzz",
    "/search/?q=x",
    "/nothing/",
]


@pytest.fixture
def whole_site(site):
    """Serve the sample agency with a closed office and a series of numbers; return its address."""
    agency = Unit.objects.get(kind="agency")
    office = published(make_unit(parent=agency, slug="closed-office"))
    close(unit=office, successors=[agency], by=None, at=NOON.replace(hour=13))
    published_series(*range(1100, 1400, 30), unit=agency, identifier="by-year")
    return site


def test_axe_finds_nothing_on_any_page_and_none_is_too_wide(page, whole_site, find_axe_violations):
    found = {}
    for path in PATHS:
        page.goto(whole_site + path)
        if violations := find_axe_violations(page, widths=WIDTHS, forced_colors=True):
            found[path] = violations
    assert found == {}


def test_axe_finds_nothing_on_the_style_guide(page, site, settings, find_axe_violations):
    settings.DEBUG = True
    page.goto(f"{site}/style-guide/")
    assert page.get_by_role("heading", level=1).inner_text().startswith("Style guide")
    assert find_axe_violations(page, widths=WIDTHS) == []


def test_axe_finds_what_is_wrong(page, site, find_axe_violations):
    page.goto(site)
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert any("button-name" in violation for violation in find_axe_violations(page))


@pytest.mark.parametrize("path", ["/about/", "/offices/", "/survey/"])
def test_content_that_is_read_from_right_to_left_makes_no_page_wider(page, site, path):
    SiteSettings.objects.update(language="ar")
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(site + path)
    assert page.evaluate("document.documentElement.dir") == "rtl"
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_browser_complains_of_nothing_and_keeps_no_cookie(
    page, context, whole_site, browser_complaints
):
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    for path in PATHS:
        if path != "/nothing/":
            page.goto(whole_site + path)
            page.wait_for_load_state("networkidle")
    assert browser_complaints == []
    assert context.cookies() == []
    assert [url for url in requests if not url.startswith(whole_site)] == []


def test_the_first_tab_leads_past_the_header(page, site):
    page.goto(site)
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main-content"


@pytest.mark.parametrize("width", WIDTHS)
def test_the_menu_works_by_keyboard(page, site, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(site)
    offices = page.get_by_role("navigation", name="Main").get_by_role("link", name="Offices")
    if not offices.is_visible():
        page.locator("summary", has_text="Menu").focus()
        page.keyboard.press("Enter")
    offices.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/offices/")
    assert page.get_by_role("heading", level=1).inner_text() == "Offices"


def test_everything_is_there_without_javascript(browser, site):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 800})
    page = context.new_page()
    page.goto(site)
    assert page.get_by_role("link", name="Learn more about HSI").is_visible()
    page.locator("summary", has_text="Menu").click()
    assert page.get_by_role("navigation", name="Main").get_by_role("link").count() == 6
    page.get_by_role("link", name="Tell us about your visit").click()
    page.get_by_role("group", name="trust").locator("label").nth(3).click()
    page.get_by_role("button", name="Send my answers").click()
    page.wait_for_url("**/survey/thanks/**")
    context.close()


def test_without_styles_the_text_stands_in_its_order(browser, site):
    context = browser.new_context()
    page = context.new_page()
    page.route("**/*.css", lambda route: route.abort())
    page.goto(site)
    words = page.locator("body").inner_text()
    order = ["Skip to main content", "Who We Are", "Key facts", "Learn more about ERO", "Updated:"]
    places = [words.rindex(part) if part == "Updated:" else words.index(part) for part in order]
    assert places == sorted(places)
    context.close()


def test_a_visitor_finds_a_unit_and_the_one_above_it(page, site):
    page.goto(site)
    page.get_by_role("link", name="Learn more about CFO").click()
    assert (
        page.get_by_role("heading", level=1)
        .inner_text()
        .startswith("Office of the Chief Financial Officer")
    )
    crumbs = page.get_by_role("navigation", name="Breadcrumbs")
    crumbs.get_by_role("link", name="Management and Administration").click()
    assert page.get_by_role("heading", name="Offices of M&A").is_visible()


def test_a_visitor_reads_a_long_list_page_by_page(page, live_server):
    load_fictional(offices=120)
    page.goto(f"{live_server.url}/offices/")
    page.get_by_role("link", name="Next").click()
    page.wait_for_url("**/offices/?page=2")
    assert "page 2 of 2" in page.title()


def test_the_page_prints_as_one_clean_document(page, site):
    page.goto(site)
    page.emulate_media(media="print")
    assert not page.get_by_role("navigation", name="Main").is_visible()
    assert page.get_by_role("heading", name="Homeland Security Investigations").is_visible()


@pytest.mark.parametrize(("width", "is_open"), [(320, False), (1280, True)])
def test_responsibilities_are_folded_on_small_screens_only(page, site, width, is_open):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(site)
    assert page.get_by_text("Bond management", exact=True).is_visible() is is_open


def test_the_sites_font_comes_from_the_site(page, site):
    page.goto(site)
    loaded = "document.fonts.ready.then(() => document.fonts.check('700 1rem \\'Public Sans\\''))"
    assert page.evaluate(loaded)


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_axe_finds_nothing_in_any_scheme(page, site, find_axe_violations, scheme):
    page.emulate_media(color_scheme=scheme)
    for path in ("/", "/directorates/homeland-security-investigations/", "/survey/"):
        page.goto(site + path)
        assert find_axe_violations(page) == []
