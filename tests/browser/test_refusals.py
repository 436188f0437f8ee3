"""Refusals in Chromium are readable and at the field, and the text stays."""

from datetime import date, timedelta

from django.utils import timezone

from directorates.actions.reviewing import reviewing
from directorates.models import Unit
from tests.browser.conftest import WIDTHS
from tests.browser.test_editor_journey import sign_in
from tests.factories import changed, make_user


def clocks_go_back():
    first = date(timezone.localdate().year + 1, 11, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7)


def test_an_hour_that_comes_twice_is_asked_for(page, site, hsi, find_axe_violations):
    changed(hsi, summary="Another.")
    sign_in(page, site)
    page.goto(f"{site}/admin/directorates/directorate/{hsi.pk}/publish/")
    page.get_by_label("On the day and at the time below").check()
    page.locator("[name=on_day]").fill(str(clocks_go_back()))
    page.locator("[name=at_time]").fill("01:30")
    page.get_by_label("Public change note").fill("A note that was typed.")
    page.get_by_role("button", name="Schedule for").click()
    group = page.get_by_role("group", name="Which of the two hours")
    group.get_by_text("1:30 AM comes twice").wait_for()
    assert page.get_by_label("Public change note").input_value() == "A note that was typed."
    assert find_axe_violations(page, widths=WIDTHS) == []
    group.get_by_label("after the clocks go back (EST)").check()
    page.get_by_role("button", name="Schedule for").click()
    page.get_by_text("Scheduled:").first.wait_for()


def test_a_set_asks_for_the_hour_too(page, site, hsi, find_axe_violations):
    record = changed(hsi, summary="Another.")
    change_set = reviewing.create(title="A set", records=[record], by=None, at=timezone.now())
    sign_in(page, site)
    page.goto(f"{site}{change_set.get_absolute_url()}")
    page.get_by_label("Title").fill("A title that was typed")
    page.locator("[name=effective_from_0]").fill(str(clocks_go_back()))
    page.locator("[name=effective_from_1]").fill("01:30")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("1:30 AM comes twice").first.wait_for()
    assert page.get_by_label("Title").input_value() == "A title that was typed"
    assert find_axe_violations(page, widths=WIDTHS) == []
    page.get_by_label("Which of the two hours").select_option("after")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("is saved").first.wait_for()


def test_what_is_in_review_by_now_keeps_what_was_typed(
    page, site, form_url, hsi, find_axe_violations
):
    sign_in(page, site)
    page.goto(form_url)
    page.get_by_label("Summary").fill("A summary that was typed.")
    at = timezone.now()
    record = changed(Unit.objects.get(pk=hsi.pk), acronym="HSX", at=at)
    author = make_user(username="author")
    change_set = reviewing.create(title="Theirs", records=[record], by=author, at=at)
    reviewing.submit(change_set=change_set, by=author, at=at)
    # The first save takes over the second person's text.
    page.get_by_role("button", name="Save draft", exact=True).click()
    page.get_by_text("Nothing was overwritten").first.wait_for()
    page.get_by_role("button", name="Save draft", exact=True).click()
    page.get_by_text("is in review with the change set “Theirs”").first.wait_for()
    assert page.get_by_label("Summary").input_value() == "A summary that was typed."
    assert find_axe_violations(page, widths=WIDTHS) == []
