"""What an editor typed outlives a crash, an ended session, an error and a second editor."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from directorates.actions import reviewing
from directorates.models import ChangeSet, Figure, Responsibility, SiteSettings, Unit
from tests.browser.test_editor_journey import PASSWORD, box, save, sign_in, write
from tests.factories import NOON, changed, make_responsibility


@pytest.fixture
def hsi(site):
    return Unit.objects.get(acronym="HSI")


@pytest.fixture
def form_url(site, hsi):
    return f"{site}/admin/directorates/directorate/{hsi.pk}/change/"


def notice(page):
    return page.locator(".kept-text")


def wait_until_kept(page):
    expect(page.locator(".kept-note")).to_contain_text("Kept on this device at")


def crash(page):
    """Close the page as a crash does, without asking it; return a new one of the same browser."""
    context = page.context
    page.close(run_before_unload=False)
    return context.new_page()


def put_back(page):
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_text("is in the form again")).to_be_focused()


def copies_on(page):
    return page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('kept-text:'))")


def choose(page, field, words):
    """Choose an entry of a lookup field by typing."""
    page.locator(f".field-{field} .select2-selection").click()
    page.keyboard.type(words)
    page.locator(".select2-results__option--highlighted", has_text=words).click()


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


# After a crash


def test_after_a_crash_the_text_is_offered_put_back_and_saved(page, site, hsi, form_url):
    make_responsibility("Permits for kites")
    sign_in(page, site)
    page.goto(form_url)
    expect(notice(page)).to_have_count(0)
    page.get_by_label("Link label").fill("typed")
    write(page, "Overview", " Typed before the crash.")
    choose(page, "responsibilities", "Permits for kites")
    choose(page, "parent", "Removal")
    page.get_by_label("On the overview page").uncheck()
    wait_until_kept(page)
    page.wait_for_timeout(1200)

    page = crash(page)
    page.goto(form_url)

    expect(notice(page).get_by_role("heading")).to_contain_text("was not saved")
    for label in ["Link label", "Overview", "Responsibilities", "Part of", "On the overview page"]:
        expect(notice(page)).to_contain_text(label)
    expect(notice(page)).not_to_contain_text("Slug")
    expect(page.get_by_label("Link label")).to_have_value(hsi.link_label)
    put_back(page)
    expect(page.get_by_label("Link label")).to_have_value("typed")
    expect(box(page, "Overview")).to_contain_text("Typed before the crash.")
    expect(page.locator(".field-responsibilities")).to_contain_text("Permits for kites")
    expect(page.locator(".field-parent .select2-selection")).to_contain_text("Removal")
    expect(page.get_by_label("On the overview page")).not_to_be_checked()
    write(page, "Overview", " And after it.")
    save(page)
    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")
    expect(notice(page)).to_have_count(0)
    hsi.refresh_from_db()
    assert hsi.link_label == "typed"
    assert "Typed before the crash. And after it." in hsi.overview
    assert hsi.responsibilities.filter(phrase="Permits for kites").exists()
    assert hsi.parent.acronym == "ERO"
    assert hsi.is_on_overview is False
    assert copies_on(page) == []
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
    page.get_by_label("Name:", exact=True).fill("Office of Kites")
    write(page, "Body", "What it does.")
    wait_until_kept(page)
    page.wait_for_timeout(1200)
    page = crash(page)
    page.goto(address)
    put_back(page)
    expect(page.get_by_label("Slug")).to_have_value("office-of-kites")

    page.get_by_role("button", name="Save and add another").click()

    expect(page.locator(".messagelist")).to_contain_text("You may add another")
    expect(notice(page)).to_have_count(0)
    assert "What it does." in Unit.objects.get(name="Office of Kites").body
    assert copies_on(page) == []


@pytest.mark.parametrize("button", ["Save and preview", "Save and go on to publish"])
def test_after_a_save_that_leads_elsewhere_nothing_is_offered(page, site, form_url, button):
    sign_in(page, site)
    page.goto(form_url)
    # The server stores these words without the spaces around them.
    page.get_by_label("Link label").fill("  typed  ")

    page.get_by_role("button", name=button).click()
    page.wait_for_load_state()
    page.goto(form_url)

    expect(page.get_by_label("Link label")).to_have_value("typed")
    expect(notice(page)).to_have_count(0)
    assert copies_on(page) == []


def test_what_is_typed_beside_an_offer_takes_nothing_from_it(page, site, form_url):
    sign_in(page, site)
    page.goto(form_url)
    page.get_by_label("Link label").fill("first")
    wait_until_kept(page)
    page = crash(page)
    page.goto(form_url)
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
    assert copies_on(page) == []


def test_text_is_forgotten_after_two_weeks(page, site, form_url):
    sign_in(page, site)
    page.goto(form_url)
    page.get_by_label("Link label").fill("typed")
    wait_until_kept(page)
    page = crash(page)
    page.goto(f"{site}/admin/")
    page.evaluate(
        """() => { const key = Object.keys(localStorage).find(key => key.startsWith("kept-text:"));
        const copies = JSON.parse(localStorage[key]);
        copies[0].at -= 14 * 24 * 60 * 60 * 1000;
        localStorage[key] = JSON.stringify(copies); }"""
    )

    page.goto(form_url)

    expect(notice(page)).to_have_count(0)
    assert copies_on(page) == []


# Errors and a second editor


def test_a_save_with_errors_keeps_the_text(page, site, hsi, form_url):
    sign_in(page, site)
    page.goto(form_url)
    page.get_by_label("Link label").fill("typed")
    page.get_by_label("Name:", exact=True).fill("")
    save(page)
    expect(page.locator(".errornote").first).to_be_visible()
    expect(notice(page)).to_have_count(0)

    page = crash(page)
    page.goto(form_url)

    put_back(page)
    expect(page.get_by_label("Link label")).to_have_value("typed")
    page.get_by_label("Name:", exact=True).fill("A name")
    save(page)
    hsi.refresh_from_db()
    assert (hsi.link_label, hsi.name) == ("typed", "A name")
    assert copies_on(page) == []


def test_a_save_that_does_not_reach_the_site_keeps_the_text(page, site, form_url):
    sign_in(page, site)
    page.goto(form_url)
    page.get_by_label("Link label").fill("typed")
    page.route("**/change/", lambda route: route.abort())
    page.get_by_role("button", name="Save and continue editing").click()
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
    save(page)
    hsi.refresh_from_db()
    assert (hsi.link_label, hsi.phone) == ("mine", "202-555-0100")
    assert copies_on(page) == []


# Sessions and accounts


def test_after_a_session_that_ended_the_editor_goes_on_in_the_form(page, site, hsi, form_url):
    sign_in(page, site, username="edith")
    page.goto(form_url)
    write(page, "Body", "Typed for an hour.")
    Session.objects.all().delete()
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.get_by_text("Your session has ended.")).to_contain_text("is kept on this device")

    log_in(page, "edith")

    page.wait_for_url(form_url)
    expect(notice(page)).to_contain_text("Body")
    put_back(page)
    save(page)
    hsi.refresh_from_db()
    assert "Typed for an hour." in hsi.body
    assert copies_on(page) == []


def test_after_a_sign_in_in_another_tab_the_old_form_can_be_saved(page, site, hsi, form_url):
    sign_in(page, site, username="edith")
    page.goto(form_url)
    page.get_by_label("Link label").fill("typed")
    token = page.locator("#directorate_form [name=csrfmiddlewaretoken]")
    before = token.input_value()
    page.wait_for_timeout(6_000)  # The new session must be seen to end later than the old one.
    Session.objects.all().delete()
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
    Session.objects.all().delete()
    sign_in(page, site, username="other")

    page.goto(form_url)

    expect(page.get_by_label("Link label")).to_be_visible()
    expect(notice(page)).to_have_count(0)
    Session.objects.all().delete()
    page.goto(form_url)
    log_in(page, "edith")
    expect(notice(page)).to_contain_text("Link label")


def test_signing_out_deletes_the_text_after_a_question(page, site, form_url):
    sign_in(page, site, username="edith")
    page.goto(form_url)
    page.get_by_label("Link label").fill("typed")
    asked = ask_in_dialogs(page, accept=True)

    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/admin/logout/")

    [(kind, question)] = asked
    assert kind == "confirm"
    assert "one form holds text that was not saved" in question
    assert copies_on(page) == []
    page.goto(form_url)
    log_in(page, "edith")
    page.wait_for_url(form_url)
    expect(notice(page)).to_have_count(0)


def test_whoever_does_not_sign_out_after_all_loses_nothing(page, site, form_url):
    sign_in(page, site)
    page.goto(form_url)
    page.get_by_label("Link label").fill("typed")
    ask_in_dialogs(page, accept=False)

    page.get_by_role("button", name="Log out").click()

    expect(page.get_by_label("Link label")).to_have_value("typed")
    page = crash(page)
    page.goto(form_url)
    expect(notice(page)).to_contain_text("Link label")


def test_signing_out_asks_nothing_without_such_text(page, site):
    sign_in(page, site)
    asked = ask_in_dialogs(page, accept=True)

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


# Other forms


def test_a_figures_text_is_kept(page, site):
    figure = Figure.objects.first()
    sign_in(page, site)
    address = f"{site}/admin/directorates/figure/{figure.pk}/change/"
    page.goto(address)
    page.get_by_label("Source:", exact=True).fill("Counted by hand")
    wait_until_kept(page)
    page = crash(page)
    page.goto(address)

    put_back(page)
    save(page)

    figure.refresh_from_db()
    assert figure.source == "Counted by hand"
    assert copies_on(page) == []


def test_a_change_sets_text_and_choice_are_kept(page, site, hsi):
    drafts = [changed(hsi, summary="A draft."), changed(hsi.parent, summary="A second draft.")]
    change_set = reviewing.create(title="One set", records=drafts[:1], by=None, at=NOON)
    sign_in(page, site)
    address = f"{site}/admin/directorates/changeset/{change_set.pk}/change/"
    page.goto(address)
    page.get_by_label("Reason").fill("Because of the reform.")
    page.get_by_role("checkbox", name=str(drafts[1])).check()
    page.get_by_role("checkbox", name=str(drafts[0])).uncheck()
    page.wait_for_timeout(1200)
    wait_until_kept(page)
    page = crash(page)
    page.goto(address)
    expect(notice(page)).to_contain_text("Reason")
    expect(notice(page)).to_contain_text("Units")

    put_back(page)
    page.get_by_role("button", name="Save and continue editing").click()

    expect(page.locator(".messagelist")).to_contain_text("is saved")
    change_set = ChangeSet.objects.get(pk=change_set.pk)
    assert change_set.reason == "Because of the reform."
    assert list(change_set.units.all()) == [drafts[1]]
    assert copies_on(page) == []


def test_a_responsibility_saved_meanwhile_is_not_overwritten(page, site):
    responsibility = make_responsibility("Permits for kites", synonyms=["kite flying"])
    sign_in(page, site)
    address = f"{site}/admin/directorates/responsibility/{responsibility.pk}/change/"
    page.goto(address)
    page.get_by_label("Synonyms").fill("kites, strings")
    wait_until_kept(page)
    page = crash(page)
    Responsibility.objects.update(synonyms=["theirs"])
    page.goto(address)
    put_back(page)

    save(page)

    responsibility.refresh_from_db()
    assert responsibility.synonyms == ["theirs"]
    expect(page.get_by_text("Someone else saved this record")).to_be_visible()
    save(page)
    responsibility.refresh_from_db()
    assert responsibility.synonyms == ["kites", "strings"]
    assert copies_on(page) == []


def test_links_of_the_site_settings_are_kept_row_by_row(page, site):
    settings = SiteSettings.objects.get()
    sign_in(page, site)
    address = f"{site}/admin/directorates/sitesettings/{settings.pk}/change/"
    page.goto(address)
    first, *others = settings.links.order_by("position", "pk")
    page.locator("#id_links-0-url").fill("/first/")
    page.get_by_role("button", name="Add another").click()
    new = len(others) + 1
    page.locator(f"#id_links-{new}-text").fill("Ours")
    page.locator(f"#id_links-{new}-url").fill("/ours/")
    page.locator(f"#id_links-{new + 1}-text").fill("Also ours")
    page.locator(f"#id_links-{new + 1}-url").fill("/also/")
    page.wait_for_timeout(1200)
    wait_until_kept(page)
    page = crash(page)
    # Meanwhile someone else adds one, which takes the place of the new rows on the page.
    settings.links.create(text="Theirs", url="/theirs/", position=others[-1].position + 1)
    page.goto(address)

    put_back(page)
    save(page)

    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")
    links = dict(settings.links.values_list("text", "url"))
    assert links[first.text] == "/first/"
    assert (links["Theirs"], links["Ours"], links["Also ours"]) == ("/theirs/", "/ours/", "/also/")
    assert copies_on(page) == []


# Browsers that keep nothing, and every size of screen


@pytest.mark.parametrize(
    ("error", "words"), [("SecurityError", "does not allow it"), ("QuotaExceededError", "is full")]
)
def test_a_browser_that_keeps_nothing_says_so_and_saves(page, site, hsi, form_url, error, words):
    # The stock admin's own scripts cannot do without.
    page.add_init_script(
        f"""const setItem = Storage.prototype.setItem;
        Storage.prototype.setItem = function (key, value) {{
          if (/^(kept-text|staff-seen)/.test(key)) throw new DOMException("no", "{error}");
          setItem.call(this, key, value);
        }};"""
    )
    problems = []
    page.on("pageerror", lambda problem: problems.append(str(problem)))
    sign_in(page, site)
    page.goto(form_url)
    page.get_by_label("Link label").fill("typed")
    expect(page.locator(".kept-note")).to_contain_text(words)

    save(page)

    hsi.refresh_from_db()
    assert hsi.link_label == "typed"
    assert problems == []


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_where_text_is_offered(page, site, form_url, find_axe_violations, width):
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, site)
    page.goto(form_url)
    page.get_by_label("Link label").fill("typed")
    wait_until_kept(page)
    assert find_axe_violations(page) == []
    page = crash(page)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(form_url)
    expect(notice(page)).to_be_visible()
    assert find_axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Throw it away").press("Enter")
    expect(page.get_by_role("button", name="Keep it after all")).to_be_visible()
    assert find_axe_violations(page) == []
