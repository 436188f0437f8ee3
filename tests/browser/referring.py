"""Helpers for tests of references: what the dialog and the editor show, and an editor's acts in them by keyboard."""

from playwright.sync_api import expect

from tests.browser.conftest import wait_until


def dialog(page):
    return page.get_by_role("dialog", name="Refer to a figure or unit")


def in_text(page, field="overview"):
    """Return the references that the editor of a field shows."""
    return page.locator(f".field-{field} .ProseMirror .reference")


def search(page, words):
    """Open the dialog by its shortcut, search, and choose the first record."""
    page.keyboard.press("Control+Alt+R")
    expect(page.get_by_role("combobox", name="Search")).to_be_focused()
    page.keyboard.type(words)
    wait_for_records(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def wait_for_records(page):
    wait_until(page, "!document.querySelector('.reference-dialog [data-is-waiting]')")


def insert(page, words, phrase):
    """Put a reference into a rich text at the caret, by keyboard."""
    search(page, words)
    choose(page, phrase)
    page.keyboard.press("Enter")
    expect(dialog(page)).to_be_hidden()


def choose(page, phrase):
    radio = dialog(page).get_by_role("radio", name=phrase, exact=True)
    expect(dialog(page).locator("input[type=radio]:focus")).to_have_count(1)
    for _ in range(40):
        if radio.evaluate("e => e === document.activeElement"):
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{phrase} is not reached by arrow keys")
