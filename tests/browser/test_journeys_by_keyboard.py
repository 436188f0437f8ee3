"""The usual work of staff by keyboard alone. The reorganization has its own file."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import expect

from directorates.models import Figure, Unit
from tests.browser.keyboard import Keyboard
from tests.browser.test_colleague_journey import give_virtual_device
from tests.browser.test_correcting import in_force
from tests.browser.test_editor_journey import box, sign_in
from tests.factories import changed, published


@pytest.fixture
def keyboard(page, site):
    sign_in(page, site)
    return Keyboard(page)


def test_one_sentence_is_changed_and_published(keyboard, hsi):
    page = keyboard.page
    keyboard.open(page.locator("#tree").get_by_role("link", name=hsi.name))
    keyboard.reach(box(page, "Overview"))
    page.keyboard.press("Control+End")
    page.keyboard.type(" Four more plain words.")
    keyboard.push("Save and publish…")
    expect(page.locator(".differences")).to_contain_text("Four more plain words.")
    keyboard.push("Publish", exact=False)

    expect(page.locator(".messagelist")).to_contain_text("The public sees it now.")
    assert "Four more plain words." in in_force(hsi, timezone.now()).overview


def test_a_figure_is_changed_and_published(keyboard):
    page = keyboard.page
    figure = Figure.objects.get(identifier="workforce")
    keyboard.follow("Figures")
    keyboard.follow(figure.identifier)
    keyboard.write("Value", "30000")
    keyboard.push("Save and publish…")
    expect(page.locator(".differences")).to_contain_text("30,000")
    keyboard.push("Publish", exact=False)

    expect(page.locator(".messagelist")).to_contain_text("The public sees it now.")
    assert in_force(figure, timezone.now()).value == 30_000


def test_a_colleague_is_added_for_one_unit_and_edits(keyboard, browser, site, settings, hsi):
    page = keyboard.page
    keyboard.follow("Colleagues")
    keyboard.follow("Add a colleague")
    keyboard.write("Name", "Ada Lovelace")
    keyboard.write("Work e-mail", "ada@example.gov")
    keyboard.pick("Editor")
    box_of_unit = page.get_by_role("checkbox", name=hsi.name)
    keyboard.press(box_of_unit, "Space")
    assert box_of_unit.is_checked()
    keyboard.push("Add colleague and show the link")

    expect(page.get_by_role("heading", name="One step is left: the passkey")).to_be_visible()
    ada = User.objects.get(username="ada")
    assert [row.unit for row in ada.unit_assignments.all()] == [hsi]

    settings.ALLOWED_HOSTS = ["localhost"]
    settings.LOCAL = False
    here = site.replace("127.0.0.1", "localhost")
    context = browser.new_context()
    hers = Keyboard(context.new_page())
    give_virtual_device(hers.page)
    hers.page.goto(f"{here}{urlsplit(page.get_by_label('Address').input_value()).path}")
    hers.push("Continue to the passkey")
    hers.push("Add a passkey")
    hers.push("Use your passkey")
    expect(hers.page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    hers.page.goto(f"{here}/admin/")
    hers.open(hers.page.locator("#tree").get_by_role("link", name=hsi.name))
    hers.write("Summary", "A summary that Ada wrote.")
    hers.push("Save draft")
    expect(hers.page.locator(".messagelist")).to_contain_text(hsi.name)
    context.close()
    hsi.refresh_from_db()
    assert (hsi.summary, hsi.saved_by) == ("A summary that Ada wrote.", ada)


def test_what_is_public_is_corrected_while_something_is_scheduled(keyboard, hsi):
    page = keyboard.page
    day = timezone.now() + timedelta(days=30)
    later = changed(hsi, summary="What is planned for next month.")
    published(later, at=timezone.now(), effective_from=day)
    page.reload()

    keyboard.open(page.locator("#tree").get_by_role("link", name=hsi.name))
    keyboard.follow("Correct what is public now…")
    keyboard.write("Phone", "202-555-0199")
    keyboard.push("Look at the changes…")
    expect(page.get_by_role("region", name="What the public sees at once")).to_contain_text(
        "202-555-0199"
    )
    keyboard.push("Publish the correction now")

    expect(page.locator(".messagelist")).to_contain_text("The public sees it now.")
    now = in_force(hsi, timezone.now())
    assert (now.phone, "planned" in now.summary) == ("202-555-0199", False)
    planned = in_force(hsi, day)
    assert (planned.phone, planned.summary) == ("202-555-0199", "What is planned for next month.")


def test_two_versions_are_compared_and_one_is_restored(keyboard, hsi):
    page = keyboard.page
    before = in_force(hsi, timezone.now()).summary
    published(changed(hsi, summary="A worse sentence than before."), at=timezone.now())
    page.reload()

    keyboard.open(page.locator("#tree").get_by_role("link", name=hsi.name))
    keyboard.follow("History")
    expect(page.get_by_role("main")).to_contain_text("A worse sentence than before.")
    keyboard.push("Make version 1 my draft")

    expect(page.locator(".messagelist")).to_contain_text("is a draft now")
    assert Unit.objects.get(pk=hsi.pk).summary == before
