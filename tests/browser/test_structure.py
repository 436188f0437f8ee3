"""The chart of the organization in Chromium."""

import pytest

from directorates.models import Unit
from tests.browser.conftest import WIDTHS
from tests.factories import make_unit, published
from tests.sample import load_fictional

LONG = "Officeof" + "w" * 52


@pytest.fixture
def large_site(live_server):
    """Serve an agency with many offices, and with a name of one long word; return its address."""
    load_fictional(offices=300)
    parent = Unit.objects.get(slug="imaginary-rainbows")
    published(make_unit(name=LONG, parent=parent, head_title="Director", head_status="vacant"))
    return live_server.url


def test_axe_finds_nothing_on_a_chart_of_one_row(page, site, find_axe_violations):
    for path in ("/structure/", "/structure/?of=management-and-administration"):
        page.goto(site + path)
        assert find_axe_violations(page, widths=[*WIDTHS, 768]) == []


def test_axe_finds_nothing_on_a_chart_of_rows_with_every_branch_open(
    page, large_site, find_axe_violations
):
    for path in ("/structure/", "/structure/?of=imaginary-rainbows"):
        page.goto(large_site + path)
        page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
        assert find_axe_violations(page, widths=[*WIDTHS, 768]) == []


def test_a_branch_opens_by_keyboard(page, large_site):
    page.goto(f"{large_site}/structure/")
    office = page.get_by_role("link", name=LONG)
    assert not office.is_visible()
    branch = page.locator("summary", has_text="of DIR")
    branch.focus()
    page.keyboard.press("Enter")
    assert office.is_visible()


def test_a_folded_branch_prints(page, large_site):
    page.goto(f"{large_site}/structure/")
    page.emulate_media(media="print")
    folded = page.locator("main details:not([open]) .leaves")
    assert folded.count() > 4
    heights = folded.evaluate_all("lists => lists.map(one => one.getBoundingClientRect().height)")
    assert min(heights) > 100


def test_the_first_row_is_beside_itself_on_a_wide_screen_and_below_itself_on_a_small_one(
    page, site
):
    page.goto(f"{site}/structure/")
    boxes = page.locator(".chart--top > li > .chart__branch > li > .chart__node")
    for width, rows in ((1280, 1), (768, 5), (320, 5)):
        page.set_viewport_size({"width": width, "height": 800})
        tops = boxes.evaluate_all("all => all.map(one => one.getBoundingClientRect().top)")
        assert len(set(tops)) == rows


def test_no_text_of_a_picture_leaves_its_box_or_the_picture(page, large_site):
    for path in ("/structure/chart.svg", "/structure/chart.svg?of=imaginary-rainbows"):
        page.goto(large_site + path)
        outside = page.evaluate("""() => {
            const [, , width, height] = document.documentElement.getAttribute("viewBox").split(" ").map(Number);
            return [...document.querySelectorAll("text")].filter(text => {
                const inner = text.getBBox(), rect = text.parentNode.querySelector(":scope > rect");
                const outer = rect && rect.tagName === "rect" && text.parentNode.role === "listitem"
                    ? rect.getBBox() : {x: 0, y: 0, width, height};
                const isContinued = text.textContent.endsWith(", continued");
                return !isContinued && (inner.x < outer.x || inner.x + inner.width > outer.x + outer.width
                    || inner.y < outer.y || inner.y + inner.height > outer.y + outer.height);
            }).map(text => text.textContent);
        }""")
        assert outside == []


def test_a_picture_breaks_no_rule_of_the_browser(page, site, browser_complaints):
    page.goto(f"{site}/structure/chart.svg")
    assert page.locator("text", has_text="Homeland Security").count() >= 1
    assert browser_complaints == []


def test_a_visitor_goes_from_a_unit_to_the_structure_and_back(page, site):
    page.goto(f"{site}/offices/office-of-the-chief-financial-officer/")
    page.get_by_role("navigation", name="Where it stands").get_by_role(
        "link", name="The whole structure"
    ).click()
    page.wait_for_url("**/structure/")
    page.locator(".chart").get_by_role("link", name="Management and Administration").click()
    page.wait_for_url("**/directorates/management-and-administration/")
    place = page.get_by_role("navigation", name="Where it stands")
    assert place.get_by_role("link", name="Office of the Chief Financial Officer").is_visible()
