"""The instant of a change in Chromium: the buttons say when a change takes effect, and do so."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from directorates.actions.reviewing import reviewing
from directorates.models import ChangeSet, Unit, UnitEdition
from directorates.rules.local_time import day_of
from tests.browser.test_editor_journey import sign_in
from tests.factories import changed


@pytest.fixture
def day():
    return day_of(timezone.now() + timedelta(days=90), "America/New_York")


def words_for(day, clock="12:00 AM"):
    return f"{day:%B} {day.day}, {day.year} at {clock}"


@pytest.fixture
def publish_page(page, site, hsi):
    changed(hsi, summary="Another.")
    sign_in(page, site)
    page.goto(f"{site}/admin/directorates/directorate/{hsi.pk}/publish/")
    return page


@pytest.fixture
def close_page(page, site):
    sign_in(page, site)
    office = Unit.objects.get(acronym="OCFO")
    page.goto(f"{site}/admin/directorates/office/{office.pk}/close/")
    return page


def test_typing_a_day_chooses_it_and_the_button_says_so(publish_page, hsi, day):
    page = publish_page
    expect(page.get_by_role("button", name="Publish now", exact=True)).to_be_visible()

    page.get_by_label("Day:").fill(str(day))

    expect(page.get_by_label("On the day and at the time below")).to_be_checked()
    page.get_by_label("Time:").fill("08:30")
    button = page.get_by_role("button", name=f"Schedule for {words_for(day, '8:30 AM')}")
    expect(page.get_by_role("button", name="Publish now")).to_be_hidden()
    button.click()
    expect(page.locator(".messagelist")).to_contain_text(words_for(day, "8:30 AM"))
    assert not UnitEdition.objects.in_force(timezone.now()).filter(summary="Another.").exists()


def test_choosing_now_empties_the_day_and_choosing_the_day_brings_it_back(publish_page, day):
    page = publish_page
    page.get_by_label("Day:").fill(str(day))
    page.get_by_label("Now", exact=True).check()
    expect(page.get_by_label("Day:")).to_have_value("")
    expect(page.get_by_role("button", name="Publish now", exact=True)).to_be_visible()
    page.get_by_label("On the day and at the time below").check()
    expect(page.get_by_label("Day:")).to_have_value(str(day))
    page.get_by_label("Now", exact=True).check()
    page.get_by_role("button", name="Publish now").click()
    expect(page.locator(".messagelist")).to_contain_text("The public sees it now.")


def test_a_day_that_is_half_typed_is_not_taken_for_none(publish_page):
    page = publish_page
    page.get_by_label("Day:").focus()
    page.keyboard.type("03012027")
    expect(page.get_by_label("Day:")).to_have_value("2027-03-01")
    expect(page.get_by_label("On the day and at the time below")).to_be_checked()
    page.get_by_label("Now", exact=True).check()
    page.get_by_label("Day:").focus()
    page.keyboard.type("03")
    page.locator(".submit-row button").click()
    assert page.get_by_label("Day:").evaluate("day => day.validity.badInput")
    assert page.url.endswith("/publish/")
    assert not UnitEdition.objects.filter(summary="Another.").exists()


def test_without_scripts_the_button_follows_the_choice_and_the_server_refuses(browser, publish_page, day):  # fmt: skip
    state = publish_page.context.storage_state()
    context = browser.new_context(java_script_enabled=False, storage_state=state)
    page = context.new_page()
    page.goto(publish_page.url)
    page.get_by_label("Day:").fill(str(day))
    page.get_by_role("button", name="Publish now").click()
    expect(page.locator("main, #content-main").first).to_contain_text("but also typed a day")
    page.get_by_label("On the day and at the time below").check()
    page.get_by_role("button", name="Schedule for the day and time above").click()
    expect(page.locator(".messagelist")).to_contain_text("Scheduled:")
    context.close()


def test_a_closure_says_which_of_three_ways_it_goes(close_page, day):
    page = close_page
    expect(page.get_by_role("button", name="Close the unit now", exact=True)).to_be_visible()
    page.get_by_label("Day:").fill(str(day))
    expect(page.get_by_role("button", name=f"Close the unit on {words_for(day)}")).to_be_visible()
    page.get_by_label("Title of a new one").fill("Mergers")
    expect(page.get_by_label("Together with other changes")).to_be_checked()
    expect(page.get_by_label("Day:")).to_have_value("")
    page.get_by_label("Public change note").fill("Merged by statute.")
    page.get_by_role("button", name="Put the closure into the change set").click()
    expect(page.locator(".messagelist")).to_contain_text("closes with the change set “Mergers”")
    assert ChangeSet.objects.get().public_note == "Merged by statute."


def test_the_submission_of_a_set_follows_what_is_typed(page, site, hsi, day, settings):
    settings.AUTHORS_MAY_APPROVE = False
    record = changed(hsi, summary="Another.")
    change_set = reviewing.create(title="A set", records=[record], by=None, at=timezone.now())
    sign_in(page, site)
    page.goto(f"{site}{change_set.get_absolute_url()}")
    effect = page.locator("#transitions")
    expect(effect).to_contain_text("as soon as it is approved")
    page.get_by_label("Day:").fill(str(day))
    expect(page.get_by_label("Time:")).to_have_value("00:00")
    expect(effect).to_contain_text(f"on {words_for(day)}")
    expect(effect.get_by_text("as soon as it is approved")).to_be_hidden()
    page.get_by_label("Comment").fill("Please look.")

    page.get_by_role("button", name="Submit for review").click()

    expect(page.locator(".messagelist")).to_contain_text(f"It takes effect on {words_for(day)}")
    assert ChangeSet.objects.get().steps.last().comment == "Please look."


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_on_a_refused_form_and_on_a_set(page, site, hsi, find_axe_violations, day, width):  # fmt: skip
    record = changed(hsi, summary="Another.")
    change_set = reviewing.create(title="A set", records=[record], by=None, at=timezone.now())
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, site)
    page.goto(f"{site}{change_set.get_absolute_url()}")
    assert find_axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    office = Unit.objects.get(acronym="OCFO")
    page.goto(f"{site}/admin/directorates/office/{office.pk}/close/")
    page.evaluate("day => { document.querySelector('[name=on_day]').value = day; }", str(day))
    page.locator(".submit-row button").click()
    page.get_by_text("but also typed a day").wait_for()
    assert find_axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
