"""Discarding a draft, opening a closed unit again, and taking back what is scheduled."""

from datetime import timedelta

import pytest
from django.utils import timezone

from directorates.actions.publishing import closing
from directorates.models import AuditEntry, Responsibility, Unit
from tests.admin.pages import save, url, words_of
from tests.factories import DAY, changed, make_agency, make_unit, make_user, published

pytestmark = pytest.mark.django_db

THEN = timezone.now() - timedelta(days=2)


@pytest.fixture
def unit(client):
    client.force_login(make_user(is_superuser=True, username="root"))
    published(make_agency(at=THEN), at=THEN)
    return published(make_unit(name="Trees", at=THEN), at=THEN)


def form_of(client, unit):
    return client.get(url("office_change", unit.pk)).content.decode()


def test_the_page_shows_what_is_lost_and_discards_it(client, unit):
    changed(unit, name="Bushes", at=THEN + timedelta(hours=1))
    address = url("office_discard", unit.pk)
    assert address in form_of(client, unit)
    page = client.get(address)
    assert "Bushes" in words_of(page)

    response = client.post(address, {"version": page.context["record"].version}, follow=True)

    unit = Unit.objects.get(pk=unit.pk)
    assert (unit.name, unit.has_unpublished_changes) == ("Trees", False)
    assert "is discarded" in words_of(response)
    assert AuditEntry.objects.latest("pk").action == "discard-draft"
    assert address not in form_of(client, unit)


def test_a_draft_that_someone_saved_meanwhile_is_not_discarded(client, unit):
    changed(unit, name="Bushes")
    client.post(url("office_discard", unit.pk), {"version": "1"})
    client.post(url("office_discard", unit.pk), {})
    assert Unit.objects.get(pk=unit.pk).name == "Bushes"


def test_a_record_that_was_never_published_has_nothing_to_go_back_to(client, unit):
    new = make_unit(name="New")
    assert url("office_discard", new.pk) not in form_of(client, new)
    client.post(url("office_discard", new.pk), {"version": new.version})
    assert Unit.objects.get(pk=new.pk).name == "New"


def test_a_closed_unit_is_opened_again_in_its_draft(client, unit):
    closing.close(
        unit=unit,
        successors=[published(make_unit(at=THEN), at=THEN)],
        by=None,
        at=THEN + timedelta(hours=1),
    )
    address = url("office_reopen", unit.pk)
    assert address in form_of(client, unit)

    client.post(address, {"version": client.get(address).context["record"].version})

    unit = Unit.objects.get(pk=unit.pk)
    assert not unit.is_closed
    assert not unit.successors.exists()
    assert unit.editions.latest("number").is_closed
    assert AuditEntry.objects.latest("pk").action == "reopen"
    assert address not in form_of(client, unit)


def test_what_is_scheduled_has_a_button_that_leads_to_its_version(client, unit):
    published(changed(unit, name="Bushes"), at=timezone.now(), effective_from=timezone.now() + DAY)
    page = form_of(client, unit)
    assert "Unpublish scheduled" in page
    assert url("office_edition", unit.pk, 2) in page


def test_responsibilities_that_are_not_in_the_list_are_made_with_the_save(client, unit):
    Responsibility.objects.create(phrase="Roots", slug="roots")
    save(client, url("office_change", unit.pk), new_responsibilities="Leaves\nroots\n\nLeaves")
    phrases = {matter.phrase for matter in Unit.objects.get(pk=unit.pk).responsibilities.all()}
    assert phrases == {"Leaves", "Roots"}
    assert (
        AuditEntry.objects.filter(action="create", record_model__endswith="responsibility").count()
        == 1
    )


def test_saving_stays_on_the_form(client, unit):
    response = save(client, url("office_change", unit.pk), name="Bushes", _save="Save draft")
    assert response.url == url("office_change", unit.pk)


def test_marks_say_what_differs_from_what_is_public(client, unit):
    changed(unit, phone="202-555-0100", summary="")
    page = client.get(url("office_change", unit.pk))
    sections = {section.name: section for section in page.context["sections"]}
    assert sections["Contact"].changed == {"phone"}
    assert sections["Contact"].is_open
    assert not sections["Head"].is_open
    assert sections["Name and address"].changed == {"summary"}
    assert sections["Name and address"].advice == (
        "There is no summary: lists and search engines have nothing to show.",
    )
    assert "Draft: 2 changes" in words_of(page)
