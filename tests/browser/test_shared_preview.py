"""A change set shown to a person without an account: an editor makes the link, another browser opens it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from directorates.actions import sharing
from directorates.actions.reviewing import reviewing
from directorates.models import PreviewLinkUse, Unit
from tests.browser.conftest import WIDTHS
from tests.browser.test_editor_journey import sign_in
from tests.factories import changed

NEVER_MADE = "/shared/nonsense/"


@pytest.fixture
def change_set(site):
    draft = changed(Unit.objects.get(identifier="hsi"), name="Homeland Investigations")
    now = timezone.now()
    return reviewing.create(
        title="A new name", records=[draft], by=None, at=now, effective_from=now + timedelta(days=9)
    )


@pytest.fixture
def shared(site, change_set):
    _, token = sharing.share(
        change_set=change_set, for_whom="Counsel", days=7, by=None, at=timezone.now()
    )
    return f"{site}/shared/{token}/"


def test_axe_finds_nothing_on_a_shared_preview(
    page, context, site, shared, find_axe_violations, browser_complaints
):
    found = {}
    addresses = [shared, f"{shared}about/", f"{shared}offices/"]
    for address in addresses:
        assert page.goto(address).status == 200
        found[address] = find_axe_violations(page, widths=WIDTHS)
    assert browser_complaints == []
    page.goto(site + NEVER_MADE)
    found[NEVER_MADE] = find_axe_violations(page, widths=WIDTHS)
    assert {address: violations for address, violations in found.items() if violations} == {}
    assert context.cookies() == []


def test_an_outsider_walks_a_planned_change_until_the_link_is_revoked(
    browser, page, site, change_set, find_axe_violations
):
    page.set_viewport_size({"width": 320, "height": 800})
    sign_in(page, site)
    page.goto(site + change_set.get_absolute_url())
    page.locator("summary").filter(has_text="Links for people without an account").click()
    page.get_by_label("For whom").fill("Counsel of the department")
    page.get_by_label("Ends after").select_option("3 days")
    page.get_by_role("button", name="Make a link").click()
    address = page.get_by_label("Address").input_value()
    assert find_axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320

    outsider = browser.new_context().new_page()
    outsider.goto(address)
    outsider.get_by_role("link", name="Learn more about HSI").click()
    expect(outsider.get_by_role("heading", level=1)).to_contain_text("Homeland Investigations")
    assert outsider.url.startswith(address)
    assert outsider.evaluate("document.referrer") == ""

    page.get_by_role("link", name="Back to the change set").click()
    links = page.get_by_role("region", name="Links for people without an account")
    expect(links).to_contain_text("2 times, last on")
    assert find_axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("button", name="Revoke the link for Counsel of the department").click()
    expect(page.locator(".messagelist")).to_contain_text("is revoked")
    assert outsider.reload().status == 404
    expect(outsider.locator("main")).to_contain_text("It may have ended")
    assert PreviewLinkUse.objects.count() == 2


def test_staff_choose_another_day_on_the_page_they_look_at(page, site, change_set):
    sign_in(page, site)
    page.goto(f"{site}/preview/at/2026-03-02T12:00/offices/")
    page.get_by_label("Day").fill("2100-10-01")
    page.get_by_label("Time").fill("09:30")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**/preview/at/2100-10-01T09:30/offices/")
    bar = page.get_by_role("region", name="Preview")
    expect(bar).to_contain_text("The site as it will be on October 1, 2100, 9:30 AM")
