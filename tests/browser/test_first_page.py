"""The first page in Chromium: by keyboard, while one types, for those who do not see it, in every width and color."""

import re

import pytest
from playwright.sync_api import expect

from directorates.actions.publishing import drafting
from directorates.models import Unit
from tests.browser.conftest import wait_until
from tests.browser.test_editor_journey import sign_in
from tests.factories import NOON

#: The mocks' widths: a desktop, a tablet, a telephone.
WIDTHS = [1280, 800, 320]


@pytest.fixture
def first_page(page, site):
    unit = Unit.objects.get(identifier="hsi")
    unit.summary = "A draft of another sentence, which the public does not read yet."
    drafting.save(record=unit, relations={}, by=None, at=NOON)
    sign_in(page, site)
    return page


def focused(page):
    return page.evaluate("document.activeElement.textContent.trim()")


def test_axe_finds_nothing_in_any_width_and_in_forced_colors(first_page, site, find_axe_violations):
    found = {}
    for path in ("/admin/", "/admin/?q=home", "/admin/calendar/", "/admin/help/", "/accounts/2fa/"):
        for colors in ("none", "active"):
            first_page.emulate_media(forced_colors=colors)
            first_page.goto(site + path)
            found[path, colors] = find_axe_violations(first_page, widths=WIDTHS)
    first_page.emulate_media(forced_colors="none", color_scheme="dark")
    first_page.goto(f"{site}/admin/")
    found["/admin/", "dark"] = find_axe_violations(first_page, widths=WIDTHS)
    assert {at: violations for at, violations in found.items() if violations} == {}


def test_the_tree_is_walked_folded_and_opened_by_keyboard(first_page):
    page = first_page
    page.locator("#filter").focus()
    page.keyboard.press("ArrowDown")
    assert "Immigration and Customs Enforcement" in focused(page)
    page.keyboard.press("End")
    assert "Professional Responsibility" in focused(page)
    management = page.get_by_role("link", name=re.compile("^Management and Administration"))
    management.focus()
    page.keyboard.press("ArrowRight")
    assert "Chief Financial Officer" in focused(page)
    page.keyboard.press("ArrowLeft")
    expect(management).to_be_focused()
    page.keyboard.press("ArrowLeft")
    office = page.get_by_role("link", name=re.compile("^Office of the Chief Financial Officer"))
    expect(office).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(office).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/office/*/change/")


def test_every_link_of_the_tree_is_reached_by_tab_and_its_focus_is_seen(first_page):
    page = first_page
    page.locator("#filter").focus()
    stops = []
    for _ in range(60):
        page.keyboard.press("Tab")
        stops.append(
            page.evaluate(
                "() => { const it = document.activeElement;"
                " return {tree: Boolean(it.closest('#tree')), name: it.textContent.trim(),"
                " line: getComputedStyle(it).outlineStyle}; }"
            )
        )
    in_tree = [stop for stop in stops if stop["tree"]]
    assert {stop["line"] for stop in in_tree} == {"solid"}
    assert all(stop["name"] for stop in in_tree)
    assert sum(stop["name"].startswith("Add a unit below") for stop in in_tree) == 7


def test_the_list_is_filtered_while_one_types(first_page):
    page = first_page
    page.locator("#filter").press_sequentially("finan")
    expect(page.locator("#tree-says")).to_have_text("1 unit found.")
    names = page.locator("#tree .node__name")
    expect(names).to_have_count(3)
    assert "q=finan" in page.url
    page.locator("#filter").fill("")
    expect(names).to_have_count(7)
    wait_until(page, "!document.querySelector('#tree').hasAttribute('aria-busy')")


def test_the_state_of_each_unit_is_in_the_accessibility_tree(first_page):
    link = first_page.get_by_role("link", name=re.compile("^Homeland Security Investigations"))
    expect(link).to_have_accessible_description(re.compile(r"Published .*; Draft"))
    agency = first_page.get_by_role("link", name=re.compile("^U.S. Immigration"))
    expect(agency).to_have_accessible_description(re.compile(r"^Published \w+ \d+, \d{4}$"))
    folds = first_page.locator("#tree summary")
    assert all("Units below" in words for words in folds.all_text_contents())


def test_escape_closes_the_account_menu(first_page):
    page = first_page
    summary = page.locator("#user-tools summary")
    summary.click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Log out")).to_be_hidden()
    expect(summary).to_be_focused()
