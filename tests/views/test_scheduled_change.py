"""Visitors' pages while a change set is scheduled, corrected and withdrawn."""

from datetime import timedelta

import pytest
from django.utils import timezone

from directorates.actions.reviewing import reviewing
from directorates.models import Unit, UnitEdition
from tests.factories import changed, make_user
from tests.sample import load_sample

pytestmark = pytest.mark.django_db

PAGES = ["/", "/about/", "/directorates/", "/offices/", "/sitemap.xml"]


@pytest.fixture(autouse=True)
def _two_people(settings):
    settings.AUTHORS_MAY_APPROVE = False


@pytest.fixture
def now(monkeypatch):
    """A stopped clock; call it to set another instant."""
    clock = {"now": timezone.now().replace(microsecond=0)}
    monkeypatch.setattr(timezone, "now", lambda: clock["now"])

    def set_to(instant=None):
        clock["now"] = instant or clock["now"]
        return clock["now"]

    load_sample(at=clock["now"] - timedelta(days=1))
    return set_to


def hsi():
    return Unit.objects.get(identifier="hsi")


def approved(title, *, effective_from=None, at, **content):
    draft = changed(hsi(), at=at, **content)
    change_set = reviewing.create(
        title=title, records=[draft], by=make_user(), at=at, effective_from=effective_from
    )
    reviewing.submit(change_set=change_set, by=change_set.author, at=at)
    reviewing.approve(change_set=change_set, by=make_user(), at=at)
    change_set.refresh_from_db()
    return change_set


def seen(client):
    addresses = [*PAGES, f"/directorates/{hsi().slug}/"]
    return {address: client.get(address).content for address in addresses}


def spans():
    return list(
        UnitEdition.objects.not_withdrawn()
        .order_by("unit", "effective_from")
        .values_list("unit", "number", "effective_from", "effective_until")
    )


def test_a_withdrawn_change_leaves_the_timeline_and_every_page_as_before(client, now):
    at = now()
    before, spans_before = seen(client), spans()
    change_set = approved("Later", effective_from=at + timedelta(days=9), at=at, name="Later")
    now(at + timedelta(days=1))
    assert seen(client) == before
    reviewing.withdraw(change_set=change_set, by=make_user(), at=now(), comment="Not this year.")
    assert spans() == spans_before
    now(at + timedelta(days=10))
    assert seen(client) == before


def test_an_urgent_correction_takes_effect_at_once_and_the_schedule_still_follows(client, now):
    at = now()
    scheduled = approved("Later", effective_from=at + timedelta(days=9), at=at, name="Later")
    now(at + timedelta(days=1))
    approved("Urgent", at=now(), name="Corrected")
    page = f"/directorates/{hsi().slug}/"
    assert b"Corrected" in client.get(page).content
    now(scheduled.effective_from - timedelta(microseconds=1))
    assert b"Corrected" in client.get(page).content
    now(scheduled.effective_from)
    assert b"<title>Later" in client.get(page).content
    # The unit's own page says that it was called so before.
    assert b"Corrected" not in client.get("/").content


def test_a_withdrawal_after_an_urgent_correction_leaves_the_correction(client, now):
    at = now()
    scheduled = approved("Later", effective_from=at + timedelta(days=9), at=at, name="Later")
    now(at + timedelta(days=1))
    approved("Urgent", at=now(), name="Corrected")
    corrected = seen(client)
    reviewing.withdraw(change_set=scheduled, by=make_user(), at=now(), comment="Not this year.")
    now(at + timedelta(days=20))
    assert seen(client) == corrected
