"""An editor's work in a browser: write, preview, publish, and meet a second editor."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import wait_until
from tests.factories import make_user

PASSWORD = "correct horse battery staple"

CARET_IS_AT_THE_END = """() => {
  const caret = getSelection();
  const after = document.createRange();
  after.selectNodeContents(document.activeElement);
  after.setStart(caret.focusNode, caret.focusOffset);
  return caret.isCollapsed && after.toString() === "";
}"""


def sign_in(page, site, **fields):
    user = make_user(is_superuser=True, password=PASSWORD, **fields)
    page.goto(f"{site}/admin/")
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in with your password").click()
    page.wait_for_url("**/admin/")


def box(page, name):
    """Return a rich-text box. The text area that it replaces has the same name until the editor is there."""
    return page.get_by_role("textbox", name=name).and_(page.locator(".ProseMirror"))


def write(page, name, words):
    """Type text at the end of a rich-text field, key by key."""
    box(page, name).click()
    # The editor reads the caret's place a moment after a click, and would put the caret there again.
    page.wait_for_timeout(100)
    page.keyboard.press("Control+End")
    wait_until(page, CARET_IS_AT_THE_END)
    page.keyboard.type(words)


def open_sections(page):
    """Open all sections of a form."""
    page.get_by_role("button", name="Open all").click()


def save(page):
    page.get_by_role("button", name="Save draft").click()
    page.wait_for_load_state()


def test_what_an_editor_writes_is_seen_in_the_preview_and_after_publication(
    page, site, hsi, form_url
):
    public = f"{site}/directorates/{hsi.slug}/"
    page.goto(public)
    updated = page.get_by_text(re.compile("^Updated:")).inner_text()
    sign_in(page, site)
    page.goto(form_url)

    write(page, "Overview", " Four more plain words.")
    save(page)

    expect(page.locator(".record-state")).to_contain_text("unpublished changes")
    page.goto(public)
    expect(page.locator("main")).not_to_contain_text("Four more plain words.")
    page.goto(form_url)
    page.locator(".tools__more > summary").click()
    page.get_by_role("link", name="Preview its page as saved").click()
    expect(page.locator("main")).to_contain_text("Four more plain words.")
    page.get_by_role("link", name="Overview page").click()
    expect(page.locator("main")).to_contain_text("Four more plain words.")
    page.goto(form_url)
    page.get_by_role("button", name="Save and publish…").click()
    expect(page.locator(".differences")).to_contain_text("Four more plain words.")
    page.get_by_label("Public change note").fill("Four words were added.")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".messagelist")).to_contain_text("The public sees it now.")
    page.goto(public)
    expect(page.locator("main")).to_contain_text("Four more plain words.")
    assert page.get_by_text(re.compile("^Updated:")).inner_text() != updated


def test_typed_spaces_are_stored_as_plain_spaces(page, site, hsi, form_url):
    sign_in(page, site)
    page.goto(form_url)

    write(page, "Body", "One two  three ")
    page.keyboard.press("Enter")
    page.keyboard.type("four five")
    save(page)

    hsi.refresh_from_db()
    assert "&nbsp;" not in hsi.body
    assert "\N{NO-BREAK SPACE}" not in hsi.body
    assert "One two" in hsi.body


def test_the_heading_menu_offers_levels_2_to_4_and_a_skipped_level_is_refused(
    page, site, hsi, form_url
):
    sign_in(page, site)
    page.goto(form_url)
    options = page.locator(".field-body .prose-menubar__option")
    expect(options).to_have_count(4)
    assert options.evaluate_all("all => all.map(option => option.dataset.name)") == [
        "heading2",
        "heading3",
        "heading4",
        "paragraph",
    ]

    write(page, "Body", "Too deep")
    page.locator(".field-body .prose-menubar__selected").click()
    page.locator(".field-body [data-name=heading4]").click()
    save(page)

    expect(page.locator(".field-body .errorlist")).to_contain_text("begin with level 2")
    expect(box(page, "Body")).to_contain_text("Too deep")


def test_two_editors_on_one_form_lose_nothing(page, browser, site, hsi, form_url):
    sign_in(page, site, first_name="Olive", last_name="Other")
    second = browser.new_context()
    mine = second.new_page()
    sign_in(mine, site)
    page.goto(form_url)
    mine.goto(form_url)
    page.get_by_label("Link label").fill("theirs")
    open_sections(page)
    page.get_by_label("Phone").fill("202-555-0100")
    page.get_by_label("On the overview page").uncheck()
    page.get_by_label("Role").select_option("")
    save(page)

    write(mine, "Body", "My own text.")
    mine.get_by_label("Link label").fill("mine")
    save(mine)

    hsi.refresh_from_db()
    assert hsi.link_label == "theirs"
    row = mine.locator(".other-save tr", has_text="Link label")
    expect(mine.locator(".other-save")).to_contain_text("Olive Other")
    expect(row).to_contain_text("theirs")
    expect(row).to_contain_text("mine")
    expect(box(mine, "Body")).to_contain_text("My own text.")
    # A field that only the second person changed is taken over without a conflict.
    expect(mine.get_by_label("Phone")).to_have_value("202-555-0100")
    expect(mine.get_by_label("On the overview page")).not_to_be_checked()
    expect(mine.locator(".other-save")).not_to_contain_text("Phone")
    mine.locator("#id_link_label").fill("both")
    save(mine)
    hsi.refresh_from_db()
    assert hsi.link_label == "theirs"
    stays = mine.get_by_role("group", name="Link label: what stays?")
    stays.get_by_label("Your text, as it is in the form").check()
    save(mine)
    hsi.refresh_from_db()
    assert hsi.link_label == "both"
    assert "My own text." in hsi.body
    assert (hsi.phone, hsi.is_on_overview, hsi.role) == ("202-555-0100", False, "")
    second.close()


def dialogs_on_leaving(page, url):
    """Leave a form and return the kinds of the browser's dialogs."""
    asked = []

    def answer(dialog):
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.goto(url)
    page.remove_listener("dialog", answer)
    return asked


def test_leaving_with_unsaved_changes_warns(page, site, form_url):
    sign_in(page, site)
    page.goto(form_url)
    page.get_by_label("Link label").click()
    assert dialogs_on_leaving(page, form_url) == []

    page.get_by_label("Link label").fill("changed")
    assert dialogs_on_leaving(page, form_url) == ["beforeunload"]

    write(page, "Overview", "changed")
    assert dialogs_on_leaving(page, form_url) == ["beforeunload"]


def test_saving_does_not_warn(page, site, form_url):
    sign_in(page, site)
    page.goto(form_url)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    write(page, "Overview", " Changed.")
    save(page)

    expect(page.locator(".messagelist")).to_contain_text("saved as a draft")
    assert asked == []
