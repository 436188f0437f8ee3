"""A colleague is added for one unit, signs in by the invitation's link, and edits."""

from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from directorates.models import Unit
from tests.browser.clicks import Clicks
from tests.browser.conftest import WIDTHS
from tests.browser.test_editor_journey import sign_in

#: The most clicks from the first page to the link.
MOST_CLICKS = 6


@pytest.fixture
def unit(site):
    return Unit.objects.filter(kind="directorate").order_by("position").first()


def test_a_colleague_is_added_for_one_unit_in_six_clicks_and_edits(
    page, browser, site, settings, unit, browser_complaints, find_axe_violations
):
    sign_in(page, site)
    clicks = Clicks()
    clicks(page.locator("#side").get_by_role("link", name="Colleagues"))
    clicks(page.get_by_role("link", name="Add a colleague"))
    page.get_by_label("Name", exact=True).fill("Ada Lovelace")
    page.get_by_label("Work e-mail").fill("ada@example.gov")
    clicks(page.get_by_role("radio", name="Editor"))
    clicks(page.get_by_role("checkbox", name=unit.name))
    assert find_axe_violations(page, widths=WIDTHS) == []
    clicks(page.get_by_role("button", name="Add colleague and show the link"))
    expect(page.get_by_role("heading", name="One step is left: the passkey")).to_be_visible()
    assert clicks.count <= MOST_CLICKS
    assert find_axe_violations(page, widths=WIDTHS) == []
    link = page.get_by_label("Address").input_value()
    ada = User.objects.get(username="ada")
    assert [row.unit for row in ada.unit_assignments.all()] == [unit]
    assert browser_complaints == []

    settings.ALLOWED_HOSTS = ["localhost"]
    settings.LOCAL = False
    context = browser.new_context()
    hers = context.new_page()
    give_virtual_device(hers)
    here = site.replace("127.0.0.1", "localhost")
    hers.goto(f"{here}{urlsplit(link).path}")
    assert find_axe_violations(hers, widths=WIDTHS) == []
    hers.get_by_role("button", name="Continue to the passkey").click()
    hers.get_by_role("button", name="Add a passkey").click()
    hers.get_by_role("button", name="Use your passkey").click()
    expect(hers.get_by_role("heading", name="Recovery codes")).to_be_visible()
    hers.goto(f"{here}/admin/directorates/directorate/{unit.pk}/change/")
    hers.get_by_label("Summary").fill("A summary that Ada wrote.")
    hers.locator("[name=_save], [name=_continue]").first.click()
    expect(hers.locator(".messagelist")).to_contain_text(unit.name)
    unit.refresh_from_db()
    assert (unit.summary, unit.saved_by) == ("A summary that Ada wrote.", ada)
    hers.goto(f"{here}{urlsplit(link).path}")
    expect(hers.get_by_text("The account has a passkey already.")).to_be_visible()
    context.close()


def give_virtual_device(page):
    debugger = page.context.new_cdp_session(page)
    debugger.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    debugger.send("WebAuthn.addVirtualAuthenticator", {"options": options})
