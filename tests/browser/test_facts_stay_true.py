"""A figure becomes exact, a directorate is renamed and an office closes, in one set. No text is touched by hand.

Until the instant of the set every page states the old, and from then the new, wherever a text refers to them.
"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from directorates.models import ChangeSet, Figure, Unit, UnitEdition
from tests.browser.test_review_journey import SETS, _two_people, person  # noqa: F401
from tests.sample import load_sample

TITLE = "The yearbook's number, and a new name"
OLD_NUMBER, NEW_NUMBER = "20,000 law enforcement", "21,786 law enforcement"
OLD_NAME, NEW_NAME = "Homeland Security Investigations", "Homeland Inquiries"
OLD_COUNT, NEW_COUNT = "two offices", "one office"
CLOSED = "Office of Professional Responsibility"

#: An address, words of its page until the set takes effect, and words in their place afterwards.
OLD_AND_NEW = [
    ("/", OLD_NUMBER, NEW_NUMBER),
    ("/", OLD_NAME, NEW_NAME),
    ("/about/", OLD_NUMBER, NEW_NUMBER),
    ("/structure/", OLD_NAME, NEW_NAME),
    ("/structure/", "Four directorates and two offices", "Four directorates and one office"),
    ("/structure/chart.svg", OLD_NAME, NEW_NAME),
    ("/search/?q=hsi", OLD_NAME, NEW_NAME),
    ("/figures/", OLD_NUMBER, NEW_NUMBER),
    ("/figures/workforce/", OLD_NUMBER, NEW_NUMBER),
    ("/figures.json", '"value": 20000', '"value": 21786'),
    ("/figures.csv", "20000", "21786"),
]


@pytest.fixture
def site(live_server):
    """Serve the sample agency, published ten days ago."""
    load_sample(at=timezone.now() - timedelta(days=10))
    return live_server.url


def make_the_set(editor, site, tomorrow):
    figure = Figure.objects.get(identifier="workforce")
    editor.goto(f"{site}/admin/directorates/figure/{figure.pk}/change/")
    editor.get_by_label("Value", exact=True).fill("21786")
    editor.get_by_label("How exact").select_option(label="exactly")
    editor.locator("#id_as_of").fill("2026-09-30")
    editor.get_by_label("Source", exact=True).fill("The agency's yearbook")
    editor.get_by_role("button", name="Save draft", exact=True).click()

    hsi = Unit.objects.get(identifier="hsi")
    editor.goto(f"{site}/admin/directorates/directorate/{hsi.pk}/change/")
    editor.locator("#id_name").fill(NEW_NAME)
    editor.get_by_role("button", name="Save draft", exact=True).click()

    editor.goto(f"{site}{SETS}add/")
    editor.get_by_label("Title").fill(TITLE)
    editor.locator("#id_effective_from_0").fill(tomorrow.isoformat())
    editor.locator("#id_effective_from_1").fill("00:00")
    editor.get_by_label(NEW_NAME).check()
    editor.get_by_label("workforce").check()
    editor.get_by_role("button", name="Save", exact=True).click()

    opr = Unit.objects.get(name=CLOSED)
    editor.goto(f"{site}/admin/directorates/office/{opr.pk}/change/")
    editor.locator(".tools__more > summary").click()
    editor.get_by_role("link", name="Close this unit…").click()
    editor.get_by_label("Together with other changes, in the change set below").check()
    editor.get_by_label("Change set:").select_option(label=TITLE)
    editor.get_by_role("button", name="Put the closure into the change set").click()
    editor.get_by_role("button", name="Submit for review").click()
    expect(editor.locator(".record-state")).to_contain_text("in review")


def approve(reviewer):
    waiting = reviewer.get_by_role("region", name="Waits for you")
    waiting.get_by_role("link", name=TITLE).click()
    reviewer.get_by_role("link", name="Affected pages").click()
    for words in ("Who We Are", "U.S. Immigration and Customs Enforcement", "workforce"):
        expect(reviewer.locator("main")).to_contain_text(words)
    reviewer.go_back()
    reviewer.get_by_role("button", name="Approve").click()
    expect(reviewer.locator(".record-state")).to_contain_text("approved")


def words_at(page, address):
    """Return what a page says: its text as shown, or the text of a file."""
    if address.split("?")[0].endswith((".json", ".csv", ".svg")):
        # The chart breaks names into lines.
        return " ".join(re.sub(r"<[^>]*>", " ", page.request.get(address).text()).split())
    page.goto(address)
    # What is said for programs, for search engines and for readers.
    title = page.evaluate("document.querySelector('meta[name=description]')?.content ?? ''")
    return f"{page.locator('main').inner_text()} {title}"


def see(page, site, place, query=""):
    """See the old words (0) or the new words (1) on every page, and no word of the other kind."""
    for address, *words in OLD_AND_NEW:
        if query and "?" in address:
            # The search has no past.
            continue
        joined = f"{address}?{query}" if query else address
        shown = words_at(page, f"{site}{joined}")
        assert words[place] in shown, joined
        assert words[1 - place] not in shown, joined


def test_one_set_changes_every_page_that_refers(browser, page, site, monkeypatch):
    tomorrow = timezone.localdate() + timedelta(days=1)
    texts = list(UnitEdition.objects.values_list("overview", "body", "summary"))
    make_the_set(person(browser, site, "Editor"), site, tomorrow)
    see(page, site, 0)
    approve(person(browser, site, "Reviewer"))
    see(page, site, 0)

    instant = ChangeSet.objects.get().effective_from
    for second, place in ((-1, 0), (0, 1)):
        at = instant + timedelta(seconds=second)
        monkeypatch.setattr(timezone, "now", lambda at=at: at)
        see(page, site, place)
    last_week = (timezone.localdate() - timedelta(days=7)).isoformat()
    see(page, site, 0, query=f"on={last_week}")

    data = page.request.get(f"{site}/figures/workforce.json").json()
    assert [(e["value"], e["as_of"]) for e in data["versions"]] == [
        (21786, "2026-09-30"),
        (20000, None),
    ]
    feed = page.request.get(f"{site}/changes/feed.atom").text()
    assert f"Renamed from {OLD_NAME} to {NEW_NAME}" in feed
    page.goto(f"{site}/")
    note = page.locator(".figure-notes")
    expect(note).to_contain_text("21,786 law enforcement and support personnel")
    expect(note).to_contain_text("As of September 30, 2026")
    expect(note).to_contain_text("The agency's yearbook")
    assert set(texts) <= set(UnitEdition.objects.values_list("overview", "body", "summary"))
