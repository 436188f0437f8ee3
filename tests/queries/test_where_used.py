import re
from datetime import timedelta

import pytest

from directorates.actions.publishing import publishing
from directorates.actions.publishing.closing import close
from directorates.actions.reviewing import reviewing
from directorates.models import Unit
from directorates.queries.staff import where_used
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_directorate,
    make_figure,
    make_responsibility,
    make_unit,
    make_user,
    published,
    published_agency,
)

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def agency(db):
    return published_agency()


@pytest.fixture
def reader(db):
    return make_user(
        permissions=["view_unit", "view_figure", "view_responsibility", "view_changeset"]
    )


def read_again(record):
    return type(record).objects.get(pk=record.pk)


def uses(found, group):
    """Return {name: when} of one group."""
    (group,) = [each for each in found.groups if each.id == group]
    return {use.name: use.when for use in group.uses}


def pages(found):
    return [page.text for page in found.pages]


def of_unit(unit, reader, at=LATER):
    return where_used.of_unit(read_again(unit), user=reader, at=at)


# Units below


def test_units_below_are_found_in_drafts_and_in_what_is_in_force_or_scheduled(agency, reader):
    place, other = published(make_directorate()), published(make_directorate())
    make_unit(parent=place, name="A draft")
    published(make_unit(parent=place, name="In force"))
    changed(published(make_unit(parent=place, name="Leaving")), parent=other)
    scheduled = make_unit(parent=place, name="Scheduled")
    publishing.publish(records=[scheduled], by=None, at=NOON, effective_from=NOON + DAY)

    assert uses(of_unit(place, reader), "below") == {
        "A draft": "in the draft",
        "In force": "in force",
        "Leaving": "in force, no longer in the draft",
        "Scheduled": "scheduled",
    }


def test_what_moved_away_is_no_longer_below(agency, reader):
    place, other = published(make_directorate()), published(make_directorate())
    unit = published(make_unit(parent=place))
    published(changed(unit, parent=other), at=LATER)
    assert uses(of_unit(place, reader), "below") == {}


def test_a_withdrawn_edition_counts_nowhere(agency, reader):
    place, other = published(make_directorate()), published(make_directorate())
    unit = published(make_unit(parent=other))
    unit = changed(unit, parent=place)
    editions = publishing.publish(records=[unit], by=None, at=NOON, effective_from=NOON + DAY)
    publishing.withdraw(editions=editions, by=None, at=NOON)
    changed(unit, parent=other)
    assert uses(of_unit(place, reader), "below") == {}


def test_ten_are_shown_and_the_rest_is_counted(agency, reader):
    place = published(make_directorate())
    published(*(make_unit(parent=place) for _ in range(12)))
    (below,) = [group for group in of_unit(place, reader).groups if group.id == "below"]
    assert len(below.uses) == 10
    assert below.others == "and 2 more"
    assert below.all_url == f"/admin/directorates/unit/?uses=below-{place.pk}"


# Other uses of a unit


def test_its_figures_and_the_units_that_name_it_as_successor_are_found(agency, reader):
    unit = published(make_unit())
    published(make_figure(unit=unit, identifier="answers"))
    make_unit(name="To be closed", successors=[unit])
    found = of_unit(unit, reader)
    assert uses(found, "figures") == {"answers": "in force"}
    assert uses(found, "successor") == {"To be closed": "in the draft"}


def test_change_sets_that_hold_it_or_held_it_are_found(agency, reader):
    unit = make_unit()
    author = make_user()
    given_up = reviewing.create(title="Given up", records=[unit], by=author, at=NOON)
    reviewing.discard(change_set=given_up, by=author, at=NOON)
    reviewing.publish(records=[unit], by=None, at=NOON, title="The first")
    reviewing.create(title="The next", records=[changed(unit, name="New")], by=None, at=NOON)
    assert uses(of_unit(unit, reader), "unit-sets") == {
        "Given up": "discarded",
        "The first": "approved",
        "The next": "open",
    }


def test_what_a_person_may_not_see_is_not_counted(agency):
    unit = published(make_unit())
    published(make_figure(unit=unit))
    found = of_unit(unit, make_user(permissions=["view_unit"]))
    assert [group.id for group in found.groups] == ["below", "successor"]


# Public pages


def test_the_public_pages_of_a_unit_are_listed(agency, reader):
    place = published(make_directorate(name="Place", slug="place"))
    unit = published(make_unit(parent=place, name="Unit", is_on_overview=True))
    found = of_unit(unit, reader)
    assert [(page.text, page.url) for page in found.pages] == [
        ("Page of Unit", f"/offices/{unit.slug}/"),
        ("Page of Place", "/directorates/place/"),
        ("Structure of Place", "/structure/?of=place"),
        ("Overview page", "/"),
        ("List of offices", "/offices/"),
        ("List of offices of Place", "/offices/?part-of=place"),
    ]


def test_every_public_page_that_is_listed_shows_the_unit(agency, reader, client):
    unit = published(make_unit(name="The Unit Itself", is_on_overview=True))
    old = published(make_unit(name="Old"))
    close(unit=old, successors=[unit], by=None, at=LATER)
    found = of_unit(unit, reader)
    assert "Page of Old" in pages(found)
    for page in found.pages:
        markup = client.get(page.url).content.decode()
        # A list tells the word by which a name is sorted.
        assert "The Unit Itself" in re.sub(r"<[^>]+>", "", markup), page


def test_a_parents_page_that_lists_others_first_is_left_out(agency, reader):
    published(*(make_unit(position=1) for _ in range(100)))
    unit = published(make_unit(position=2))
    found = pages(of_unit(unit, reader))
    assert f"Page of {agency.name}" not in found
    assert f"List of offices of {agency.name}" in found


def test_a_draft_has_no_public_page_and_a_closed_unit_its_own_only(agency, reader):
    assert of_unit(make_unit(), reader).pages == ()
    closed = published(make_unit(name="Closed"))
    close(unit=closed, successors=[], by=None, at=LATER)
    assert pages(of_unit(closed, reader)) == ["Page of Closed"]


# Figures


def test_a_figure_is_used_by_its_unit_and_shown_on_its_page(agency, reader):
    unit, other = published(make_unit(name="Here")), published(make_unit(name="There"))
    figure = changed(published(make_figure(unit=unit)), unit=other)
    found = where_used.of_record(figure, user=reader, at=LATER)
    assert uses(found, "unit") == {
        "Here": "in force, no longer in the draft",
        "There": "in the draft",
    }
    assert pages(found) == ["Page of the figure", "Page of Here"]


def test_a_figure_of_the_agency_stands_on_the_overview_too(agency, reader):
    figure = published(make_figure(unit=agency))
    found = where_used.of_record(figure, user=reader, at=LATER)
    assert pages(found) == [
        "Page of the figure",
        f"Page of {agency.name}",
        "Overview page",
    ]


# Responsibilities


def test_a_responsibility_is_found_in_drafts_in_force_scheduled_and_in_the_past(agency, reader):
    matter = make_responsibility()
    make_unit(name="A draft", responsibilities=[matter])
    published(make_unit(name="In force", responsibilities=[matter]))
    past = published(make_unit(name="Past", responsibilities=[matter]))
    past.responsibilities.clear()
    published(changed(past, summary="Another."), at=LATER)
    scheduled = make_unit(name="Scheduled", responsibilities=[matter])
    publishing.publish(records=[scheduled], by=None, at=NOON, effective_from=NOON + DAY)

    found = where_used.of_responsibility(matter, user=reader, at=LATER)

    assert uses(found, "responsibility") == {
        "A draft": "in the draft",
        "In force": "in force",
        "Past": "in the past",
        "Scheduled": "scheduled",
    }
    assert found.pages is None


# The pages of the admin


def test_the_form_leads_to_the_list_of_all_uses(agency, client):
    client.force_login(make_user(is_superuser=True))
    place = published(make_directorate())
    published(*(make_unit(parent=place) for _ in range(12)))
    make_unit(name="Elsewhere")
    page = client.get(f"/admin/directorates/directorate/{place.pk}/change/").content.decode()
    address = f"/admin/directorates/unit/?uses=below-{place.pk}"
    assert address in page

    response = client.get(address)

    assert len(response.context["cl"].result_list) == 12
    assert f"Units below it: {place.name}" in response.content.decode()


@pytest.mark.parametrize("value", ["below-x", "nothing-1", "below-" + "9" * 30, "-", "figures-1"])
def test_an_odd_use_in_the_address_is_ignored(agency, client, value):
    client.force_login(make_user(is_superuser=True))
    response = client.get("/admin/directorates/unit/", {"uses": value})
    assert response.status_code == 200
    assert len(response.context["cl"].result_list) == Unit.objects.count()


def test_sets_and_responsibilities_have_the_section_too(agency, client):
    client.force_login(make_user(is_superuser=True))
    matter = make_responsibility()
    unit = make_unit(name="The one that has it", responsibilities=[matter])
    reviewing.create(title="Its set", records=[unit], by=None, at=NOON)
    reviewing.create(title="Another set", records=[], by=None, at=NOON)
    page = client.get(f"/admin/directorates/responsibility/{matter.pk}/change/").content.decode()
    assert "The one that has it" in page
    response = client.get(f"/admin/directorates/changeset/?uses=unit-sets-{unit.pk}")
    assert [str(found) for found in response.context["cl"].result_list] == ["Its set"]


@pytest.mark.parametrize("number", [1, 30])
def test_a_unit_takes_the_same_queries_for_few_uses_and_for_many(
    agency, reader, number, django_assert_num_queries
):
    place = published(make_directorate())
    for _ in range(number):
        unit = published(make_unit(parent=place, successors=[place]))
        published(make_figure(unit=place))
        reviewing.create(title="A set", records=[changed(unit, name="New")], by=None, at=NOON)
    # The person's permissions are read once.
    reader.get_all_permissions()
    with django_assert_num_queries(13):
        where_used.of_unit(place, user=reader, at=LATER)
