"""Every page that asks for an instant refuses an impossible one in Chromium, and then accepts a right one."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from directorates.actions.reviewing import reviewing
from directorates.models import Unit, UnitEdition
from directorates.rules.local_time import day_of
from tests.browser.test_editor_journey import sign_in
from tests.clock_changes import next_change
from tests.factories import changed

CHANGED = "A name that waits"


class Journey:
    """A page that asks for an instant, with a text that is public until then or from then on."""

    def __init__(self, page, site, path, text, *, is_seen):
        self.page, self.site, self.text, self.is_seen = page, site, text, is_seen
        page.goto(f"{site}{path}")

    @property
    def day(self):
        return self.page.locator("[name=on_day], [name=effective_from_0]")

    @property
    def clock(self):
        return self.page.locator("[name=at_time], [name=effective_from_1]")

    def type_moment(self, day, clock):
        """Fill in day and time without changing the choice, which the page's scripts would prevent."""
        for field, value in ((self.day, day), (self.clock, clock)):
            field.evaluate("(field, value) => { field.value = value; }", value)

    def choose(self, when):
        """Choose "Now" or "On the day". A change set has no choice."""
        if (choice := self.page.locator(f"[name=when][value={when}]")).count():
            choice.check()

    def send(self):
        """Press the page's own button; on a change set, the button that submits."""
        submit = self.page.get_by_role("button", name="Submit for review")
        (submit if submit.count() else self.page.locator(".submit-row button")).click()
        self.page.wait_for_load_state()

    def expect_the_public_to_see_what_it_saw(self):
        shown = self.page.request.get(f"{self.site}/").text()
        assert (self.text in shown) is self.is_seen


def publishing(page, site):
    record = changed(Unit.objects.get(acronym="HSI"), name=CHANGED)
    return Journey(
        page, site, f"/admin/directorates/directorate/{record.pk}/publish/", CHANGED, is_seen=False
    )


def publishing_several(page, site):
    records = [
        changed(unit, name=CHANGED) for unit in Unit.objects.filter(acronym__in=["HSI", "ERO"])
    ]
    ids = "&".join(f"ids={record.pk}" for record in records)
    return Journey(
        page,
        site,
        f"/admin/directorates/directorate/publish/?{ids}",
        CHANGED,
        is_seen=False,
    )


def closing(page, site):
    office = Unit.objects.get(acronym="OCFO")
    return Journey(
        page, site, f"/admin/directorates/office/{office.pk}/close/", office.name, is_seen=True
    )


def submitting(page, site):
    record = changed(Unit.objects.get(acronym="HSI"), name=CHANGED)
    change_set = reviewing.create(title="A set", records=[record], by=None, at=timezone.now())
    return Journey(page, site, change_set.get_absolute_url(), CHANGED, is_seen=False)


@pytest.fixture(params=[publishing, publishing_several, closing, submitting])
def journey(request, page, site, settings):
    settings.AUTHORS_MAY_APPROVE = request.param is not submitting
    sign_in(page, site)
    return request.param(page, site)


def yesterday():
    return day_of(timezone.now() - timedelta(days=1), "America/New_York")


def test_a_moment_that_cannot_be_meant_is_refused_and_a_right_one_is_taken(journey):
    page, editions, right = journey.page, UnitEdition.objects.count(), next_change(3)
    refused = [
        ("later", str(right), "02:30", "2:30 AM does not exist. Choose 3:00 AM or later."),
        ("later", str(yesterday()), "08:00", "has passed"),
        ("later", "", "08:00", "Choose the day"),
    ]
    # A change set asks only for a day. Without a day it takes effect with its approval.
    if page.locator("[name=when]").count():
        refused.append(("now", str(right), "02:30", "but also typed a day and a time"))
    for when, day, clock, words in refused:
        journey.choose(when)
        journey.type_moment(day, clock)

        journey.send()

        expect(page.locator("#content")).to_contain_text(words)
        expect(journey.day).to_have_value(day)
        expect(journey.clock).to_have_value(clock)
        assert UnitEdition.objects.count() == editions
        journey.expect_the_public_to_see_what_it_saw()

    journey.choose("later")
    journey.day.fill(str(right))
    journey.clock.fill("03:00")
    moment = f"March {right.day}, {right.year} at 3:00 AM"
    expect(page.locator("#content")).to_contain_text(moment)
    journey.send()
    expect(page.locator(".messagelist")).to_contain_text(moment)
    journey.expect_the_public_to_see_what_it_saw()
