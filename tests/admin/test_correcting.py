"""The page that corrects what is public now, as an editor and a reviewer use it."""

import pytest
from django.utils import timezone

from directorates.models import ChangeSet, Unit
from tests.admin.pages import form_data, shown_on, url, words_of
from tests.factories import (
    DAY,
    changed,
    make_figure,
    make_unit,
    make_user,
    published,
    published_agency,
)


@pytest.fixture
def office(db):
    published_agency()
    office = published(make_unit(name="Office of Examples", phone="202-555-0100"))
    later = changed(office, summary="What is planned for later.")
    return published(later, at=timezone.now(), effective_from=timezone.now() + 9 * DAY)


@pytest.fixture
def page(client, office):
    client.force_login(make_user())
    return url("office_correct", office.pk)


def public(office, days=0):
    return office.editions.in_force(timezone.now() + days * DAY).get()


def look(client, page, **changes):
    return client.post(page, form_data(client.get(page), **changes) | {"_look": "1"})


def answer(client, page, seen, **changes):
    data = form_data(seen, **changes)
    data |= {"_publish": "1", "shown": seen.context["correction"].shown_hash}
    return client.post(page, data, follow=True)


def test_the_form_says_what_is_public_and_not_what_is_drafted(client, office, page):
    shown = client.get(page)
    assert "What is planned for later." not in shown.content.decode()
    assert "202-555-0100" in shown.content.decode()
    assert 'name="slug"' not in shown.content.decode()


def test_a_correction_shows_what_changes_and_is_published(client, office, page):
    seen = look(client, page, phone="202-555-0199")
    words = words_of(seen)
    assert "What the public sees at once" in words
    assert "The draft takes it: Phone" in words
    assert public(office).phone == "202-555-0100"

    done = answer(client, page, seen, phone="202-555-0199", change_note="The number was wrong.")

    assert "The public sees it now. The scheduled version took the correction too." in words_of(
        done
    )
    assert public(office).phone == "202-555-0199"
    assert public(office).change_note == "The number was wrong."
    assert public(office, 10).summary == "What is planned for later."


def test_a_clash_is_asked_once_for_the_draft_and_the_scheduled_version(client, office, page):
    seen = look(client, page, summary="The corrected summary.")
    (question,) = seen.context["correction"].questions
    refused = answer(client, page, seen, summary="The corrected summary.")
    assert "Choose what stays there" in words_of(refused)

    answer(client, page, seen, summary="The corrected summary.", **{question.input_name: "theirs"})

    assert public(office).summary == "The corrected summary."
    assert public(office, 10).summary == "What is planned for later."
    assert Unit.objects.get(pk=office.pk).summary == "What is planned for later."


def test_a_draft_that_was_saved_meanwhile_is_shown_first(client, office, page):
    seen = look(client, page, phone="202-555-0199")
    changed(office, email="other@example.gov")
    refused = answer(client, page, seen, phone="202-555-0199")
    assert "Look again." in words_of(refused)
    assert public(office).phone == "202-555-0100"


def test_where_a_second_person_must_approve_the_set_shows_the_correction(
    client, office, page, settings
):
    settings.AUTHORS_MAY_APPROVE = False
    seen = look(client, page, phone="202-555-0199")
    sent = answer(client, page, seen, phone="202-555-0199")
    change_set = ChangeSet.objects.get(correction__isnull=False)
    assert change_set.state == ChangeSet.State.IN_REVIEW
    assert sent.redirect_chain[-1][0] == change_set.get_absolute_url()

    client.force_login(make_user())
    shown = client.get(change_set.get_absolute_url())
    assert "202-555-0199" in words_of(shown)
    assert "The draft takes it: Phone" in words_of(shown)
    client.post(
        url("changeset_transition", change_set.pk), {"transition": "approve"} | shown_on(shown)
    )

    assert public(office).phone == "202-555-0199"
    assert public(office, 10).phone == "202-555-0199"
    assert client.get(change_set.get_absolute_url()).status_code == 200


def test_a_record_that_is_not_public_has_nothing_to_correct(client, page):
    new = make_unit()
    response = client.get(url("office_correct", new.pk), follow=True)
    assert "nothing to correct" in words_of(response)


def test_a_figure_is_corrected_too(client, office, page):
    figure = published(make_figure(unit=office, value=1000, source="A count"))
    later = changed(figure, source="A better count")
    published(later, at=timezone.now(), effective_from=timezone.now() + 9 * DAY)
    address = url("figure_correct", figure.pk)
    seen = look(client, address, value="1200")

    answer(client, address, seen, value="1200")

    assert (public(figure).value, public(figure).source) == (1200, "A count")
    assert (public(figure, 10).value, public(figure, 10).source) == (1200, "A better count")
