"""An editor's typed text survives a crash, an error and a second editor."""

import pytest
from playwright.sync_api import expect

from directorates.models import Unit
from tests.browser.autosave import (
    ask_in_dialogs,
    choose,
    crash,
    expect_no_copies,
    keep_now,
    notice,
    put_back,
    wait_until_kept,
)
from tests.browser.conftest import WIDTHS
from tests.browser.test_editor_journey import box, open_sections, save, sign_in, write
from tests.factories import changed, make_responsibility


def test_after_a_crash_the_text_is_offered_put_back_and_saved(page, site, hsi, form_url):
    make_responsibility("Permits for kites")
    sign_in(page, site)
    page.goto(form_url)
    expect(notice(page)).to_have_count(0)
    page.get_by_label("Link label").fill("typed")
    write(page, "Overview", " Typed before the crash.")
    open_sections(page)
    choose(page, "responsibilities", "Permits for kites")
    choose(page, "parent", "Removal")
    page.get_by_label("On the overview page").uncheck()
    keep_now(page)

    page = crash(page)
    page.goto(form_url)

    expect(notice(page).get_by_role("heading")).to_contain_text("was not saved")
    for label in ["Link label", "Overview", "Responsibilities", "Part of", "On the overview page"]:
        expect(notice(page)).to_contain_text(label)
    expect(notice(page)).not_to_contain_text("Page's address")
    expect(page.get_by_label("Link label")).to_have_value(hsi.link_label)
    put_back(page)
    expect(page.get_by_label("Link label")).to_have_value("typed")
    expect(box(page, "Overview")).to_contain_text("Typed before the crash.")
    expect(page.locator(".field-responsibilities")).to_contain_text("Permits for kites")
    expect(page.locator(".field-parent .select2-selection")).to_contain_text("Removal")
    expect(page.get_by_label("On the overview page")).not_to_be_checked()
    write(page, "Overview", " And after it.")
    save(page)
    expect(page.locator(".messagelist")).to_contain_text("is saved as a draft")
    expect(notice(page)).to_have_count(0)
    hsi.refresh_from_db()
    assert hsi.link_label == "typed"
    assert "Typed before the crash. And after it." in hsi.overview
    assert hsi.responsibilities.filter(phrase="Permits for kites").exists()
    assert hsi.parent.acronym == "ERO"
    assert hsi.is_on_overview is False
    expect_no_copies(page)
    page.goto(form_url)
    expect(notice(page)).to_have_count(0)


def test_what_was_put_back_is_warned_about_and_offered_again_after_a_second_crash(
    page, site, form_url
):
    sign_in(page, site)
    page.goto(form_url)
    page.get_by_label("Link label").fill("typed")
    wait_until_kept(page)
    page = crash(page)
    page.goto(form_url)
    put_back(page)
    asked = ask_in_dialogs(page, accept=True)
    page.goto(form_url)

    assert [kind for kind, _ in asked] == ["beforeunload"]
    expect(notice(page)).to_contain_text("Link label")


def test_a_new_record_is_offered_after_a_crash_and_not_after_it_was_made(page, site):
    sign_in(page, site)
    address = f"{site}/admin/directorates/office/add/"
    page.goto(address)
    page.locator("#id_name").fill("Office of Kites")
    write(page, "Body", "What it does.")
    keep_now(page)
    page = crash(page)
    page.goto(address)
    put_back(page)
    expect(page.get_by_label("Page's address")).to_have_value("office-of-kites")

    page.get_by_role("button", name="Save draft").click()

    expect(page.locator(".messagelist")).to_contain_text("is saved as a draft")
    expect(notice(page)).to_have_count(0)
    assert "What it does." in Unit.objects.get(name="Office of Kites").body
    expect_no_copies(page)


@pytest.mark.parametrize("button", ["Save draft", "Save and publish…"])
def test_after_a_save_that_leads_elsewhere_nothing_is_offered(page, site, form_url, button):
    sign_in(page, site)
    page.goto(form_url)
    # The server stores the text without spaces around it.
    page.get_by_label("Link label").fill("  typed  ")

    page.get_by_role("button", name=button).click()
    page.wait_for_load_state()
    page.goto(form_url)

    expect(page.get_by_label("Link label")).to_have_value("typed")
    expect(notice(page)).to_have_count(0)
    expect_no_copies(page)


def test_what_is_typed_beside_an_offer_takes_nothing_from_it(page, site, form_url):
    sign_in(page, site)
    page.goto(form_url)
    page.get_by_label("Link label").fill("first")
    wait_until_kept(page)
    page = crash(page)
    page.goto(form_url)
    open_sections(page)
    page.get_by_label("Phone").fill("202-555-0100")
    wait_until_kept(page)

    put_back(page)

    expect(page.get_by_label("Link label")).to_have_value("first")
    expect(notice(page)).to_contain_text("Phone")
    put_back(page)
    expect(page.get_by_label("Phone")).to_have_value("202-555-0100")


def test_thrown_away_text_is_gone_unless_it_is_kept_after_all(page, site, form_url):
    sign_in(page, site)
    page.goto(form_url)
    page.get_by_label("Link label").fill("typed")
    wait_until_kept(page)
    page = crash(page)
    page.goto(form_url)

    page.get_by_role("button", name="Throw it away").click()

    expect(page.get_by_text("was thrown away")).to_be_focused()
    expect(notice(page)).to_have_count(0)
    page.get_by_role("button", name="Keep it after all").click()
    expect(notice(page)).to_contain_text("Link label")
    page.get_by_role("button", name="Throw it away").click()
    page.goto(form_url)
    expect(notice(page)).to_have_count(0)
    expect_no_copies(page)


def test_text_is_forgotten_after_two_weeks(page, site, form_url):
    sign_in(page, site)
    page.goto(form_url)
    page.get_by_label("Link label").fill("typed")
    wait_until_kept(page)
    page = crash(page)
    page.goto(f"{site}/admin/")
    page.evaluate(
        """() => { const key = Object.keys(localStorage).find(key => key.startsWith("autosave:"));
        const copies = JSON.parse(localStorage[key]);
        copies[0].at -= 14 * 24 * 60 * 60 * 1000;
        localStorage[key] = JSON.stringify(copies); }"""
    )

    page.goto(form_url)

    expect(notice(page)).to_have_count(0)
    expect_no_copies(page)


# Errors and a second editor


def test_a_save_with_errors_keeps_the_text(page, site, hsi, form_url):
    sign_in(page, site)
    page.goto(form_url)
    page.get_by_label("Link label").fill("typed")
    page.locator("#id_name").fill("")
    save(page)
    expect(page.locator(".errornote").first).to_be_visible()
    expect(notice(page)).to_have_count(0)

    page = crash(page)
    page.goto(form_url)

    put_back(page)
    expect(page.get_by_label("Link label")).to_have_value("typed")
    page.locator("#id_name").fill("A name")
    save(page)
    hsi.refresh_from_db()
    assert (hsi.link_label, hsi.name) == ("typed", "A name")
    expect_no_copies(page)


def test_a_save_that_does_not_reach_the_site_keeps_the_text(page, site, form_url):
    sign_in(page, site)
    page.goto(form_url)
    page.get_by_label("Link label").fill("typed")
    page.route("**/change/", lambda route: route.abort())
    page.get_by_role("button", name="Save draft").click()
    page.wait_for_url("chrome-error://**")
    page.unroute("**/change/")

    page.goto(form_url)

    expect(notice(page)).to_contain_text("Link label")


def test_old_text_put_back_onto_a_record_saved_meanwhile_overwrites_nothing(
    page, site, hsi, form_url
):
    sign_in(page, site)
    page.goto(form_url)
    page.get_by_label("Link label").fill("mine")
    wait_until_kept(page)
    page = crash(page)
    changed(hsi, link_label="theirs", phone="202-555-0100")
    page.goto(form_url)
    expect(notice(page)).not_to_contain_text("Phone")
    put_back(page)

    save(page)

    hsi.refresh_from_db()
    assert (hsi.link_label, hsi.phone) == ("theirs", "202-555-0100")
    row = page.locator(".other-save tr", has_text="Link label")
    expect(row).to_contain_text("theirs")
    expect(row).to_contain_text("mine")
    expect(page.get_by_label("Phone")).to_have_value("202-555-0100")
    expect(notice(page)).to_have_count(0)
    page.get_by_label("Your text, as it is in the form").check()
    save(page)
    hsi.refresh_from_db()
    assert (hsi.link_label, hsi.phone) == ("mine", "202-555-0100")
    expect_no_copies(page)


# Browsers without storage, and every size of screen


@pytest.mark.parametrize(
    ("error", "words"), [("SecurityError", "does not allow it"), ("QuotaExceededError", "is full")]
)
def test_a_browser_that_keeps_nothing_says_so_and_saves(page, site, hsi, form_url, error, words):
    # The admin's own scripts need storage.
    page.add_init_script(
        f"""const setItem = Storage.prototype.setItem;
        Storage.prototype.setItem = function (key, value) {{
          if (/^(autosave|staff-seen)/.test(key)) throw new DOMException("no", "{error}");
          setItem.call(this, key, value);
        }};"""
    )
    problems = []
    page.on("pageerror", lambda problem: problems.append(str(problem)))
    sign_in(page, site)
    page.goto(form_url)
    page.get_by_label("Link label").fill("typed")
    expect(page.locator(".autosave-note")).to_contain_text(words)

    save(page)

    hsi.refresh_from_db()
    assert hsi.link_label == "typed"
    assert problems == []


def test_axe_finds_nothing_where_text_is_offered(page, site, form_url, find_axe_violations):
    sign_in(page, site)
    page.goto(form_url)
    page.get_by_label("Link label").fill("typed")
    wait_until_kept(page)
    assert find_axe_violations(page, widths=WIDTHS) == []
    page = crash(page)
    page.goto(form_url)
    expect(notice(page)).to_be_visible()
    assert find_axe_violations(page, widths=WIDTHS) == []
    page.get_by_role("button", name="Throw it away").press("Enter")
    expect(page.get_by_role("button", name="Keep it after all")).to_be_visible()
    assert find_axe_violations(page, widths=WIDTHS) == []
