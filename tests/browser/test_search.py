"""A visitor searches by the form of the header and narrows the results, without script."""

import pytest
from playwright.sync_api import expect


@pytest.fixture
def visitor(browser, site):
    """A page without script, on a small screen."""
    context = browser.new_context(
        base_url=site, java_script_enabled=False, viewport={"width": 320, "height": 800}
    )
    yield context.new_page()
    context.close()


def search(page, words):
    field = page.get_by_role("banner").get_by_role("searchbox")
    field.fill(words)
    field.press("Enter")


def test_one_search_from_the_overview_says_who_handles_it(visitor):
    visitor.goto("/")
    search(visitor, "who handles FOIA requests?")
    heading = visitor.get_by_role("heading", level=1)
    expect(heading).to_contain_text("for “who handles FOIA requests?”")
    first = visitor.locator("main").get_by_role("link").first
    expect(first).to_have_text("Management and Administration (M&A)")
    first.click()
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("Management and Administration")


def test_a_misspelt_word_is_forgiven_and_said(visitor):
    visitor.goto("/about/")
    search(visitor, "procurment")
    expect(visitor.get_by_text("Nothing here has the word “procurment”.")).to_be_visible()
    expect(visitor.locator("main mark").first).to_have_text("Procurement")


def test_results_are_narrowed_by_the_form(visitor):
    visitor.goto("/search/?q=office")
    visitor.get_by_text("Narrow the results").click()
    visitor.get_by_role("radio", name="Figures").check()
    visitor.get_by_role("button", name="Show results").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("3 results for “office”")
    expect(visitor.get_by_role("heading", level=2)).to_have_text(["Figures"])


def test_after_nothing_another_word_can_be_typed_at_once(visitor):
    visitor.goto("/search/?q=zzzz")
    field = visitor.get_by_label("What are you looking for?")
    expect(field).to_have_value("zzzz")
    field.fill("ethics")
    field.press("Enter")
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("for “ethics”")
