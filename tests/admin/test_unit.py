from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from directorates.actions.publishing import publishing
from directorates.actions.publishing.closing import close
from directorates.admin.records.record_state import states_of
from directorates.models import AuditEntry, Directorate, Generation, Office, Unit
from tests.admin.pages import form_data, save, url, words_of
from tests.factories import (
    changed,
    make_directorate,
    make_responsibility,
    make_unit,
    make_user,
    published,
    published_agency,
)

pytestmark = pytest.mark.django_db

QUERIES_OF_A_LIST = 10
QUERIES_OF_A_FORM = 24


@pytest.fixture
def agency():
    return published_agency()


def messages_of(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


# The lists


def test_each_kind_has_its_own_list(client, editor, agency):
    directorate, office = make_directorate(name="One Directorate"), make_unit(name="One Office")

    page = words_of(client.get(url("directorate_changelist")))

    assert directorate.name in page
    assert office.name not in page
    assert office.name in words_of(client.get(url("office_changelist")))


@pytest.mark.parametrize("name", ["directorate_changelist", "unit_changelist"])
def test_the_list_takes_the_same_queries_for_few_units_and_for_many(
    client, publisher, agency, django_assert_num_queries, name
):
    for _ in range(10):
        published(make_directorate())
    address = url(name)
    client.get(address)
    with django_assert_num_queries(QUERIES_OF_A_LIST):
        assert client.get(address).status_code == 200
    for number in range(190):
        make_directorate(parent=agency, successors=[agency] if number % 2 else [])
    # After a minute, a request notes that the person is active.
    client.get(address)

    with django_assert_num_queries(QUERIES_OF_A_LIST):
        client.get(address)


def test_the_list_says_where_a_unit_stands(client, editor, agency):
    tomorrow = timezone.now() + timedelta(days=1)
    make_unit(name="Office A")
    changed(published(make_unit(name="Office B")), name="Office B, changed")
    scheduled = published(make_unit(name="Office C"))
    scheduled = changed(scheduled, name="Office C, scheduled")
    publishing.publish(records=[scheduled], by=None, at=timezone.now(), effective_from=tomorrow)
    closed = published(make_unit(name="Office D"))
    close(unit=closed, successors=[], by=None, at=timezone.now())

    rows = _states(client.get(url("office_changelist")))

    assert rows["Office A"] == "never published"
    assert rows["Office B, changed"] == "published unpublished changes"
    assert rows["Office C, scheduled"].startswith("published scheduled for ")
    assert rows["Office D"].startswith("closed from ")


def _states(response):
    units = response.context["cl"].result_list
    return {unit.name: " ".join(state.label for state in states_of(unit)) for unit in units}


@pytest.mark.parametrize(
    ("state", "names"),
    [
        ("published", {"Published", "Changed"}),
        ("changed", {"Changed"}),
        ("unpublished", {"New"}),
        ("closed", {"Closed"}),
        ("scheduled", set()),
    ],
)
def test_the_list_is_filtered_by_state(client, editor, agency, state, names):
    published(make_unit(name="Published"))
    changed(published(make_unit(name="To change")), name="Changed")
    make_unit(name="New")
    closed = published(make_unit(name="Closed"))
    close(unit=closed, successors=[], by=None, at=timezone.now())

    response = client.get(url("office_changelist"), {"state": state})

    assert {unit.name for unit in response.context["cl"].result_list} == names


def test_the_list_of_one_parent_is_filtered_however_many_parents_there_are(client, editor, agency):
    parents = [make_directorate(name=f"Place {number:02}") for number in range(22)]
    offices = [make_unit(parent=parent) for parent in parents]
    response = client.get(url("office_changelist"), {"parent": parents[-1].pk})
    assert list(response.context["cl"].result_list.values_list("pk", flat=True)) == [offices[-1].pk]
    assert "Place 21" in words_of(response)
    assert "Place 20" not in words_of(response)


def test_an_odd_parent_in_the_filter_is_ignored(client, editor, agency):
    make_unit()
    assert client.get(url("office_changelist"), {"parent": "x"}).status_code == 200


@pytest.mark.parametrize("words", ["Bureau", "BOA", "bureau-of-answers"])
def test_a_unit_is_found_by_name_acronym_and_slug(client, editor, agency, words):
    make_unit(name="Bureau of Answers", acronym="BOA", slug="bureau-of-answers")
    make_unit(name="Other")

    response = client.get(url("office_changelist"), {"q": words})

    assert [unit.acronym for unit in response.context["cl"].result_list] == ["BOA"]


def test_units_of_every_kind_stay_off_the_front_page(client, editor, agency):
    page = client.get("/admin/").content.decode()

    assert url("directorate_changelist") in page
    assert url("unit_changelist") not in page


# The form


def test_a_new_directorate_is_part_of_the_agency_and_on_the_overview(client, editor, agency):
    form = client.get(url("directorate_add")).context["adminform"].form

    assert form["kind"].value() == "directorate"
    assert form["parent"].value() == agency.pk
    assert form["is_on_overview"].value() is True


def test_a_new_unit_is_saved_as_a_draft(client, editor, agency):
    generation = Generation.objects.current()

    response = save(client, url("directorate_add"), name="New Directorate", slug="new-directorate")

    unit = Directorate.objects.get(slug="new-directorate")
    assert response.status_code == 302
    assert (unit.version, unit.saved_by, unit.identifier) == (1, editor, "new-directorate")
    assert not unit.editions.exists()
    assert Generation.objects.current() == generation


def test_only_one_agency_can_be_added(client, editor):
    assert client.get(url("agency_add")).status_code == 200
    published_agency()
    assert client.get(url("agency_add")).status_code == 403


def test_no_second_agency_comes_about_by_its_kind(client, editor, agency):
    office = make_unit()

    response = save(client, url("office_change", office.pk), kind="agency", parent="")

    assert response.status_code == 200
    assert "There is one agency" in words_of(response)


def test_saving_writes_columns_and_relations_through_one_version(client, editor, agency):
    office, matter = published(make_unit()), make_responsibility()

    response = save(
        client,
        url("office_change", office.pk),
        name="Another name",
        responsibilities=[str(matter.pk)],
    )

    office.refresh_from_db()
    assert response.status_code == 302
    assert office.name == "Another name"
    assert list(office.responsibilities.all()) == [matter]
    assert (office.version, office.saved_by) == (2, editor)
    assert office.has_unpublished_changes


def test_saving_without_a_change_counts_no_version(client, editor, agency):
    office = published(make_unit())

    save(client, url("office_change", office.pk))

    office.refresh_from_db()
    assert office.version == 1


def test_a_save_says_that_the_public_does_not_see_it_yet(client, editor, agency):
    office = published(make_unit())

    response = save(client, url("office_change", office.pk), name="Another name")

    assert any("saved as a draft" in message for message in messages_of(response))


def test_a_save_warns_of_what_would_stop_publication(client, editor, agency):
    published(make_unit(name="First", slug="same"))
    second = published(make_unit(slug="other"))

    response = save(client, url("office_change", second.pk), slug="same")

    assert response.status_code == 302
    assert any("the address “same” is in use by First" in words for words in messages_of(response))


def test_the_form_of_a_unit_takes_the_same_queries_however_many_units_there_are(
    client, publisher, agency, django_assert_num_queries
):
    office = published(make_unit())
    address = url("office_change", office.pk)
    client.get(address)
    with django_assert_num_queries(QUERIES_OF_A_FORM):
        client.get(address)
    for _ in range(30):
        make_unit(parent=office)
        published(changed(office, name=f"Office with {Unit.objects.count()}"), at=timezone.now())

    with django_assert_num_queries(QUERIES_OF_A_FORM):
        client.get(address)


def test_an_office_that_becomes_a_directorate_moves_to_the_other_list(client, editor, agency):
    office = published(make_unit())

    response = save(client, url("office_change", office.pk), kind="directorate")

    assert response.headers["Location"] == url("directorate_change", office.pk)
    assert client.get(response.headers["Location"]).status_code == 200


def test_a_form_under_the_wrong_kind_leads_to_the_right_one(client, editor, agency):
    office = make_unit()

    for name in ("directorate_change", "unit_change", "agency_change"):
        response = client.get(url(name, office.pk))
        assert response.headers["Location"] == url("office_change", office.pk)


def test_a_form_that_was_open_while_the_kind_changed_keeps_its_text(client, editor, agency):
    office = published(make_unit())
    data = form_data(client.get(url("office_change", office.pk)), name="My name")
    changed(office, kind="directorate")

    response = client.post(url("office_change", office.pk), data)

    assert response.status_code == 200
    assert response.context["adminform"].form["name"].value() == "My name"


def test_an_address_that_is_no_record_leads_to_the_front_page(client, editor, agency):
    assert client.get(url("office_change", 99_999)).status_code == 302
    assert client.get("/admin/directorates/office/x/change/").status_code == 302


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<h2>One</h2><h4>Two</h4>", "Heading level 4 follows level 2."),
        ("<h3>One</h3>", "The first heading is level 3; begin with level 2."),
        ('<p><a href="//example.org/">there</a></p>', "is not allowed"),
        ('<p onclick="x()">x</p>', "The attribute onclick= is not allowed."),
    ],
)
def test_rich_text_that_cannot_be_published_is_refused_in_words(
    client, editor, agency, html, words
):
    office = make_unit()

    response = save(client, url("office_change", office.pk), overview=html)

    assert response.status_code == 200
    assert words in words_of(response)
    assert response.context["adminform"].form["overview"].value() == html


def test_a_unit_is_not_part_of_itself(client, editor, agency):
    office = make_unit()

    response = save(client, url("office_change", office.pk), parent=str(office.pk))

    assert "A unit cannot be part of itself." in words_of(response)


def test_a_unit_is_not_its_own_successor(client, editor, agency):
    office = make_unit()

    response = save(client, url("office_change", office.pk), successors=[str(office.pk)])

    assert "A unit cannot be its own successor." in words_of(response)


def test_the_page_on_the_site_is_offered_only_while_something_is_in_force(client, editor, agency):
    office = make_unit(slug="now")
    address = url("office_change", office.pk)
    assert "View on site" not in words_of(client.get(address))

    changed(published(office), slug="later")

    assert 'href="/offices/now/"' in client.get(address).content.decode()


def test_previews_are_offered_to_those_who_may_see_drafts(client, editor, agency):
    office = make_unit()
    page = client.get(url("office_change", office.pk)).content.decode()

    assert f'href="/preview/units/{office.pk}/"' in page
    assert f'href="/preview/overview/{office.pk}/"' in page


def test_staff_without_permissions_reach_nothing(client, agency):
    client.force_login(make_user(permissions=[]))
    office = published(make_unit())

    for address in (
        url("office_changelist"),
        url("office_change", office.pk),
        url("office_history", office.pk),
        url("unit_order"),
        url("office_publish", office.pk),
        url("office_publish_selected"),
        url("office_close", office.pk),
        url("office_edition", office.pk, 1),
    ):
        assert client.get(address).status_code == 403, address


def test_visitors_are_asked_to_sign_in(client, agency):
    office = published(make_unit())

    for address in (
        url("unit_order"),
        url("office_publish", office.pk),
        url("office_close", office.pk),
        url("office_edition", office.pk, 1),
        url("office_restore", office.pk, 1),
        url("office_withdraw", office.pk, 1),
    ):
        assert client.post(address).headers["Location"].startswith("/admin/login/"), address


# Two editors on one form


def test_a_save_that_would_overwrite_anothers_is_refused(client, editor, agency):
    other = make_user(first_name="Olive", last_name="Other")
    office = published(make_unit(name="As it was", summary="As it was."))
    address = url("office_change", office.pk)
    data = form_data(client.get(address), name="Mine")
    changed(office, name="Theirs", at=datetime(2026, 3, 2, 13, tzinfo=UTC), by=other)

    response = client.post(address, data)

    office.refresh_from_db()
    assert office.name == "Theirs"
    page = words_of(response)
    assert "Olive Other saved this record on March 2, 2026 at 8:00 AM (America/New_York)" in page
    form = response.context["adminform"].form
    assert form["name"].value() == "Mine"
    [conflict] = form.other_save.conflicts
    difference = conflict.difference
    assert (difference.name, difference.before, difference.after) == (
        "name",
        ("Theirs",),
        ("Mine",),
    )


def test_a_form_without_a_version_overwrites_nothing(client, editor, agency):
    office = published(make_unit(name="As it was"))
    address = url("office_change", office.pk)
    data = form_data(client.get(address), name="Mine")
    del data["opened_version"]

    assert client.post(address, data).status_code == 200
    office.refresh_from_db()
    assert office.name == "As it was"


def test_differing_relations_are_shown_too(client, editor, agency):
    office, matter = published(make_unit()), make_responsibility("Bonds")
    address = url("office_change", office.pk)
    data = form_data(client.get(address))
    changed(office)
    office.responsibilities.add(matter)

    response = client.post(address, data)

    [conflict] = response.context["adminform"].form.other_save.conflicts
    difference = conflict.difference
    assert (difference.label, difference.before, difference.after) == (
        "Responsibilities",
        ("Bonds",),
        (),
    )


# Deleting


def test_a_unit_that_was_never_published_can_be_deleted(client, editor, agency):
    office = make_unit()

    client.post(url("office_delete", office.pk), {"post": "yes"})

    assert not Unit.objects.filter(pk=office.pk).exists()


def test_a_published_unit_cannot_be_deleted_and_the_form_says_what_to_do(client, editor, agency):
    office = published(make_unit())

    assert client.post(url("office_delete", office.pk), {"post": "yes"}).status_code == 403
    assert client.get(url("office_delete", office.pk)).headers["Location"] == url(
        "office_change", office.pk
    )
    assert "cannot be deleted. Close it instead." in words_of(
        client.get(url("office_change", office.pk))
    )


def test_who_may_not_change_a_unit_is_not_told_to_close_it(client, agency):
    office, other = published(make_unit()), published(make_unit())
    client.force_login(make_user(role="Editor", units=[other]))
    words = words_of(client.get(url("office_change", office.pk)))
    assert "look at this record but not change it" in words
    assert "Close it instead" not in words


def test_deleting_a_selection_with_a_published_unit_deletes_nothing(client, editor, agency):
    draft, office = make_unit(), published(make_unit())

    response = client.post(
        url("office_changelist"),
        {
            "action": "delete_selected",
            "_selected_action": [str(draft.pk), str(office.pk)],
            "post": "yes",
        },
    )

    assert Unit.objects.filter(pk__in=[draft.pk, office.pk]).count() == 2
    assert any("cannot be deleted" in words for words in messages_of(response))


def test_a_selection_of_drafts_is_deleted(client, editor, agency):
    drafts = [make_unit(), make_unit()]

    client.post(
        url("office_changelist"),
        {
            "action": "delete_selected",
            "_selected_action": [str(draft.pk) for draft in drafts],
            "post": "yes",
        },
    )

    assert not Office.objects.exists()


# History


def test_the_history_outlasts_a_change_of_kind(client, editor, agency):
    office = published(make_unit())
    save(client, url("office_change", office.pk), name="Renamed")
    save(client, url("office_change", office.pk), kind="directorate")

    page = words_of(client.get(url("directorate_history", office.pk)))

    assert page.count("Changed") == 2
    assert set(AuditEntry.objects.values_list("record_model", flat=True)) == {"directorates.unit"}


def test_the_latest_steps_on_the_front_page_lead_to_the_record(client, editor, agency):
    office = published(make_unit())
    save(client, url("office_change", office.pk), name="Renamed")

    page = client.get("/admin/").content.decode()

    assert f'<a href="{url("unit_change", office.pk)}">Renamed</a>' in page


# Looking units up


def test_units_are_looked_up_by_their_words(client, editor, agency):
    make_unit(name="Bureau of Answers")
    response = client.get(
        "/admin/autocomplete/",
        {
            "term": "bureau",
            "app_label": "directorates",
            "model_name": "unit",
            "field_name": "parent",
        },
    )

    texts = [result["text"] for result in response.json()["results"]]
    assert texts == ["Bureau of Answers, part of Agency of Examples (AOE)"]


# Searching the list


@pytest.mark.parametrize(
    "typed",
    ["économie", "ÉCONOMIE", "Économie services", "SERVICES l’économie", "e\u0301conomie"],
)
def test_the_list_finds_accented_words_in_either_case(client, editor, agency, typed):
    found = make_unit(name="Services de l’Économie")
    make_unit(name="Services")

    page = client.get(url("office_changelist"), {"q": typed})

    assert list(page.context["cl"].result_list) == [found]
