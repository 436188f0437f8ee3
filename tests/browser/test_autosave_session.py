"""An editor's typed text when the session ends, or another person signs in."""

from playwright.sync_api import expect

from directorates.models import StaffSession
from directorates.models.staff.staff_session import SessionStore
from tests.browser.autosave import (
    ask_in_dialogs,
    crash,
    expect_no_copies,
    log_in,
    notice,
    put_back,
    wait_until_kept,
)
from tests.browser.test_editor_journey import save, sign_in, write


def test_after_a_session_that_ended_the_editor_goes_on_in_the_form(page, site, hsi, form_url):
    sign_in(page, site, username="edith")
    page.goto(form_url)
    write(page, "Body", "Typed for an hour.")
    StaffSession.objects.all().delete()
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Your session has ended.")).to_contain_text("is kept on this device")

    log_in(page, "edith")

    page.wait_for_url(form_url)
    expect(notice(page)).to_contain_text("Body")
    put_back(page)
    save(page)
    hsi.refresh_from_db()
    assert "Typed for an hour." in hsi.body
    expect_no_copies(page)


def test_after_a_sign_in_in_another_tab_the_old_form_can_be_saved(page, site, hsi, form_url):
    sign_in(page, site, username="edith")
    # The old session began long before the new one, so the two can be distinguished.
    session = SessionStore(StaffSession.objects.get().pk)
    session["staff_signed_in_at"] -= 60
    session.save()
    page.goto(form_url)
    page.get_by_label("Link label").fill("typed")
    token = page.locator("#directorate_form [name=csrfmiddlewaretoken]")
    before = token.input_value()
    StaffSession.objects.all().delete()
    other = page.context.new_page()
    other.goto(f"{site}/admin/")
    log_in(other, "edith")
    other.wait_for_url("**/admin/")

    expect(token).not_to_have_value(before)
    save(page)

    hsi.refresh_from_db()
    assert hsi.link_label == "typed"


def test_a_form_with_an_old_token_leads_back_to_its_text(
    page, site, hsi, form_url, find_axe_violations
):
    sign_in(page, site)
    page.goto(form_url)
    page.get_by_label("Link label").fill("typed")
    page.evaluate(
        "document.querySelector('#directorate_form [name=csrfmiddlewaretoken]').value = 'x'.repeat(64)"
    )
    save(page)
    expect(page.get_by_role("heading", name="Nothing was saved")).to_be_visible()
    expect(page.locator("main")).to_contain_text("What you typed is kept on this device.")
    assert find_axe_violations(page) == []

    page.get_by_role("link", name="Open the form again").click()

    page.wait_for_url(form_url)
    put_back(page)
    save(page)
    hsi.refresh_from_db()
    assert hsi.link_label == "typed"


def test_another_account_on_the_same_device_is_not_offered_the_text(page, site, form_url):
    sign_in(page, site, username="edith")
    page.goto(form_url)
    page.get_by_label("Link label").fill("typed")
    wait_until_kept(page)
    page = crash(page)
    StaffSession.objects.all().delete()
    sign_in(page, site, username="other")

    page.goto(form_url)

    expect(page.get_by_label("Link label")).to_be_visible()
    expect(notice(page)).to_have_count(0)
    StaffSession.objects.all().delete()
    page.goto(form_url)
    log_in(page, "edith")
    expect(notice(page)).to_contain_text("Link label")


def test_signing_out_deletes_the_text_after_a_question(page, site, form_url):
    sign_in(page, site, username="edith")
    page.goto(form_url)
    page.get_by_label("Link label").fill("typed")
    asked = ask_in_dialogs(page, accept=True)

    page.locator("#user-tools summary").click()
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/admin/logout/")

    [(kind, question)] = asked
    assert kind == "confirm"
    assert "one form holds text that was not saved" in question
    expect_no_copies(page)
    page.goto(form_url)
    log_in(page, "edith")
    page.wait_for_url(form_url)
    expect(notice(page)).to_have_count(0)


def test_whoever_does_not_sign_out_after_all_loses_nothing(page, site, form_url):
    sign_in(page, site)
    page.goto(form_url)
    page.get_by_label("Link label").fill("typed")
    ask_in_dialogs(page, accept=False)

    page.locator("#user-tools summary").click()
    page.get_by_role("button", name="Log out").click()

    expect(page.get_by_label("Link label")).to_have_value("typed")
    page = crash(page)
    page.goto(form_url)
    expect(notice(page)).to_contain_text("Link label")


def test_signing_out_asks_nothing_without_such_text(page, site):
    sign_in(page, site)
    asked = ask_in_dialogs(page, accept=True)

    page.locator("#user-tools summary").click()
    page.get_by_role("button", name="Log out").click()

    page.wait_for_url("**/admin/logout/")
    assert asked == []


def test_a_session_about_to_end_can_be_renewed(page, site, form_url, find_axe_violations):
    page.clock.install()
    sign_in(page, site)
    page.goto(form_url)
    page.clock.fast_forward("53:00")
    status = page.locator(".session-notice")
    expect(status).to_be_empty()

    page.clock.fast_forward("02:00")

    expect(status).to_contain_text("your session ends at")
    assert find_axe_violations(page) == []
    page.get_by_role("button", name="Stay signed in").click()
    expect(status).to_be_empty()
    page.clock.fast_forward("50:00")
    expect(status).to_be_empty()
    page.clock.fast_forward("10:00")
    expect(status).to_contain_text("Your session has ended.")
    expect(status.get_by_role("link", name="Sign in in a new tab")).to_be_visible()
