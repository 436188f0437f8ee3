"""A change of the organization in a browser: one set, two people, one instant."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from directorates.models import ChangeSet, Unit
from tests.browser.test_editor_journey import PASSWORD
from tests.factories import changed, make_user

SETS = "/admin/directorates/changeset/"


@pytest.fixture(autouse=True)
def _two_people(settings):
    settings.AUTHORS_MAY_APPROVE = False


def person(browser, site, role):
    """Return a page with a signed-in person of this role."""
    user = make_user(role=role, password=PASSWORD, first_name=role)
    page = browser.new_context().new_page()
    page.goto(f"{site}/admin/")
    page.locator("input[autocomplete=username]").fill(user.username)
    page.locator("input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("#user-tools").wait_for()
    return page


def test_a_reorganization_is_reviewed_and_takes_effect_at_one_instant(
    browser, page, site, monkeypatch
):
    hsi, opla = Unit.objects.get(identifier="hsi"), Unit.objects.get(identifier="opla")
    old_address = f"{site}/directorates/{hsi.slug}/"
    changed(hsi, name="Homeland Investigations", slug="homeland-investigations")
    changed(opla, head_title="Principal Legal Advisor", head_status="vacant")
    day = timezone.localdate() + timedelta(days=30)

    editor = person(browser, site, "Editor")
    editor.goto(f"{site}{SETS}add/")
    editor.get_by_label("Title").fill("A new name and a vacant post")
    editor.locator("#id_effective_from_0").fill(f"{day:%Y-%m-%d}")
    editor.locator("#id_effective_from_1").fill("00:00")
    editor.get_by_label("Homeland Investigations").check()
    editor.get_by_label("Office of the Principal Legal Advisor").check()
    editor.get_by_role("button", name="Save", exact=True).click()
    editor.get_by_role("button", name="Submit for review").click()
    expect(editor.locator(".record-state")).to_contain_text("in review")

    reviewer = person(browser, site, "Reviewer")
    waiting = reviewer.get_by_role("region", name="Waits for you")
    waiting.get_by_role("link", name="A new name and a vacant post").click()
    expect(reviewer.locator("main")).to_contain_text("Homeland Investigations")
    reviewer.get_by_role("link", name="Affected pages").click()
    expect(reviewer.locator("main")).to_contain_text("Homeland Investigations")
    reviewer.get_by_role("link", name="Back to the change set").click()
    reviewer.get_by_role("link", name="Preview the site").click()
    reviewer.get_by_role("link", name="Learn more about HSI").click()
    assert (
        reviewer.get_by_role("heading", level=1).inner_text().startswith("Homeland Investigations")
    )
    reviewer.get_by_role("link", name="Back to the change set").click()
    reviewer.get_by_label("Comment").fill("Say in the public note why.")
    reviewer.get_by_role("button", name="Return with comments").click()
    expect(reviewer.locator(".record-state")).to_contain_text("returned")

    editor.goto(f"{site}/admin/")
    returned = editor.get_by_role("region", name="Waits for you")
    returned.get_by_role("link", name="A new name and a vacant post").click()
    expect(editor.locator("main")).to_contain_text("Say in the public note why.")
    editor.get_by_label("Public note").fill("Renamed by statute.")
    editor.get_by_role("button", name="Save", exact=True).click()
    editor.get_by_role("button", name="Submit for review").click()
    reviewer.reload()
    reviewer.get_by_role("button", name="Approve").click()
    expect(reviewer.locator(".record-state")).to_contain_text("approved")

    page.goto(site)
    expect(page.locator("main")).not_to_contain_text("Homeland Investigations")
    instant = ChangeSet.objects.get().effective_from
    monkeypatch.setattr(timezone, "now", lambda: instant)
    page.goto(site)
    expect(page.locator("main")).to_contain_text("Homeland Investigations")
    page.goto(old_address)
    assert page.url == f"{site}/directorates/homeland-investigations/"
    expect(page.locator("main")).to_contain_text("Renamed by statute.")
    steps = [step.name for step in ChangeSet.objects.get().steps.all()]
    assert steps == ["create", "add", "add", "submit", "return", "change", "submit", "approve"]
    assert re.match("Say", ChangeSet.objects.get().steps.get(name="return").comment)
    assert ChangeSet.objects.get().find_all_editions()
