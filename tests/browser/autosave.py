"""Helpers for tests of kept text: an editor's acts, and checks."""

from playwright.sync_api import expect

from tests.browser.conftest import wait_until
from tests.browser.test_editor_journey import PASSWORD


def notice(page):
    return page.locator(".autosave")


def wait_until_kept(page):
    expect(page.locator(".autosave-note")).to_contain_text("Kept on this device at")


def keep_now(page):
    """Keep the typed text at once, as leaving the page does."""
    page.evaluate("document.dispatchEvent(new Event('autosave:keep'))")
    wait_until_kept(page)


def crash(page):
    """Close the page as a crash does, without its events; return a new page of the same browser."""
    context = page.context
    page.close(run_before_unload=False)
    return context.new_page()


def put_back(page):
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_text("is in the form again")).to_be_focused()


def expect_no_copies(page):
    """Wait until the page's scripts have removed every copy."""
    wait_until(page, "!Object.keys(localStorage).some(key => key.startsWith('autosave:'))")


def choose(page, field, words):
    """Choose an entry of a look-up field by typing."""
    page.locator(f".field-{field} .select2-selection").click()
    page.keyboard.type(words)
    # Not the highlighted entry, which depends on the pointer.
    page.locator(".select2-results__option", has_text=words).first.click()


def log_in(page, username):
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in with your password").click()


def ask_in_dialogs(page, *, accept):
    asked = []

    def answer(dialog):
        asked.append((dialog.type, dialog.message))
        dialog.accept() if accept else dialog.dismiss()

    page.on("dialog", answer)
    return asked
