"""Every staff form keeps typed text."""

from playwright.sync_api import expect

from directorates.actions.reviewing import reviewing
from directorates.models import ChangeSet, Figure, Responsibility, SiteSettings
from tests.browser.autosave import (
    crash,
    expect_no_copies,
    keep_now,
    notice,
    put_back,
    wait_until_kept,
)
from tests.browser.test_editor_journey import save, sign_in
from tests.factories import NOON, changed, make_responsibility


def save_at_once(page):
    """Save a record that has no drafts."""
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_load_state()


def test_a_figures_text_is_kept(page, site):
    figure = Figure.objects.first()
    sign_in(page, site)
    address = f"{site}/admin/directorates/figure/{figure.pk}/change/"
    page.goto(address)
    page.get_by_label("Source", exact=True).fill("Counted by hand")
    wait_until_kept(page)
    page = crash(page)
    page.goto(address)

    put_back(page)
    save(page)

    figure.refresh_from_db()
    assert figure.source == "Counted by hand"
    expect_no_copies(page)


def test_a_change_sets_text_and_choice_are_kept(page, site, hsi):
    drafts = [changed(hsi, summary="A draft."), changed(hsi.parent, summary="A second draft.")]
    change_set = reviewing.create(title="One set", records=drafts[:1], by=None, at=NOON)
    sign_in(page, site)
    address = f"{site}/admin/directorates/changeset/{change_set.pk}/change/"
    page.goto(address)
    page.get_by_label("Reason").fill("Because of the reform.")
    page.get_by_role("checkbox", name=drafts[1].choice_label, exact=True).check()
    page.get_by_role("checkbox", name=drafts[0].choice_label, exact=True).uncheck()
    keep_now(page)
    page = crash(page)
    page.goto(address)
    expect(notice(page)).to_contain_text("Reason")
    expect(notice(page)).to_contain_text("Units")

    put_back(page)
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator(".messagelist")).to_contain_text("is saved")
    change_set = ChangeSet.objects.get(pk=change_set.pk)
    assert change_set.reason == "Because of the reform."
    assert list(change_set.units.all()) == [drafts[1]]
    expect_no_copies(page)


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

    save_at_once(page)

    responsibility.refresh_from_db()
    assert responsibility.synonyms == ["theirs"]
    expect(page.get_by_text("Someone else saved this record")).to_be_visible()
    page.get_by_label("Your text, as it is in the form").check()
    save_at_once(page)
    responsibility.refresh_from_db()
    assert responsibility.synonyms == ["kites", "strings"]
    expect_no_copies(page)


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
    keep_now(page)
    page = crash(page)
    # Meanwhile another person adds a row, which takes the place of the new rows on the page.
    settings.links.create(text="Theirs", url="/theirs/", position=others[-1].position + 1)
    page.goto(address)

    put_back(page)
    save_at_once(page)

    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")
    links = dict(settings.links.values_list("text", "url"))
    assert links[first.text] == "/first/"
    assert (links["Theirs"], links["Ours"], links["Also ours"]) == ("/theirs/", "/ours/", "/also/")
    expect_no_copies(page)
