"""The page of a change set as two people follow it, and the pages of versions and corrections: in Chromium."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from directorates.actions.reviewing import remarking, reviewing
from directorates.models import Unit
from tests.browser.test_editor_journey import sign_in
from tests.browser.test_review_journey import _two_people, person  # noqa: F401
from tests.factories import changed, make_user, published


@pytest.fixture
def change_set(hsi):
    draft = changed(hsi, phone="202-555-0100", summary="Another sentence about it.")
    return reviewing.create(title="A telephone", records=[draft], by=make_user(), at=timezone.now())


def test_two_people_remark_answer_and_tick_off(browser, site, change_set):
    reviewer = person(browser, site, "Reviewer")
    reviewer.goto(f"{site}{change_set.get_absolute_url()}")
    reviewer.get_by_text("Add a remark").click()
    reviewer.get_by_label("About").select_option("Phone")
    reviewer.get_by_label("Remark", exact=True).fill("Is it the new one?")
    reviewer.get_by_role("button", name="Add the remark").click()
    expect(reviewer.get_by_role("article", name="Remark about Phone")).to_be_visible()

    editor = person(browser, site, "Editor")
    editor.goto(f"{site}{change_set.get_absolute_url()}")
    expect(editor.get_by_role("region", name="Next")).to_contain_text("1 open remark")
    remark = editor.get_by_role("article", name="Remark about Phone")
    remark.get_by_role("textbox").fill("It is, since Monday.")
    remark.get_by_role("button", name="Answer").click()
    expect(remark).to_contain_text("It is, since Monday.")
    remark.get_by_role("button", name="Tick off").click()
    expect(remark).to_contain_text("Ticked off by")
    expect(editor.get_by_role("region", name="Next")).not_to_contain_text("open remark")


def test_any_two_versions_are_chosen_compared_and_restored_in_five_clicks(page, site, hsi):
    first = hsi.editions.get(number=1).summary
    for words in ("The second sentence.", "The third sentence."):
        published(changed(hsi, summary=words), at=timezone.now())
    sign_in(page, site)
    page.goto(f"{site}/admin/directorates/directorate/{hsi.pk}/change/")

    page.get_by_role("link", name="History").click()
    page.get_by_label("Compare from version 1").check()
    page.get_by_label("Compare to version 3").check()
    page.get_by_role("button", name="Compare the two chosen").click()
    expect(page.get_by_role("region", name="From version 1 to version 3")).to_be_visible()
    page.get_by_role("button", name="Make version 1 my draft").click()

    expect(page.locator(".messagelist")).to_contain_text("is a draft now")
    assert Unit.objects.get(pk=hsi.pk).summary == first


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_on_sets_versions_and_corrections(
    page, site, hsi, change_set, find_axe_violations, width
):
    remark = remarking.remark(
        change_set=change_set, record=hsi, field="phone", words="Is it?", by=None, at=timezone.now()
    )
    remarking.tick_off(remark=remark, by=None, at=timezone.now())
    remarking.remark(
        change_set=change_set, record=hsi, words="Another.", by=None, at=timezone.now()
    )
    later = timezone.now() + timedelta(days=9)
    ero = Unit.objects.get(identifier="ero")
    published(changed(ero, phone="202-555-0101"), at=timezone.now(), effective_from=later)
    page.set_viewport_size({"width": width, "height": 2400})
    sign_in(page, site)
    form = f"{site}/admin/directorates/directorate/{ero.pk}"
    for address in (f"{site}{change_set.get_absolute_url()}", f"{form}/history/"):
        page.goto(address)
        assert find_axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(f"{form}/correct/")
    page.get_by_label("Phone").fill("202-555-0199")
    page.get_by_role("button", name="Look at the changes…").click()
    expect(page.get_by_role("group", name="Phone: what stays?")).to_be_visible()
    assert find_axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
