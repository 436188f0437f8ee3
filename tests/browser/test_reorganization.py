"""A reorganization in one change set, by two people, at one instant and by keyboard alone.

A directorate gets a new name and head and two more offices, and a third office closes into one of them.
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from directorates.admin.wording import day_and_time
from directorates.models import AuditEntry, ChangeSet, SiteSettings, Unit
from tests.browser.keyboard import Keyboard
from tests.browser.test_review_journey import _two_people, person  # noqa: F401

NEW_NAME = "Homeland Investigations"
TITLE = "Investigations in one hand"
OLD_PAGE = "/directorates/homeland-security-investigations/"
NEW_PAGE = "/directorates/homeland-investigations/"


def public_pages():
    """All public pages that follow from the records, as {address: (status, text)}."""
    client = Client()
    addresses = [
        "/", "/about/", "/directorates/", "/offices/", "/offices/?by=part-of", "/sitemap.xml",
        "/robots.txt", "/healthz", "/survey/", OLD_PAGE, NEW_PAGE,
        *(f"/offices/{name}-office/" for name in ("ledger", "harbor", "mail")),
    ]  # fmt: skip
    for unit in Unit.objects.exclude(kind="agency"):
        addresses.append(f"/{unit.kind}s/{unit.slug}/")
    pages = {}
    for address in dict.fromkeys(addresses):
        answer = client.get(address)
        body = answer.content.decode()
        # The survey's form has another number each time.
        pages[address] = (answer.status_code, "" if address == "/survey/" else body)
    return pages


def change_the_directorate(editor):
    editor.follow("Directorates")
    editor.follow("Homeland Security Investigations")
    editor.write("Name", NEW_NAME)
    editor.write("Page's address", "homeland-investigations")
    editor.unfold("Head")
    editor.write("Title of the head", "Director of Investigations")
    editor.choose("The head's post is", "Vacant")
    editor.push("Save draft")


def move_two_offices(editor):
    page = editor.page
    editor.follow("Offices")
    for name in ("Ledger Office", "Harbor Office"):
        row = page.get_by_role("row").filter(has_text=name)
        editor.press(row.get_by_role("checkbox"), "Space")
    editor.push("Move…")
    editor.look_up("id_parent", NEW_NAME)
    editor.write("Title of a new one:", TITLE)
    editor.push("Move them")
    expect(page.locator(".messagelist")).to_contain_text("Ledger Office")


def set_the_instant(editor, instant):
    local = instant.astimezone(ZoneInfo(SiteSettings.objects.load().time_zone))
    # A browser orders day and time by its language.
    editor.write("Day:", f"{local:%m%d%Y}")
    editor.write("Time:", f"{local:%I%M%p}")
    editor.check(f"{NEW_NAME} (HSI)")
    editor.push("Save")


def close_the_third(editor):
    page = editor.page
    editor.follow("Offices", page.locator("#side"))
    editor.follow("Mail Office")
    editor.press(page.locator(".tools__more > summary"))
    editor.follow("Close this unit…")
    editor.look_up("id_successors", "Ledger Office")
    editor.pick("Together with other changes, in the change set below")
    editor.choose("Change set:", TITLE)
    editor.push("Put the closure into the change set")
    expect(page.locator(".messagelist")).to_contain_text("closes with the change set")


def test_a_reorganization_by_keyboard_alone(browser, site, offices, monkeypatch):
    instant = (timezone.now() + timedelta(days=30)).replace(second=0, microsecond=0)
    before = public_pages()

    editor = Keyboard(person(browser, site, "Editor"))
    change_the_directorate(editor)
    editor.follow("Home")
    move_two_offices(editor)
    set_the_instant(editor, instant)
    close_the_third(editor)
    editor.push("Submit for review")
    expect(editor.page.locator(".record-state")).to_contain_text("in review")
    assert public_pages() == before

    reviewer = Keyboard(person(browser, site, "Reviewer"))
    look_at_the_set(reviewer)
    reviewer.write("Comment", "Say in the public note why.")
    reviewer.push("Return with comments")

    editor.page.goto(f"{site}/admin/")
    editor.follow(TITLE, editor.page.get_by_role("region", name="Waits for you"))
    expect(editor.page.locator("main")).to_contain_text("Say in the public note why.")
    editor.write("Public note:", "Joined by the order of the year.")
    editor.push("Save")
    editor.push("Submit for review")
    reviewer.page.reload()
    with timezone.override(SiteSettings.objects.load().time_zone):
        reviewer.push(f"Approve for {day_and_time(instant)}")
    expect(reviewer.page.locator(".record-state")).to_contain_text("approved")

    assert public_pages() == before
    at_instant(monkeypatch, instant - timedelta(microseconds=1))
    assert public_pages() == before
    at_instant(monkeypatch, instant)
    see_that_it_is_in_force(before, public_pages())
    monkeypatch.undo()
    see_that_the_trail_tells_it(reviewer)


def look_at_the_set(reviewer):
    page = reviewer.page
    reviewer.follow(TITLE, page.get_by_role("region", name="Waits for you"))
    for words in (NEW_NAME, "Ledger Office", "Harbor Office", "Mail Office", "Director of"):
        expect(page.locator("main")).to_contain_text(words)
    reviewer.follow("Affected pages")
    for words in (NEW_NAME, "Ledger Office", "Harbor Office", "Mail Office"):
        expect(page.locator("main")).to_contain_text(words)
    reviewer.follow("Back to the change set")
    reviewer.follow("Preview the site")
    reviewer.follow("Learn more about HSI")
    expect(page.get_by_role("heading", level=1)).to_contain_text(NEW_NAME)
    expect(page.locator("main")).to_contain_text("Ledger Office")
    reviewer.follow("Back to the change set")


def at_instant(monkeypatch, instant):
    monkeypatch.setattr(timezone, "now", lambda: instant)


def see_that_it_is_in_force(before, after):
    assert after[OLD_PAGE][0] == 301
    assert after[NEW_PAGE][0] == 200
    for words in (NEW_NAME, "Director of Investigations", "Ledger Office", "Harbor Office"):
        assert words in after[NEW_PAGE][1], words
    assert "Joined by the order of the year." in after[NEW_PAGE][1]
    assert NEW_NAME in after["/offices/ledger-office/"][1]
    assert "Ledger Office" in after["/offices/mail-office/"][1]
    assert "closed" in after["/offices/mail-office/"][1].lower()
    assert "Mail Office" not in after["/offices/"][1]
    assert NEW_PAGE in after["/sitemap.xml"][1]
    assert OLD_PAGE not in after["/sitemap.xml"][1]
    assert "mail-office" in after["/sitemap.xml"][1]
    unchanged = {address for address in before if before[address] == after[address]}
    # The pages of the units beside the directorate name it.
    assert unchanged == {
        "/robots.txt", "/healthz", "/survey/",
        "/offices/office-of-the-chief-financial-officer/",
    }  # fmt: skip


def see_that_the_trail_tells_it(reviewer):
    change_set = ChangeSet.objects.get()
    steps = [step.name for step in change_set.steps.all()]
    assert [name for name in steps if name not in ("add", "change")] == [
        "create", "submit", "return", "submit", "approve",
    ]  # fmt: skip
    assert AuditEntry.objects.filter(change_set=change_set, action="publish").count() >= 3
    reviewer.follow("History")
    main = reviewer.page.locator("main")
    for words in (
        "Submitted for review",
        "Returned with comments",
        "Approved",
        "Say in the public",
    ):
        expect(main).to_contain_text(words)
