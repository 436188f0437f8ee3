"""At every hour, the site's days are the agency's days."""

import re
from datetime import timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from directorates.actions.publishing import publishing
from directorates.actions.publishing.closing import close
from directorates.actions.reviewing import reviewing
from directorates.models import SiteSettings, SurveyResponse
from directorates.queries.pages import site_identity
from tests.factories import (
    DAY,
    changed,
    make_agency,
    make_unit,
    make_user,
    published,
    set_survey,
)

pytestmark = [pytest.mark.django_db, pytest.mark.at_hard_instants]

ZONE = ZoneInfo("America/New_York")


@pytest.fixture
def agency():
    return published(make_agency(), at=timezone.now())


@pytest.fixture
def staff(client):
    user = make_user(is_superuser=True)
    client.force_login(user)
    return user


def here(instant=None):
    """Return an instant, or now, in the agency's time."""
    return (instant or timezone.now()).astimezone(ZONE)


def in_words(local):
    return f"{local:%B} {local.day}, {local.year}"


def words_of(response):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def test_a_page_and_the_sitemap_give_the_day_of_the_publication(client, agency):
    local = here()
    assert f"Updated: {in_words(local)}" in words_of(client.get("/about/"))
    days = re.findall("<lastmod>(.*?)</lastmod>", client.get("/sitemap.xml").content.decode())
    assert set(days) == {f"{local:%Y-%m-%d}"}


def test_a_closed_unit_gives_the_day_of_its_closing(client, agency):
    office = published(make_unit(slug="closed"), at=timezone.now())
    close(unit=office, successors=[], by=None, at=timezone.now())
    assert f"It closed on {in_words(here())}" in words_of(client.get("/offices/closed/"))


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/admin/audit/export/csv/", "audit-trail-{}.csv"),
        ("/admin/audit/export/json-lines/", "audit-trail-{}.jsonl"),
        ("/admin/directorates/surveyresponse/export/", "survey-responses-{}.csv"),
    ],
)
def test_a_download_is_named_by_the_day(client, staff, address, name):
    local = here()
    disposition = client.get(address).headers["Content-Disposition"]
    assert disposition == f'attachment; filename="{name.format(f"{local:%Y-%m-%d}")}"'


def test_the_audit_trail_of_today_holds_what_was_done_today(client, staff, agency):
    local = here().replace(hour=0, minute=0, second=0, microsecond=0)
    for name, at in (("Of today", local), ("Of yesterday", local - timedelta(seconds=1))):
        changed(make_unit(), name=name, at=at)
    day = f"{local:%Y-%m-%d}"
    query = {"since": day, "until": day, "action": "change"}
    page = words_of(client.get("/admin/audit/", query))
    lines = client.get("/admin/audit/export/json-lines/", query).streaming_content
    for found in (page, b"".join(lines).decode()):
        assert "Of today" in found and "Of yesterday" not in found


def test_an_answer_is_named_by_the_day_on_which_it_came(client, staff):
    response = SurveyResponse.objects.create(
        submission_id="0b4bd9d2-9e0a-4f6e-9d38-2f5f7a1e4a10", submitted_at=timezone.now(), trust=5
    )
    page = client.get(reverse("admin:directorates_surveyresponse_change", args=[response.pk]))
    local = here(response.submitted_at)
    assert f"Response of {local:%Y-%m-%d %H:%M}" in words_of(page)


def test_the_survey_ends_with_the_last_day_of_its_clearance():
    now = timezone.now()
    for days, is_open in ((-1, False), (0, True), (1, True)):
        local = here(now).replace(tzinfo=None) + timedelta(days=days)
        expires_on = f"{local:%Y-%m-%d}"
        set_survey(survey_omb_control_number="1234-5678", survey_omb_expires_on=expires_on)
        assert (site_identity.get(at=now).survey is not None) == is_open
        end = SiteSettings.objects.load().survey_ends_at(now)
        assert (end is not None) == is_open
        if is_open:
            local = here(end - timedelta(microseconds=1))
            assert f"{local:%Y-%m-%d}" == expires_on


def test_the_earliest_day_that_can_be_scheduled_is_tomorrow(client, staff, agency):
    office = make_unit(slug="scheduled")
    address = reverse("admin:directorates_office_publish", args=[office.pk])
    data = {"when": "later", "at_time": "00:00", f"version-{office.pk}": office.version}
    local = here().replace(tzinfo=None)
    page = client.post(address, data | {"on_day": f"{local:%Y-%m-%d}"})
    assert f"{local:%Y-%m-%d} 00:00 has passed." in words_of(page)
    local += DAY
    client.post(address, data | {"on_day": f"{local:%Y-%m-%d}"})
    assert here(office.editions.get().effective_from).replace(tzinfo=None) == local.replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    assert f"{in_words(local)}, midnight" in words_of(client.get("/admin/calendar/")).replace(
        "12:00 AM", "midnight"
    )


def test_the_site_of_now_bears_todays_day(client, staff, agency):
    local = here()
    page = client.get("/preview/at/", follow=True)
    assert page.status_code == 200
    assert f"The site as it was on {in_words(local)}" in words_of(page)
    assert f'value="{local:%Y-%m-%d}"' in page.content.decode()


def test_a_refused_preview_names_the_agencys_day(client, staff, agency):
    parent = published(make_unit(slug="parent"), at=timezone.now())
    child = published(make_unit(parent=parent), at=timezone.now())
    later = timezone.now() + 3 * DAY
    change_set = reviewing.create(
        title="A cycle", records=[], by=None, at=timezone.now(), effective_from=later
    )
    draft = changed(parent, parent=child)
    reviewing.add(change_set=change_set, records=[draft], by=None, at=timezone.now())
    page = client.get(reverse("directorates:preview-set", args=[change_set.pk]))
    assert page.status_code == 409
    assert in_words(here(later)) in words_of(page)


def test_a_second_edition_at_one_instant_is_refused_with_the_agencys_time(client, staff, agency):
    later = here(timezone.now() + DAY)
    office = published(make_unit(), at=timezone.now(), effective_from=later)
    with timezone.override(ZONE), pytest.raises(publishing.PublishingError) as refused:
        published(changed(office, name="Another"), at=timezone.now(), effective_from=later)
    local = later
    assert f"on {local:%Y-%m-%d %H:%M}" in str(refused.value)
