"""An urgent correction while something is scheduled, and a version restored: in Chromium, with clicks counted."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from directorates.models import Unit
from tests.browser.clicks import Clicks
from tests.browser.test_editor_journey import sign_in
from tests.factories import changed, published


@pytest.fixture
def click():
    return Clicks()


def in_force(unit, at):
    return unit.editions.in_force(at).get()


def test_a_correction_while_something_is_scheduled_takes_eight_clicks(page, site, hsi, click):
    day = timezone.now() + timedelta(days=30)
    later = changed(hsi, summary="What is planned for next month.")
    published(later, at=timezone.now(), effective_from=day)
    sign_in(page, site)

    click(page.locator("#tree").get_by_role("link", name=hsi.name))
    click(page.get_by_role("link", name="Correct what is public now…"))
    click(page.get_by_label("Phone"))
    page.get_by_label("Phone").fill("202-555-0199")
    click(page.get_by_role("button", name="Look at the changes…"))
    expect(page.get_by_role("region", name="What the public sees at once")).to_contain_text(
        "202-555-0199"
    )
    click(page.get_by_role("button", name="Publish the correction now"))

    expect(page.locator(".messagelist")).to_contain_text("The public sees it now.")
    assert click.count <= 8
    now = in_force(hsi, timezone.now())
    assert (now.phone, "planned" in now.summary) == ("202-555-0199", False)
    planned = in_force(hsi, day)
    assert (planned.phone, planned.summary) == ("202-555-0199", "What is planned for next month.")


def test_two_versions_are_compared_and_one_is_restored_in_five_clicks(page, site, hsi, click):
    before = in_force(hsi, timezone.now()).summary
    published(changed(hsi, summary="A worse sentence than before."), at=timezone.now())
    sign_in(page, site)

    click(page.locator("#tree").get_by_role("link", name=hsi.name))
    click(page.get_by_role("link", name="History"))
    expect(page.get_by_role("main")).to_contain_text("A worse sentence than before.")
    click(page.get_by_role("button", name="Make version 1 my draft"))

    expect(page.locator(".messagelist")).to_contain_text("is a draft now")
    assert click.count <= 5
    assert Unit.objects.get(pk=hsi.pk).summary == before
