"""An editor refers to figures and units in a browser: with the button, by keyboard and by screen reader."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.autosave import crash, keep_now, put_back
from tests.browser.conftest import WIDTHS
from tests.browser.keyboard import Keyboard
from tests.browser.referring import choose, dialog, in_text, insert, wait_for_records
from tests.browser.test_editor_journey import box, open_sections, save, sign_in, write
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_directorate,
    make_figure,
    published,
    published_agency,
)

LATER = NOON + DAY

MORE_THAN = '<span data-figure="workforce" data-form="more-than" data-digits="1">workforce</span>'
KITES = '<span data-unit="kites" data-words="name" data-linked="no">kites</span>'


@pytest.fixture
def site(live_server):
    """Serve a small agency; return its address."""
    agency = published_agency()
    published(
        make_figure(
            unit=agency, identifier="workforce", value=21786, counts="people", source="The yearbook"
        )
    )
    return live_server.url


@pytest.fixture
def kites(site):
    unit = make_directorate(
        name="Office of Kites", acronym="OK", slug="kites", identifier="kites", summary="",
        overview="<p>It is small.</p>", body="",
    )  # fmt: skip
    return published(unit)


@pytest.fixture
def form_url(site, kites):
    return f"{site}/admin/directorates/directorate/{kites.pk}/change/"


def test_a_reference_is_inserted_and_saved_by_keyboard_alone(
    page, site, kites, form_url, browser_complaints
):
    sign_in(page, site)
    page.goto(form_url)
    keyboard = Keyboard(page)
    keyboard.reach(box(page, "Overview"))
    page.keyboard.press("Control+End")
    page.keyboard.type(" It counts ")

    insert(page, "workforce", "more than 20,000 people")

    expect(box(page, "Overview")).to_be_focused()
    page.keyboard.type(" in all.")
    expect(box(page, "Overview")).to_have_text(
        "It is small. It counts more than 20,000 people in all."
    )
    keyboard.push("Save draft")
    kites.refresh_from_db()
    assert kites.overview == f"<p>It is small. It counts {MORE_THAN} in all.</p>"
    expect(in_text(page)).to_have_text("more than 20,000 people")
    # The editor's own inline styles are refused, and `agency.css` replaces them.
    assert [one for one in browser_complaints if "django_prose_editor" not in one] == []


def test_a_screen_reader_is_told_the_records_the_words_and_the_reference(page, site, form_url):
    sign_in(page, site)
    page.goto(form_url)
    box(page, "Overview").focus()

    page.keyboard.press("Control+Alt+R")

    field = page.get_by_role("combobox", name="Search")
    expect(dialog(page).get_by_role("status")).to_have_text("4 records.")
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    option = page.get_by_role("option", name="Agency of Examples (AOE)", exact=False)
    expect(option).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == option.get_attribute("id")
    expect(dialog(page).get_by_role("listbox", name="Records")).to_match_aria_snapshot("""
      - listbox "Records":
        - group "Figures":
          - option /21,786 people/
        - group "Units":
          - option /Agency of Examples/ [selected]
          - option /Office of Kites/
        - group "Counts of units":
          - option /Number of units of AOE/
    """)
    page.keyboard.type("nothing like it")
    expect(dialog(page).get_by_role("status")).to_have_text("No record has all these words.")
    expect(field).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Escape")
    expect(dialog(page)).to_be_hidden()
    expect(box(page, "Overview")).to_be_focused()

    write(page, "Overview", "")
    insert(page, "number of", "one directorate")
    page.keyboard.press("ArrowLeft")
    name = "one directorate, reference to the number of directorates of Agency of Examples"
    expect(page.get_by_role("group", name=name, exact=True)).to_have_text("one directorate")
    expect(page.get_by_role("status").filter(has_text=name)).to_have_text(
        f"{name}. Enter changes it, Delete removes it."
    )


def test_a_reference_is_changed_by_enter_or_click_and_removed_by_delete(page, site, form_url):
    sign_in(page, site)
    page.goto(form_url)
    write(page, "Overview", "")
    insert(page, "people", "more than 20,000 people")

    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(dialog(page).get_by_role("radio", checked=True)).to_have_accessible_name(
        "more than 20,000 people"
    )
    choose(page, "about 22,000 people")
    page.keyboard.press("Enter")
    expect(in_text(page)).to_have_text("about 22,000 people")
    page.keyboard.type("!")
    expect(box(page, "Overview")).to_have_text("It is small.about 22,000 people!")

    in_text(page).click()
    dialog(page).get_by_role("checkbox", name="The number alone").check()
    dialog(page).get_by_role("button", name="Change").click()
    expect(in_text(page)).to_have_text("about 22,000")

    page.locator(".field-overview [data-name=reference]").click()
    dialog(page).get_by_role("button", name="Cancel").click()
    in_text(page).click()
    dialog(page).get_by_role("button", name="Remove").click()
    expect(in_text(page)).to_have_count(0)
    page.keyboard.press("Control+Z")
    expect(in_text(page)).to_have_text("about 22,000")
    page.keyboard.press("Control+Y")
    expect(in_text(page)).to_have_count(0)


def test_references_survive_copying_pasting_cutting_and_undoing(page, site, kites, form_url):
    published(
        changed(kites, overview=f"<p>Here are {MORE_THAN}. {KITES} counts them.</p>"), at=LATER
    )
    sign_in(page, site)
    page.goto(form_url)
    expect(in_text(page)).to_have_text(["more than 20,000 people", "Office of Kites"])
    box(page, "Overview").focus()

    page.keyboard.press("Control+A")
    page.keyboard.press("Control+C")
    box(page, "Body").focus()
    page.keyboard.press("Control+V")
    expect(in_text(page, "body")).to_have_text(["more than 20,000 people", "Office of Kites"])
    # The editor undoes what was done within half a second together.
    page.wait_for_timeout(600)
    page.keyboard.press("Control+A")
    page.keyboard.press("Control+X")
    expect(in_text(page, "body")).to_have_count(0)
    page.keyboard.press("Control+Z")
    expect(in_text(page, "body")).to_have_count(2)
    # Other programs and plain fields get the words.
    open_sections(page)
    page.get_by_label("Title of the head").focus()
    page.keyboard.press("Control+V")
    expect(page.get_by_label("Title of the head")).to_have_value(
        "Here are more than 20,000 people. Office of Kites counts them."
    )
    save(page)

    kites.refresh_from_db()
    assert kites.overview == kites.body
    assert kites.body == f"<p>Here are {MORE_THAN}. {KITES} counts them.</p>"


def test_references_survive_a_crash_and_words_beside_them_are_no_change_of_them(
    page, site, kites, form_url
):
    published(changed(kites, overview=f"<p>{MORE_THAN} fly kites.</p>"), at=LATER)
    sign_in(page, site)
    page.goto(form_url)
    expect(in_text(page)).to_have_text("More than 20,000 people")
    write(page, "Overview", " Yes.")
    keep_now(page)
    page = crash(page)
    page.goto(form_url)
    put_back(page)
    expect(in_text(page)).to_have_text("More than 20,000 people")
    save(page)

    kites.refresh_from_db()
    assert kites.overview == f"<p>{MORE_THAN} fly kites. Yes.</p>"


def test_a_clash_and_a_comparison_show_words_and_the_choice_keeps_the_reference(
    page, site, kites, form_url
):
    sign_in(page, site)
    page.goto(form_url)
    write(page, "Overview", "")
    page.keyboard.type(" Mine: ")
    insert(page, "people", "more than 20,000 people")
    changed(kites, overview="<p>It is small. Theirs.</p>")
    save(page)

    clash = page.locator(".other-save")
    expect(clash).to_contain_text("more than 20,000 people")
    expect(in_text(page)).to_have_text("more than 20,000 people")
    clash.get_by_label("Your text, as it is in the form").check()
    save(page)

    kites.refresh_from_db()
    assert kites.overview == f"<p>It is small. Mine: {MORE_THAN}</p>"
    page.locator(".tools__more > summary").click()
    page.get_by_role("link", name="Publish…").click()
    expect(page.locator(".differences ins")).to_contain_text(["more than 20,000 people"])
    expect(page.locator(".differences")).not_to_contain_text("data-figure")


def test_a_summary_gets_a_token_and_says_how_it_reads(page, site, kites, form_url):
    sign_in(page, site)
    page.goto(form_url)
    summary = page.get_by_label("Summary")
    summary.fill("The office flies kites for  at all times of the year.")
    for _ in range(len(" at all times of the year.")):
        summary.press("ArrowLeft")
    Keyboard(page).reach(page.get_by_role("button", name="Refer to a figure or unit in: Summary"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Search")).to_be_focused()
    page.keyboard.type("people")
    # The only record needs no arrow key.
    wait_for_records(page)
    page.keyboard.press("Enter")
    choose(page, "nearly 22,000 people")
    page.keyboard.press("Enter")

    token = "{figure workforce nearly 2}"
    expect(summary).to_be_focused()
    expect(summary).to_have_value(f"The office flies kites for {token} at all times of the year.")
    reads = page.locator(".reads-as")
    expect(reads).to_have_text(
        "Reads as: The office flies kites for nearly 22,000 people at all times of the year."
    )
    # In the token, the button changes it.
    summary.press("ArrowLeft")
    summary.press("Control+Alt+R")
    choose(page, "more than 21,000 people")
    page.keyboard.press("Enter")
    expect(summary).to_have_value(re.compile("more-than 2"))
    page.keyboard.press("Control+Z")
    expect(summary).to_have_value(re.compile("nearly 2"))
    save(page)
    kites.refresh_from_db()
    assert kites.summary == f"The office flies kites for {token} at all times of the year."
    page.get_by_label("Summary").fill("{figure workforce nearly 1} and {figure x}")
    expect(reads).to_contain_text("too far from")
    expect(reads).to_contain_text("“{figure x}” is no reference.")


def test_without_an_answer_the_form_says_so_and_can_be_saved(page, site, kites, form_url):
    published(changed(kites, overview=f"<p>{MORE_THAN} fly kites.</p>"), at=LATER)
    sign_in(page, site)
    asked = []

    def refuse(route):
        asked.append(route.request.url)
        route.abort()

    page.route("**/admin/references/**", refuse)
    page.goto(form_url)
    expect(in_text(page)).to_have_text("workforce")
    write(page, "Overview", " Yes.")
    page.keyboard.press("Control+Alt+R")
    expect(dialog(page).get_by_role("status")).to_contain_text("The site cannot be reached.")
    page.keyboard.press("Escape")
    assert len(asked) == 2
    save(page)
    kites.refresh_from_db()
    assert kites.overview == f"<p>{MORE_THAN} fly kites. Yes.</p>"


def test_axe_finds_nothing_in_the_dialog_and_beside_references(
    page, site, kites, form_url, find_axe_violations
):
    changed(
        kites,
        overview=f"<p>{MORE_THAN} and {KITES}.</p>",
        summary="The office of {figure workforce nearly 1} flies kites all year round.",
    )
    sign_in(page, site)
    page.goto(form_url)
    expect(in_text(page)).to_have_count(2)
    assert find_axe_violations(page, widths=WIDTHS) == []
    box(page, "Overview").focus()
    page.keyboard.press("Control+Alt+R")
    expect(dialog(page).get_by_role("status")).to_have_text("4 records.")
    page.keyboard.press("ArrowDown")
    assert find_axe_violations(page, widths=WIDTHS) == []
    page.keyboard.press("Enter")
    expect(dialog(page).get_by_role("radio", checked=True)).to_be_focused()
    assert find_axe_violations(page, widths=WIDTHS) == []
