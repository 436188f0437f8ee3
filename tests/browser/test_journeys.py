"""The usual work of staff from the first page to what the public sees, with clicks counted."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from directorates.models import ChangeSet, Figure, SiteSettings, Unit
from tests.browser.clicks import Clicks
from tests.browser.test_editor_journey import box, sign_in
from tests.browser.test_reorganization import NEW_NAME, TITLE
from tests.browser.test_review_journey import person


@pytest.fixture
def click():
    return Clicks()


def side(page):
    return page.locator(".side")


def test_one_sentence_is_changed_and_published_in_seven_clicks(page, site, hsi, click):
    sign_in(page, site)

    click(page.locator("#tree").get_by_role("link", name=hsi.name))
    click(box(page, "Overview"))
    page.keyboard.press("Control+End")
    page.keyboard.type(" Four more plain words.")
    click(page.get_by_role("button", name="Save and publish"))
    expect(page.locator(".differences")).to_contain_text("Four more plain words.")
    click(page.get_by_role("button", name="Publish").last)

    expect(page.locator(".messagelist")).to_contain_text("The public sees it now.")
    assert click.count <= 7
    assert "Four more plain words." in hsi.editions.in_force(timezone.now()).get().overview


def test_a_figure_is_changed_and_published_in_seven_clicks(page, site, click):
    figure = Figure.objects.get(identifier="workforce")
    sign_in(page, site)

    click(side(page).get_by_role("link", name="Figures"))
    click(page.get_by_role("link", name=figure.identifier, exact=True))
    click(page.get_by_label("Value"))
    page.keyboard.press("Control+A")
    page.keyboard.type("30000")
    click(page.get_by_role("button", name="Save and publish"))
    expect(page.locator(".differences")).to_contain_text("30,000")
    click(page.get_by_role("button", name="Publish").last)

    expect(page.locator(".messagelist")).to_contain_text("The public sees it now.")
    assert click.count <= 7
    assert figure.editions.in_force(timezone.now()).get().value == 30_000


def test_four_units_are_reorganized_with_review_return_and_approval_in_thirty_clicks(
    browser,
    site,
    settings,
    offices,
    click,
):
    """A directorate gets a new name, two offices move to it, and one office closes into another."""
    settings.AUTHORS_MAY_APPROVE = False
    directorate = Unit.objects.get(identifier="hsi")
    instant = (timezone.now() + timedelta(days=30)).replace(second=0, microsecond=0)

    editor = person(browser, site, "Editor")
    click(editor.locator("#tree").get_by_role("link", name=directorate.name))
    click(editor.get_by_label("Name", exact=True))
    editor.keyboard.press("Control+A")
    editor.keyboard.type(NEW_NAME)
    click(editor.get_by_role("button", name="Save draft"))
    move_two_offices(editor, click)
    close_the_third(editor, click)
    set_the_instant(editor, click, instant)
    # The directorate's draft joins the offices.
    click(editor.get_by_role("checkbox", name=NEW_NAME).last)
    click(editor.get_by_role("button", name="Submit for review"))
    expect(editor.locator(".record-state")).to_contain_text("in review")

    reviewer = person(browser, site, "Reviewer")
    waiting = reviewer.get_by_role("region", name="Waits for you")
    click(waiting.get_by_role("link", name=TITLE, exact=True))
    for words in (NEW_NAME, "Ledger Office", "Harbor Office", "Mail Office"):
        expect(reviewer.locator("main")).to_contain_text(words)
    click(reviewer.get_by_label("Comment"))
    reviewer.keyboard.type("Say in the public note why.")
    click(reviewer.get_by_role("button", name="Return with comments"))

    editor.goto(f"{site}/admin/")
    click(
        editor.get_by_role("region", name="Waits for you").get_by_role(
            "link", name=TITLE, exact=True
        )
    )
    click(editor.get_by_label("Public note"))
    editor.keyboard.type("Joined by the order of the year.")
    click(editor.get_by_role("button", name="Submit for review"))

    reviewer.reload()
    click(reviewer.get_by_role("button", name="Approve for"))
    expect(reviewer.locator(".record-state")).to_contain_text("approved")
    assert click.count <= 30
    editions = ChangeSet.objects.get().find_all_editions()
    assert {edition.effective_from for edition in editions} == {instant}
    assert len(editions) == 4


def move_two_offices(page, click):
    # Beside a form the menu is folded.
    click(side(page).get_by_text("Menu", exact=True))
    click(side(page).get_by_role("link", name="Offices"))
    for name in ("Ledger Office", "Harbor Office"):
        click(page.get_by_role("row").filter(has_text=name).get_by_role("checkbox"))
    click(page.get_by_role("button", name="Move…"))
    look_up(page, click, "id_parent", NEW_NAME)
    page.get_by_label("Title of a new one").fill(TITLE)
    click(page.get_by_role("button", name="Move them"))
    expect(page.locator(".messagelist")).to_contain_text("Ledger Office")


def look_up(page, click, field_id, words):
    click(page.locator(f"#{field_id} + .select2"))
    page.keyboard.type(words)
    page.locator(".select2-results__option--highlighted", has_text=words).wait_for()
    page.keyboard.press("Enter")


def set_the_instant(page, click, instant):
    local = instant.astimezone(ZoneInfo(SiteSettings.objects.load().time_zone))
    click(page.get_by_label("Day"))
    page.get_by_label("Day").fill(f"{local:%Y-%m-%d}")
    page.get_by_label("Time").fill(f"{local:%H:%M}")


def close_the_third(page, click):
    click(side(page).get_by_role("link", name="Offices"))
    click(page.get_by_role("link", name="Mail Office"))
    click(page.locator(".tools__more > summary"))
    click(page.get_by_role("link", name="Close this unit…"))
    look_up(page, click, "id_successors", "Ledger Office")
    click(page.get_by_label("Together with other changes, in the change set below"))
    page.get_by_label("Change set:").select_option(label=TITLE)
    click.count += 2
    click(page.get_by_role("button", name="Put the closure into the change set"))
    expect(page.locator(".messagelist")).to_contain_text("closes with the change set")
