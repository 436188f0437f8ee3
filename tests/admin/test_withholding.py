"""The staff pages that withhold a past version from the public."""

from datetime import timedelta

import pytest
from django.utils import timezone

from directorates.actions import withholding
from directorates.models import UnitEdition, WithholdingStep
from tests.admin.pages import url, words_of
from tests.factories import changed, make_agency, make_unit, make_user, published

pytestmark = pytest.mark.django_db

REASON = "It names a person who was never here."


@pytest.fixture
def past():
    at = timezone.now() - timedelta(days=2)
    published(make_agency(at=at), at=at)
    unit = published(make_unit(name="Mistaken", slug="office", at=at), at=at)
    published(changed(unit, name="Corrected"), at=at + timedelta(days=1))
    return unit.editions.get(number=1)


def page(edition):
    return url("office_withholding", edition.unit_id, edition.number)


def signed_in(client, role="Publisher", **fields):
    user = make_user(role=role, **fields)
    client.force_login(user)
    return user


def send(client, edition, step, reason=""):
    return client.post(page(edition), {"step": step, "reason": reason}, follow=True)


def is_withheld(edition):
    return UnitEdition.objects.get(pk=edition.pk).is_withheld


def test_two_people_withhold_a_version_and_show_it_again(client, past, settings):
    settings.AUTHORS_MAY_APPROVE = False
    signed_in(client)
    answer = send(client, past, "ask-to-withhold", REASON)
    assert "Asked to withhold from the public: published version 1" in words_of(answer)
    assert "a second person must agree" in words_of(send(client, past, "withhold"))
    assert not is_withheld(past)

    signed_in(client)
    waiting = words_of(client.get("/admin/withholding/"))
    assert "Corrected, published version 1: asked to withhold from the public by" in waiting
    assert REASON in waiting
    assert "This version is withheld" in words_of(send(client, past, "withhold"))
    assert is_withheld(past)
    assert "No request waits" in words_of(client.get("/admin/withholding/"))

    send(client, past, "ask-to-show", "The name was public anyway.")
    signed_in(client)
    send(client, past, "show-again")
    assert not is_withheld(past)
    assert WithholdingStep.objects.count() == 4


def test_the_page_of_a_past_version_leads_there_and_others_do_not(client, past):
    signed_in(client)
    versions = [url("office_edition", past.unit_id, number) for number in (1, 2)]
    assert page(past) in client.get(versions[0]).content.decode()
    assert page(past) not in client.get(versions[1]).content.decode()
    signed_in(client, "Editor", units=[past.unit])
    assert page(past) not in client.get(versions[0]).content.decode()


def test_the_page_of_a_version_in_force_says_what_to_do_instead(client, past):
    signed_in(client)
    words = words_of(client.get(page(past.unit.editions.get(number=2))))
    assert "Correct a version in force by publishing a new one" in words


def test_a_request_without_a_reason_keeps_the_page_and_says_why(client, past):
    signed_in(client)
    answer = send(client, past, "ask-to-withhold")
    assert answer.status_code == 200
    assert "Say why" in words_of(answer)
    assert not WithholdingStep.objects.exists()


def test_the_reason_stays_in_the_form_after_a_refusal(client, past, settings):
    settings.AUTHORS_MAY_APPROVE = False
    user = signed_in(client)
    withholding.ask_to_withhold(edition=past, reason=REASON, by=user, at=timezone.now())
    answer = send(client, past, "withhold", "I am sure of it.")
    assert "I am sure of it." in answer.content.decode()


def test_a_button_pressed_twice_has_one_effect(client, past):
    signed_in(client)
    for _ in range(2):
        answer = send(client, past, "ask-to-withhold", REASON)
    assert "this is done already" in words_of(answer)
    assert WithholdingStep.objects.count() == 1


@pytest.mark.parametrize("role", ["Editor", "Reviewer", "Administrator"])
def test_people_who_may_not_publish_have_no_such_pages(client, past, role):
    signed_in(client, role, units=[past.unit])
    assert client.get(page(past)).status_code == 403
    assert send(client, past, "ask-to-withhold", REASON).status_code == 403
    assert client.get("/admin/withholding/").status_code == 403
    assert not WithholdingStep.objects.exists()


def test_a_request_about_a_unit_of_others_is_not_listed(client, past):
    other = published(make_unit(at=timezone.now()), at=timezone.now())
    withholding.ask_to_withhold(edition=past, reason=REASON, by=None, at=timezone.now())
    client.force_login(make_user(permissions=["view_unit", "publish_unit"], units=[other]))
    assert "No request waits" in words_of(client.get("/admin/withholding/"))
    assert client.get(page(past)).status_code == 403


def test_an_unknown_step_is_refused(client, past):
    signed_in(client)
    assert send(client, past, "conjure", REASON).status_code == 403


def test_the_state_is_said_where_versions_are_listed(client, past):
    signed_in(client)
    withholding.ask_to_withhold(edition=past, reason=REASON, by=None, at=timezone.now())
    withholding.withhold(edition=past, by=None, at=timezone.now())
    words = words_of(client.get(url("office_change", past.unit_id)))
    assert "withheld from the public" in words


def test_the_person_who_asked_is_offered_no_button_that_would_be_refused(client, past, settings):
    settings.AUTHORS_MAY_APPROVE = False
    user = signed_in(client)
    withholding.ask_to_withhold(edition=past, reason=REASON, by=user, at=timezone.now())
    answer = client.get(page(past))
    assert "another person must agree" in words_of(answer)
    assert 'value="withhold"' not in answer.content.decode()
    assert 'value="decline-withholding"' in answer.content.decode()
    signed_in(client)
    assert 'value="withhold"' in client.get(page(past)).content.decode()


def test_the_front_page_tells_the_second_person_of_a_request(client, past, settings):
    settings.AUTHORS_MAY_APPROVE = False
    user = signed_in(client)
    withholding.ask_to_withhold(edition=past, reason=REASON, by=user, at=timezone.now())
    assert "request to withhold" not in words_of(client.get("/admin/"))
    signed_in(client)
    words = words_of(client.get("/admin/"))
    assert "1 request to withhold a version from the public" in words
    assert "Nothing waits for you" not in words


def test_the_page_of_a_version_says_that_a_request_waits(client, past):
    signed_in(client)
    withholding.ask_to_withhold(edition=past, reason=REASON, by=None, at=timezone.now())
    words = words_of(client.get(url("office_edition", past.unit_id, 1)))
    assert "Someone asked to withhold this version" in words
    assert "Look at the request" in words
    assert "Withhold from the public" not in words


def test_the_list_names_what_is_withheld_and_how_to_ask(client, past):
    signed_in(client)
    words = words_of(client.get("/admin/withholding/"))
    assert "No version is withheld" in words
    assert "open the history of its record" in words
    withholding.ask_to_withhold(edition=past, reason=REASON, by=None, at=timezone.now())
    withholding.withhold(edition=past, by=None, at=timezone.now())
    answer = client.get("/admin/withholding/")
    assert "Corrected, published version 1: withheld on" in words_of(answer)
    assert f"/{past.unit_id}/editions/1/withholding/" in answer.content.decode()
    client.force_login(make_user(permissions=["view_unit", "publish_unit"], units=[]))
    assert "No version is withheld" in words_of(client.get("/admin/withholding/"))


def test_the_list_takes_a_fixed_number_of_queries(client, past, django_assert_max_num_queries):
    signed_in(client)
    at = timezone.now()
    for number in range(8):
        unit = published(make_unit(at=at), at=at)
        published(changed(unit, name=f"Corrected {number}"), at=at + timedelta(minutes=1))
        withholding.ask_to_withhold(
            edition=unit.editions.get(number=1), reason=REASON, by=None, at=at + timedelta(hours=1)
        )
    with django_assert_max_num_queries(14):
        assert b"Corrected 7" in client.get("/admin/withholding/").content
