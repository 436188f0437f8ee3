"""The pages that publish, compare, restore, withdraw and close records."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from directorates.actions.publishing import publishing
from directorates.actions.publishing.closing import close
from directorates.models import ChangeSet, Figure, Generation, Unit, UnitEdition
from tests.admin.pages import form_data, save, url, words_of
from tests.factories import (
    changed,
    make_directorate,
    make_figure,
    make_unit,
    make_user,
    published,
    published_agency,
)

pytestmark = pytest.mark.django_db

NOW = {"when": "now", "on_day": "", "at_time": "00:00", "change_note": ""}


@pytest.fixture
def agency():
    return published_agency()


def publish_data(*records, **data):
    return NOW | {f"version-{record.pk}": str(record.version) for record in records} | data


def messages_of(response):
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


# Publishing


def test_the_page_shows_field_by_field_what_would_change(client, publisher, agency):
    office = changed(published(make_unit(name="Before")), name="After")

    response = client.get(url("office_publish", office.pk))

    [publication] = response.context["publications"]
    [difference] = publication.differences
    assert (difference.label, difference.before, difference.after) == (
        "Name",
        ("Before",),
        ("After",),
    )


def test_looking_at_the_pages_changes_no_row(client, publisher, agency):
    office = changed(published(make_unit()), name="After")
    generation, version = Generation.objects.current(), office.version

    for address in (
        url("office_publish", office.pk),
        url("office_close", office.pk),
        url("office_edition", office.pk, 1),
        url("unit_order"),
    ):
        assert client.get(address).status_code == 200

    office.refresh_from_db()
    assert (Generation.objects.current(), office.version) == (generation, version)
    assert office.editions.count() == 1


def test_a_draft_is_published_now(client, publisher, agency):
    office = changed(published(make_unit(slug="it")), name="After")

    response = client.post(
        url("office_publish", office.pk), publish_data(office, change_note="A new name.")
    )

    edition = office.editions.last()
    assert response.headers["Location"] == url("office_change", office.pk)
    assert (edition.number, edition.approved_by, edition.change_note) == (
        2,
        publisher,
        "A new name.",
    )
    assert "After" in words_of(client.get("/offices/it/"))


def test_an_instant_is_read_in_the_agencys_time_zone(client, publisher, agency):
    office = make_unit()

    response = client.post(
        url("office_publish", office.pk),
        publish_data(office, when="later", on_day="2126-10-01", at_time="08:30"),
    )

    assert office.editions.get().effective_from == datetime(2126, 10, 1, 12, 30, tzinfo=UTC)
    assert "October 1, 2126 at 8:30 AM (America/New_York)" in messages_of(response)


def test_the_page_names_the_time_zone(client, publisher, agency):
    office = make_unit()
    assert "America/New_York" in words_of(client.get(url("office_publish", office.pk)))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"when": "later", "on_day": ""}, "Choose the day"),
        ({"when": "later", "on_day": "2126-10-01", "at_time": ""}, "Choose the time"),
        ({"when": "later", "on_day": "2020-10-01"}, "has passed"),
        ({"change_note": "x" * 301}, "at most 300 characters"),
    ],
)
def test_what_cannot_be_published_so_is_refused_in_words_and_kept(
    client, publisher, agency, data, words
):
    office = make_unit()
    data = publish_data(office, **{"change_note": "My note"} | data)

    response = client.post(url("office_publish", office.pk), data)

    assert response.status_code == 200
    assert words in words_of(response)
    assert response.context["form"]["change_note"].value() == data["change_note"]
    assert not office.editions.exists()


def test_sending_the_page_twice_publishes_once(client, publisher, agency):
    office = changed(published(make_unit()), name="After")
    data = publish_data(office)
    address = url("office_publish", office.pk)
    client.post(address, data)

    response = client.post(address, data)

    assert response.status_code == 200
    assert "has no unpublished changes" in words_of(response)
    assert office.editions.count() == 2


def test_a_draft_saved_after_the_page_was_opened_is_not_published(client, publisher, agency):
    office = make_unit()
    data = publish_data(office)
    changed(office, name="Not looked at")

    response = client.post(url("office_publish", office.pk), data)

    assert "saved by someone else after you opened this page" in words_of(response)
    assert not office.editions.exists()


def test_a_page_without_versions_publishes_nothing(client, publisher, agency):
    office = make_unit()

    response = client.post(url("office_publish", office.pk), NOW)

    assert response.status_code == 200
    assert not office.editions.exists()


def test_problems_are_shown_before_publishing_and_lead_to_the_field(client, publisher, agency):
    published(make_unit(name="First", slug="same"))
    second = make_unit(slug="same")

    response = client.get(url("office_publish", second.pk))

    [problem] = response.context["problems"]
    assert "the address “same” is in use by First" in problem.label
    assert problem.url == url("office_change", second.pk) + "#id_slug"
    refused = client.post(url("office_publish", second.pk), publish_data(second))
    assert "the address “same” is in use by First" in words_of(refused)
    assert not second.editions.exists()


def test_selected_units_are_published_together(client, publisher, agency):
    first, second = make_unit(), make_unit()
    leads = client.post(
        url("office_changelist"),
        {
            "action": "publish_selected",
            "_selected_action": [str(first.pk), str(second.pk)],
        },
    )
    address = leads.headers["Location"]
    assert client.get(address).status_code == 200

    client.post(address, publish_data(first, second))

    assert UnitEdition.objects.filter(unit__in=[first, second]).count() == 2


def test_a_selection_is_published_whole_or_not_at_all(client, publisher, agency):
    published(make_unit(slug="same"))
    good, bad = make_unit(), make_unit(slug="same")
    address = f"{url('unit_publish_selected')}?ids={good.pk}&ids={bad.pk}"

    client.post(address, publish_data(good, bad))

    assert not UnitEdition.objects.filter(unit__in=[good, bad]).exists()


def test_units_without_changes_are_left_out_of_a_selection(client, publisher, agency):
    old, new = published(make_unit(name="Old")), make_unit(name="New")
    address = f"{url('unit_publish_selected')}?ids={old.pk}&ids={new.pk}"

    page = client.get(address)
    client.post(address, publish_data(new))

    assert "Left out" in words_of(page)
    assert (old.editions.count(), new.editions.count()) == (1, 1)


def test_the_page_takes_the_same_queries_for_one_unit_and_for_many(
    client, publisher, agency, django_assert_num_queries
):
    def address(units):
        return url("unit_publish_selected") + "?" + "&".join(f"ids={unit.pk}" for unit in units)

    units = [changed(published(make_unit(successors=[agency])), name="After")]
    client.get(address(units))
    with django_assert_num_queries(QUERIES_OF_THE_PUBLISH_PAGE):
        client.get(address(units))
    units += [changed(published(make_unit(successors=[agency])), name="After") for _ in range(20)]

    with django_assert_num_queries(QUERIES_OF_THE_PUBLISH_PAGE):
        client.get(address(units))


# Ten of them are the check of texts, which reads what all texts say.
QUERIES_OF_THE_PUBLISH_PAGE = 35


@pytest.mark.parametrize("ids", ["", "x", "99999"])
def test_a_selection_of_nothing_is_not_found(client, publisher, agency, ids):
    assert client.get(f"{url('unit_publish_selected')}?ids={ids}").status_code == 404


def test_saving_can_lead_on_to_publishing(client, publisher, agency):
    office = published(make_unit())

    response = save(client, url("office_change", office.pk), name="After", _publish="1")

    assert response.headers["Location"] == url("office_publish", office.pk)


def test_an_editor_who_may_not_publish_submits_for_review(client, editor, agency):
    office = changed(published(make_unit()), name="After")

    page = client.get(url("office_publish", office.pk)).content.decode()

    assert 'value="Submit for review"' in page
    client.post(url("office_publish", office.pk), publish_data(office))
    assert office.editions.count() == 1
    assert list(ChangeSet.objects.get().units.all()) == [office]


def test_the_page_of_an_editor_is_named_after_the_review(client, editor, agency):
    office = changed(published(make_unit()), name="Later")

    page = client.get(url("office_publish", office.pk))

    assert page.context["title"] == "Submit for review"
    assert "Back without submitting" in page.content.decode()


def test_an_editor_who_may_not_publish_withdraws_nothing(client, editor, agency):
    office = changed(published(make_unit()), name="After")
    address = url("office_withdraw", office.pk, 1)
    assert client.post(address, publish_data(office)).status_code == 403


def test_an_editor_who_may_not_publish_submits_the_closing(client, editor, agency):
    office = published(make_unit())
    client.post(url("office_close", office.pk), publish_data(office))
    assert office.editions.count() == 1
    assert ChangeSet.objects.get().state == ChangeSet.State.IN_REVIEW


def test_publishing_is_noted_in_the_history(client, publisher, agency):
    office = make_unit()

    client.post(url("office_publish", office.pk), publish_data(office))

    words = words_of(client.get(url("office_history", office.pk)))
    assert "Published Pat Publisher" in words


# Editions


def test_the_form_lists_the_editions(client, publisher, agency):
    office = published(changed(published(make_unit()), name="After"), at=timezone.now())

    editions = client.get(url("office_change", office.pk)).context["editions"]

    assert [(edition.number, edition.state) for edition in editions] == [
        (2, "in force"),
        (1, "ended"),
    ]
    assert editions[0].until == "further notice"


def test_an_edition_is_restored_as_a_draft(client, publisher, agency):
    office = published(
        changed(published(make_unit(name="First")), name="Second"), at=timezone.now()
    )

    response = client.post(url("office_restore", office.pk, 1), {"version": str(office.version)})

    office.refresh_from_db()
    assert (office.name, office.has_unpublished_changes) == ("First", True)
    assert office.editions.count() == 2
    assert "is a draft now" in messages_of(response)


@pytest.mark.parametrize("version", ["1", "", "x"])
def test_restoring_overwrites_no_draft_that_was_not_looked_at(client, publisher, agency, version):
    office = changed(published(make_unit(name="First")), name="Someone's draft")

    response = client.post(url("office_restore", office.pk, 1), {"version": version})

    office.refresh_from_db()
    assert office.name == "Someone's draft"
    assert "after you opened this page" in messages_of(response)


def test_a_scheduled_edition_is_withdrawn(client, publisher, agency):
    office = changed(published(make_unit()), name="Later")
    publishing.publish(
        records=[office],
        by=None,
        at=timezone.now(),
        effective_from=timezone.now() + timedelta(days=1),
    )
    page = client.get(url("office_edition", office.pk, 2)).content.decode()
    assert url("office_withdraw", office.pk, 2) in page

    response = client.post(url("office_withdraw", office.pk, 2))

    assert "The draft stays as it is: discard or change it" in messages_of(response)
    assert office.editions.get(number=2).withdrawn_by == publisher
    states = [e.state for e in client.get(url("office_change", office.pk)).context["editions"]]
    assert states[0].startswith("withdrawn on ")
    assert states[1] == "in force"


def test_an_edition_in_force_is_not_withdrawn(client, publisher, agency):
    office = published(make_unit())

    page = client.get(url("office_edition", office.pk, 1)).content.decode()
    response = client.post(url("office_withdraw", office.pk, 1))

    assert url("office_withdraw", office.pk, 1) not in page
    assert "cannot be withdrawn" in messages_of(response)


@pytest.mark.parametrize("page", ["restore", "withdraw"])
def test_looking_is_not_restoring_or_withdrawing(client, publisher, agency, page):
    office = published(make_unit())
    assert client.get(url(f"office_{page}", office.pk, 1)).status_code == 405


def test_an_edition_that_does_not_exist_is_not_found(client, publisher, agency):
    office = published(make_unit())

    assert client.get(url("office_edition", office.pk, 2)).status_code == 404
    assert client.post(url("office_restore", office.pk, 2)).status_code == 404
    assert client.get(url("office_publish", 99_999)).status_code == 404
    assert client.get(url("office_close", 99_999)).status_code == 404


# Closing


def test_a_unit_is_closed_with_its_successor(client, publisher, agency):
    office, successor = published(make_unit(slug="old")), published(make_unit(name="New Office"))

    client.post(
        url("office_close", office.pk),
        NOW | {"outcome": "merged", "successors": [str(successor.pk)], "change_note": "Merged."},
    )

    edition = office.editions.last()
    assert edition.is_closed
    assert list(edition.successors.all()) == [successor]
    assert edition.outcome == "merged"
    assert "It was merged into New Office." in words_of(client.get("/offices/old/"))
    assert f"Took over {office.name} (merged into it on" in words_of(
        client.get(f"/offices/{successor.slug}/")
    )


@pytest.mark.parametrize(
    ("outcome", "number", "message"),
    [
        ("merged", 0, "has exactly one successor, not none"),
        ("split", 1, "has two or more successors, not 1"),
        ("none", 1, "closed without a successor names none"),
    ],
)
def test_a_closing_whose_successors_do_not_fit_its_outcome_is_refused(
    client, publisher, agency, outcome, number, message
):
    office, *successors = (published(make_unit()) for _ in range(number + 1))
    response = client.post(
        url("office_close", office.pk),
        NOW | {"outcome": outcome, "successors": [str(unit.pk) for unit in successors]},
    )
    assert message in words_of(response)
    assert not office.editions.filter(is_closed=True).exists()


def test_a_closed_units_form_refuses_an_outcome_that_does_not_fit(client, publisher, agency):
    office = published(make_unit())
    close(unit=office, successors=[], by=None, at=timezone.now())
    page = url("office_change", office.pk)
    response = client.post(page, form_data(client.get(page), outcome="split"))
    assert "A unit that was split has two or more successors" in words_of(response)


def test_open_units_below_must_go_somewhere(client, publisher, agency):
    directorate = published(make_directorate())
    below = published(make_unit(name="Below", parent=directorate))
    address = url("directorate_close", directorate.pk)
    assert "Below" in words_of(client.get(address))

    refused = client.post(address, NOW | {"change_note": "My note"})

    assert "Say where they go." in words_of(refused)
    assert refused.context["form"]["change_note"].value() == "My note"
    client.post(address, NOW | {"children_to": str(agency.pk)})
    assert below.editions.last().parent == agency
    below.refresh_from_db()
    assert below.parent == agency


def test_closing_is_offered_only_where_it_is_possible(client, publisher, agency):
    draft, office = make_unit(), published(make_unit())

    def offers(record, kind="office"):
        page = client.get(url(f"{kind}_change", record.pk)).content.decode()
        return url(f"{kind}_close", record.pk) in page

    assert offers(office)
    assert not offers(draft)
    assert not offers(agency, "agency")
    close(unit=office, successors=[], by=None, at=timezone.now())
    assert not offers(office)


# The order


def order_data(*units, **positions):
    data = {}
    for unit in units:
        data[f"unit-{unit.pk}-version"] = str(unit.version)
        data[f"unit-{unit.pk}-position"] = str(unit.position)
    return data | positions


def test_the_order_is_set_with_numbers_and_stays_a_draft(client, publisher, agency):
    first, second = published(make_directorate()), published(make_directorate())
    units = [agency, first, second]

    response = client.post(
        url("unit_order"), order_data(*units, **{f"unit-{first.pk}-position": "5"})
    )

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.position, first.version, first.saved_by) == (5, 2, publisher)
    assert second.version == 1
    assert first.editions.get().position == 0
    assert response.headers["Location"] == url("unit_changelist") + "?state=changed"


def test_an_order_over_someone_elses_save_changes_nothing(client, publisher, agency):
    first, second = published(make_directorate()), published(make_directorate())
    data = order_data(
        agency,
        first,
        second,
        **{f"unit-{first.pk}-position": "5", f"unit-{second.pk}-position": "6"},
    )
    changed(second, name="Saved meanwhile")

    response = client.post(url("unit_order"), data)

    assert "No position was changed" in words_of(response)
    assert set(Unit.objects.values_list("position", flat=True)) == {0}


def test_a_position_that_is_no_number_is_marked(client, publisher, agency):
    response = client.post(
        url("unit_order"), order_data(agency, **{f"unit-{agency.pk}-position": "x"})
    )

    assert "Enter a whole number." in words_of(response)


def test_those_who_may_not_change_units_set_no_order(client, agency):
    client.force_login(make_user(permissions=["view_unit"]))
    assert client.post(url("unit_order"), order_data(agency)).status_code == 403


# Figures


def test_a_figure_is_saved_and_published(client, publisher, agency):
    figure = published(make_figure(unit=agency, value=10))

    save(client, url("figure_change", figure.pk), value="12")
    figure.refresh_from_db()
    assert figure.has_unpublished_changes
    client.post(url("figure_publish", figure.pk), publish_data(figure))

    assert figure.editions.last().value == 12
    assert client.get(url("figure_change", figure.pk)).context["editions"][0].number == 2


def test_publishing_units_is_not_publishing_figures(client, agency):
    client.force_login(make_user(permissions=["view_figure", "publish_unit"]))
    figure = make_figure(unit=agency)

    response = client.post(url("figure_publish", figure.pk), publish_data(figure))

    assert response.status_code == 403
    assert not figure.editions.exists()


def test_a_figures_identifier_is_set_once(client, publisher, agency):
    figure = make_figure(unit=agency, identifier="workforce")

    data = form_data(client.get(url("figure_change", figure.pk)), identifier="other")
    client.post(url("figure_change", figure.pk), data)

    assert Figure.objects.get().identifier == "workforce"
    assert "identifier" in client.get(url("figure_add")).context["adminform"].form.fields


def test_a_published_figure_is_not_deleted(client, publisher, agency):
    figure = published(make_figure(unit=agency))

    assert client.post(url("figure_delete", figure.pk), {"post": "yes"}).status_code == 403
    assert Figure.objects.exists()


def test_the_list_of_figures_takes_the_same_queries_for_few_and_many(
    client, publisher, agency, django_assert_num_queries
):
    published(make_figure(unit=agency))
    client.get(url("figure_changelist"))
    with django_assert_num_queries(QUERIES_OF_THE_FIGURES):
        client.get(url("figure_changelist"))
    for _ in range(50):
        make_figure(unit=agency)

    with django_assert_num_queries(QUERIES_OF_THE_FIGURES):
        client.get(url("figure_changelist"))


QUERIES_OF_THE_FIGURES = 9


def test_the_page_compares_with_what_is_in_force_and_names_what_is_scheduled(
    client, publisher, agency
):
    office = published(make_unit(name="Before"))
    scheduled = changed(office, name="Embargoed")
    now = timezone.now()
    publishing.publish(
        records=[scheduled], by=None, at=now, effective_from=now + timedelta(days=30)
    )
    changed(office, phone="202-555-0100")
    page = words_of(client.get(url("office_publish", office.pk)))
    assert "Embargoed" in page
    assert "202-555-0100" in page
    assert "Already scheduled: published version 2" in page
