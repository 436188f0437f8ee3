"""The form of a record in a browser: sections, errors, keys, the preview beside it, and a second person."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import wait_until
from tests.browser.test_editor_journey import sign_in, write

#: Returns what the focus is on if the bar covers a part of it, or if no focus is to be seen.
FINDING_OF_FOCUS = """() => {
  const element = document.activeElement;
  const bar = document.querySelector(".submit-row");
  const own = element.getBoundingClientRect();
  if (element === document.body || own.height > innerHeight / 2) {
    return "";
  }
  const name = element.id || element.name || element.className || element.textContent.trim();
  const top = bar.getBoundingClientRect().top;
  const isCovered = !bar.contains(element) && own.left < bar.getBoundingClientRect().right
    && own.right > bar.getBoundingClientRect().left && own.bottom > top + 1 && own.height > 0;
  const parts = [element, element.parentElement, element.closest(".select2-selection"),
    element.closest(".prose-editor"), element.closest("label")];
  const isSeen = parts.filter(Boolean).some((part) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(part);
    return (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none";
  });
  return (isCovered ? `${name} is covered. ` : "") + (isSeen ? "" : `${name} shows no focus.`);
}"""

HEADING_IN_THE_FRAME = """(() => {
  const frame = document.querySelector('.preview__stage iframe:not(.is-coming)');
  return frame?.contentDocument?.querySelector('h1')?.textContent.includes(NAME) ?? false;
})()"""


def section(page, name):
    return page.locator(".section").filter(has=page.get_by_role("heading", name=name, exact=True))


def test_errors_are_links_that_lead_to_their_fields(page, site, form_url, browser_complaints):
    sign_in(page, site)
    page.goto(form_url)
    expect(section(page, "Contact").locator("#id_email")).not_to_be_visible()
    page.get_by_role("link", name="Contact", exact=True).click()
    page.get_by_label("Email").fill("press.office")
    page.locator("#id_name").fill("")

    page.keyboard.press("Control+s")

    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("2 fields need a look")
    expect(summary).to_be_focused()
    sections = page.get_by_role("navigation", name="Sections of this form")
    expect(sections.get_by_role("link", name=re.compile("^Contact"))).to_contain_text("1 to mend")
    section(page, "Contact").locator("summary").click()
    summary.get_by_role("link", name=re.compile("^Email")).click()
    email = page.get_by_label("Email")
    expect(email).to_be_focused()
    assert email.get_attribute("aria-invalid") == "true"
    assert "id_email_error" in email.get_attribute("aria-describedby")
    assert [one for one in browser_complaints if "django_prose_editor" not in one] == []


def test_a_narrow_window_begins_with_the_form_and_not_with_its_sections(page, site, form_url):
    sign_in(page, site)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(form_url)
    place = page.get_by_role("link", name="Place", exact=True)
    expect(place).not_to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
    page.locator(".sections > summary").click()
    expect(place).to_be_visible()

    page.locator(".sections > summary").click()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(place).to_be_visible()


def test_the_headings_and_words_of_where_it_is_used_begin_at_one_edge(page, site, form_url):
    sign_in(page, site)
    page.goto(form_url)
    edges = page.locator(".where-used :is(h2, h3, p)").evaluate_all(
        "(all) => all.map((one) => one.getBoundingClientRect().left + parseFloat(getComputedStyle(one).paddingLeft))"
    )
    assert len({*edges}) == 1, edges


def test_the_bar_covers_no_field_and_every_focus_is_seen(page, site, form_url):
    sign_in(page, site)
    page.set_viewport_size({"width": 1000, "height": 700})
    page.goto(form_url)
    page.get_by_role("button", name="Open all").click()
    wait_until(page, "document.querySelectorAll('.section > details:not([open])').length === 0")
    findings = []
    for _ in range(90):
        page.keyboard.press("Tab")
        findings += [finding] if (finding := page.evaluate(FINDING_OF_FOCUS)) else []
        if page.evaluate("document.activeElement.name === '_publish'"):
            break
    else:
        findings.append("the bar was never reached")
    assert findings == []


def test_ctrl_s_saves_and_stays_on_the_form(page, site, hsi, form_url):
    sign_in(page, site)
    page.goto(form_url)
    write(page, "Overview", " Four more plain words.")
    expect(page.locator(".bar__says")).to_have_text("1 change not saved.")
    expect(page.get_by_role("button", name="Save draft")).to_have_class(re.compile("button--main"))

    with page.expect_navigation():
        page.keyboard.press("Control+s")

    expect(page).to_have_url(form_url)
    expect(page.locator(".messagelist")).to_contain_text("is saved as a draft")
    expect(page.locator(".record-state")).to_contain_text("Draft: 1 change")
    expect(page.get_by_role("button", name="Save and publish")).to_have_class(
        re.compile("button--main")
    )
    hsi.refresh_from_db()
    assert "Four more plain words." in hsi.overview


def test_buttons_of_the_text_menu_say_that_they_can_do_nothing(page, site, hsi, form_url):
    sign_in(page, site)
    page.goto(form_url)
    undo = page.locator(".field-overview .prose-menubar").get_by_role("button", name="undo")
    expect(undo).to_be_disabled()
    write(page, "Overview", " More.")
    expect(undo).to_be_enabled()


def test_the_preview_shows_what_is_typed_and_saves_nothing(
    page, site, hsi, form_url, browser_complaints
):
    sign_in(page, site)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(form_url)
    page.get_by_role("button", name="Preview", exact=True).click()
    wait_until(page, HEADING_IN_THE_FRAME.replace("NAME", '"Homeland Security"'))
    entries = page.evaluate("history.length")

    page.locator("#id_name").fill("Office of Kites")

    wait_until(page, HEADING_IN_THE_FRAME.replace("NAME", '"Office of Kites"'))
    frame = page.locator(".preview__stage iframe")
    expect(frame).to_have_count(1)
    assert frame.bounding_box()["width"] == 360
    page.get_by_role("button", name="Desktop").click()
    wait_until(page, "document.querySelector('.preview__stage iframe').offsetWidth === 1300")
    # The frame leaves no steps behind for the Back button.
    assert page.evaluate("history.length") == entries
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Open in a new tab").click()
    expect(opened.value.locator("h1")).to_contain_text("Office of Kites")
    hsi.refresh_from_db()
    assert hsi.name == "Homeland Security Investigations"
    assert [one for one in browser_complaints if "django_prose_editor" not in one] == []


def test_a_new_responsibility_is_made_from_within(page, site, hsi, form_url):
    sign_in(page, site)
    page.goto(form_url)
    page.get_by_role("link", name="Responsibilities", exact=True).click()
    page.get_by_label("Responsibilities that are not in the list").fill("Permits for kites")
    with page.expect_navigation():
        page.get_by_role("button", name="Save draft").click()
    assert hsi.responsibilities.filter(phrase="Permits for kites").exists()


def test_who_else_is_here_is_said_within_seconds(page, site, form_url, browser):
    sign_in(page, site, username="ann")
    page.goto(form_url)
    other = browser.new_context().new_page()
    sign_in(other, site, username="ben")
    other.goto(form_url)

    expect(other.locator("#presence")).to_contain_text("ann has this form open since")
    expect(page.locator("#presence")).to_contain_text("ben has this form open", timeout=10_000)
    other.locator("#id_sorted_under").fill("Homeland")
    with other.expect_navigation():
        other.keyboard.press("Control+s")
    expect(page.locator("#presence")).to_contain_text("ben saved it at", timeout=10_000)
    other.context.close()


def test_the_form_has_no_axe_findings(page, site, form_url, find_axe_violations):
    sign_in(page, site)
    page.goto(form_url)
    page.get_by_role("button", name="Open all").click()
    assert find_axe_violations(page, widths=[320, 800, 1280]) == []
    page.locator("#id_name").fill("")
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    assert find_axe_violations(page, widths=[320, 1280]) == []
    page.get_by_role("button", name="Preview", exact=True).click()
    wait_until(page, "document.querySelector('.preview__stage iframe:not(.is-coming)') !== null")
    assert find_axe_violations(page) == []
