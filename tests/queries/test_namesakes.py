"""Two units of one name are never mixed, and always distinguished among choices."""

from datetime import timedelta

import pytest
from django.urls import reverse

from directorates.actions.publishing.closing import close
from directorates.models import Unit, UnitEdition
from directorates.queries.pages import namesakes, overview, unit_list, unit_page
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_agency,
    make_directorate,
    make_unit,
    make_user,
    published,
)

HOUR = timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def offices():
    """Two directorates with one name and different acronyms, each with an office “Records”."""
    agency = make_agency()
    first = make_directorate(name="Operations", acronym="OPA", slug="operations-a")
    second = make_directorate(name="Operations", acronym="OPB", slug="operations-b")
    offices = [make_unit(name="Records", parent=first, slug="records-a"), make_unit(name="Records", parent=second, slug="records-b")]  # fmt: skip
    more = make_unit(name="Archive", parent=second)
    published(agency, first, second, *offices, more)
    return [first, second, *offices]


def groups(**query):
    return unit_list.get(kind="office", at=NOON, by="part-of", **query).groups


def test_offices_of_two_directorates_of_one_name_stand_under_two_headings(client, offices):
    found = [(group.name, group.url, [card.name for card in group.units]) for group in groups()]
    assert found == [
        ("Operations (OPA)", "/directorates/operations-a/", ["Records"]),
        ("Operations (OPB)", "/directorates/operations-b/", ["Archive", "Records"]),
    ]
    page = client.get("/offices/?by=part-of").content.decode()
    assert '<h2><a href="/directorates/operations-b/"' in page


def test_two_offices_of_one_name_say_what_each_is_part_of(offices):
    found = unit_list.get(kind="office", at=NOON).groups
    parts = [unit.part_of for group in found for unit in group.units if unit.name == "Records"]
    assert parts == ["Operations (OPA)", "Operations (OPB)"]


def test_a_label_adds_what_the_unit_is_part_of_where_the_acronym_tells_nothing(offices):
    found = namesakes.find(UnitEdition.objects.all(), at=NOON)
    assert sorted(found.values()) == [
        "Operations (OPA)",
        "Operations (OPB)",
        "Records, part of Operations (records-a)",
        "Records, part of Operations (records-b)",
    ]
    editions = UnitEdition.objects.filter(name="Archive")
    assert namesakes.find(editions, at=NOON) == {}


def test_the_overview_names_two_sections_of_one_name_apart(client, offices):
    labels = [unit.link_name for unit in overview.get(at=NOON).units]
    assert labels == ["Operations (OPA)", "Operations (OPB)"]
    page = client.get("/").content.decode()
    assert 'href="#operations-a">Operations (OPA)</a>' in page


def test_links_of_the_overview_to_two_units_of_one_name_differ():
    agency = make_agency()
    division = make_directorate(name="Division")
    units = [make_unit(name="Records", parent=parent, is_on_overview=True) for parent in (agency, division)]  # fmt: skip
    published(agency, division, *units)
    labels = [unit.label for unit in overview.get(at=NOON).units if unit.name == "Records"]
    assert sorted(labels) == [
        "Records, part of Agency of Examples",
        "Records, part of Division",
    ]


def test_two_successors_of_one_name_are_named_apart(offices):
    first, second = offices[2:]
    Unit.objects.filter(pk=offices[0].pk).update(name="Field Operations")
    published(changed(offices[0], name="Field Operations"), at=NOON + DAY / 2)
    old = published(make_unit(slug="old"))
    close(unit=old, successors=[first, second], by=None, at=NOON + DAY)
    edition = UnitEdition.objects.in_force(NOON + DAY).get(slug="old")
    closure = unit_page.get(edition, at=NOON + DAY).closure
    assert [link.text for link in closure.successors] == [
        "Records, part of Field Operations",
        "Records, part of Operations",
    ]


def test_choices_of_staff_say_what_a_unit_is_part_of_and_whether_it_is_closed(client, offices):
    close(unit=offices[2], successors=[], by=None, at=NOON + HOUR)
    client.force_login(make_user(is_superuser=True))
    asked = {"app_label": "directorates", "model_name": "office", "field_name": "successors"}
    found = client.get(reverse("admin:autocomplete"), asked | {"term": "Records"}).json()["results"]
    assert [one["text"] for one in found] == [
        "Records, part of Operations (OPA) (closed)",
        "Records, part of Operations (OPB)",
    ]
    unit = offices[3]
    unit.successors.set([offices[2]])
    form = client.get(reverse("admin:directorates_office_change", args=[unit.pk])).content.decode()
    assert "Records, part of Operations (OPA) (closed)</option>" in form


def test_the_filter_of_a_staff_list_tells_parents_of_one_name_apart(client, offices):
    Unit.objects.filter(name="Operations").update(acronym="")
    client.force_login(make_user(is_superuser=True))
    page = client.get(reverse("admin:directorates_office_changelist")).content.decode()
    for slug in ("operations-a", "operations-b"):
        assert f"Operations, part of Agency of Examples (AOE) ({slug})</a>" in page


@pytest.fixture
def alike():
    """Two offices with one name, acronym and parent, and one in other capitals."""
    agency = make_agency()
    division = make_directorate(name="Division", slug="division")
    units = [make_unit(name=name, parent=division, slug=slug, acronym="R", is_on_overview=True) for name, slug in (("Records", "records"), ("Records", "records-2"), ("RECORDS", "records-3"))]  # fmt: skip
    published(agency, division, *units)
    return units


def test_units_that_are_all_alike_are_told_apart_by_their_addresses(client, alike):
    labels = {
        "Records (R), part of Division (records)",
        "Records (R), part of Division (records-2)",
        "RECORDS (R), part of Division (records-3)",
    }
    assert set(namesakes.find(UnitEdition.objects.all(), at=NOON).values()) == labels
    sections = overview.get(at=NOON).units[-3:]
    assert {unit.label for unit in sections} == labels
    assert len({unit.link_name for unit in sections}) == 3
    for path in ("/offices/", "/offices/?by=part-of", "/directorates/division/"):
        page = client.get(path).content.decode().replace("<b>", "").replace("</b>", "")
        assert "Records (records) (R)</a>" in page
        assert "Records (records-2) (R)</a>" in page


def test_a_successor_that_has_closed_is_told_from_its_namesake(alike):
    old = published(make_unit(slug="old"))
    close(unit=old, successors=alike[:2], by=None, at=NOON + HOUR)
    close(unit=alike[2], successors=[], by=None, at=NOON + 2 * HOUR)
    close(unit=alike[0], successors=[], by=None, at=NOON + DAY)
    edition = UnitEdition.objects.in_force(NOON + DAY).get(slug="old")
    assert [link.text for link in unit_page.get(edition, at=NOON + DAY).closure.successors] == [
        "Records (R), part of Division (records)",
        "Records (R), part of Division (records-2)",
    ]


def test_choices_of_staff_tell_units_apart_that_are_all_alike(client, alike):
    close(unit=alike[0], successors=[], by=None, at=NOON + HOUR)
    client.force_login(make_user(is_superuser=True))
    asked = {"app_label": "directorates", "model_name": "office", "field_name": "successors"}
    found = client.get(reverse("admin:autocomplete"), asked | {"term": "Records"}).json()["results"]
    assert [one["text"] for one in found] == [
        "Records (R), part of Division (records) (closed)",
        "Records (R), part of Division (records-2)",
        "RECORDS (R), part of Division (records-3)",
    ]
    alike[1].successors.set([alike[0]])
    form = reverse("admin:directorates_office_change", args=[alike[1].pk])
    assert f"{found[0]['text']}</option>" in client.get(form).content.decode()


def test_links_of_the_overview_to_units_of_one_acronym_differ():
    agency = make_agency()
    units = [make_directorate(name=name, acronym="OPS") for name in ("Operations", "Open Surveys")]
    published(agency, *units)
    assert {unit.label for unit in overview.get(at=NOON).units} == {"Operations", "Open Surveys"}
