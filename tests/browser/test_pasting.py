"""Text from other programs in the editor: pasted, or from a Word document."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from directorates.models import Unit
from tests.browser.test_editor_journey import box, sign_in
from tests.factories import make_unit, published, published_agency

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "pasting"
PROGRAMS = ["word", "word_for_the_web", "outlook", "google_docs", "libreoffice"]

PASTE = """(box, html) => {
  const clipboard = new DataTransfer();
  clipboard.setData("text/html", html);
  clipboard.setData("text/plain", "The words alone.");
  box.focus();
  box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: clipboard, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def unit(live_server):
    published_agency()
    return published(make_unit(overview="", body=""))


@pytest.fixture
def editor(page, live_server, unit):
    sign_in(page, live_server.url)
    page.goto(f"{live_server.url}/admin/directorates/office/{unit.pk}/change/")
    body = box(page, "Body")
    expect(body).to_be_visible()
    return body


def expected(program):
    return (SAMPLES / f"{program}.expected.html").read_text(encoding="utf-8")


def saved(page, unit):
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    # The editor says of each numbered list that its numbers are decimal.
    return Unit.objects.get(pk=unit.pk).body.replace(' data-type="decimal"', "")


def without_lines(html):
    return "".join(html.split("\n"))


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_paste_is_stored_as_clean_structure(page, unit, editor, program, browser_complaints):
    editor.evaluate(PASTE, (SAMPLES / f"{program}.html").read_text(encoding="utf-8"))
    expect(page.locator(".paste-note")).to_contain_text("Left out:")

    assert without_lines(saved(page, unit)) == without_lines(expected(program))
    # The form has no errors: the editor can save at once.
    expect(page.locator(".messagelist")).to_contain_text("is saved as a draft")
    assert [one for one in browser_complaints if "django_prose_editor" not in one] == []


def test_a_word_document_is_put_in(page, unit, editor):
    editor.click()
    with page.expect_file_chooser() as chooser:
        page.locator(".field-body").get_by_text("Word document").click()
    chooser.value.set_files(SAMPLES / "libreoffice.docx")
    expect(page.locator(".paste-note")).to_contain_text("Left out: colors")

    assert without_lines(saved(page, unit)) == without_lines(expected("libreoffice"))


def test_a_file_that_is_no_document_says_what_to_do(page, unit, editor):
    editor.click()
    with page.expect_file_chooser() as chooser:
        page.locator(".field-body").get_by_text("Word document").click()
    chooser.value.set_files(SAMPLES / "word.html")
    expect(page.locator(".paste-note")).to_contain_text("Save it as “Word document (.docx)”")


def test_the_words_are_in_even_if_the_server_does_not_answer(page, unit, editor):
    page.route("**/admin/paste/", lambda route: route.abort())
    editor.evaluate(PASTE, "<p>Some <b>words</b></p>")
    expect(editor).to_contain_text("The words alone.")
    expect(page.locator(".paste-note")).to_contain_text("without lists, headings and links")
