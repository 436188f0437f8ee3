"""Every list has one alphabet on both databases."""

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from directorates.models import Figure, Responsibility, UnitEdition
from directorates.queries.pages import overview, unit_list, unit_page
from directorates.rules.content import lines
from directorates.rules.content.alphabet import sort_key
from tests.factories import (
    DAY,
    NOON,
    changed,
    loaded,
    make_directorate,
    make_figure,
    make_responsibility,
    make_unit,
    make_user,
    published,
    published_agency,
)

pytestmark = pytest.mark.django_db

IN_ORDER = [
    "eCommerce",
    "Économie",
    "Ecosystems",
    "L’Union",
    "L'Usine",
    "Region 9",
    "Region 10",
    "Zoning",
]
#: Lists of all units sort a name under its first telling word.
BY_TELLING_WORD = [
    "eCommerce",
    "Économie",
    "Ecosystems",
    "Region 9",
    "Region 10",
    "L’Union",
    "L'Usine",
    "Zoning",
]


@pytest.fixture
def agency():
    return published_agency()


@pytest.fixture
def offices(agency):
    return [published(make_unit(name=name)) for name in sorted(IN_ORDER, reverse=True)]


def names_of(cards):
    return [card.name for card in cards]


def test_the_public_lists_have_the_alphabet(offices, agency):
    listed = unit_list.get(kind="office", at=NOON)
    assert [name for group in listed.groups for name in names_of(group.units)] == BY_TELLING_WORD
    page = unit_page.get(unit_page.find_agency(at=NOON), at=NOON)
    assert names_of(page.units_below) == IN_ORDER


def test_the_list_by_parent_orders_both_by_the_alphabet(agency):
    parents = [make_directorate(name=name) for name in ("Zoning", "École", "economy")]
    units = [make_unit(name=f"{n} {p.name}", parent=p) for p in parents for n in ("10", "9")]
    published(*parents, *units)
    groups = unit_list.get(kind="office", at=NOON, by="part-of").groups
    assert [(group.name, names_of(group.units)) for group in groups] == [
        (name, [f"9 {name}", f"10 {name}"]) for name in ("École", "economy", "Zoning")
    ]


def test_the_overview_and_its_preview_have_the_alphabet(agency):
    units = [make_directorate(name=name) for name in ("Zoning", "École", "economy")]
    published(*units)
    draft = changed(units[0], name="edges")
    shown = [unit.name for unit in overview.get(at=NOON, draft=draft).units]
    assert shown == ["École", "economy", "edges"]


def test_responsibilities_and_figures_have_the_alphabet(agency):
    words = [make_responsibility(phrase) for phrase in ("zoning", "Élections", "embassies")]
    unit = published(make_unit(responsibilities=words))
    edition = UnitEdition.objects.get(unit=unit)
    links = unit_page.get(edition, at=NOON).responsibilities
    assert [link.text for link in links] == ["Élections", "Embassies", "Zoning"]
    for identifier in ("staff-10", "staff-9", "Staff-1"):
        make_figure(unit=agency, identifier=identifier)
    assert list(map(str, Figure.objects.all())) == ["Staff-1", "staff-9", "staff-10"]


@pytest.mark.parametrize("query", ["", "?o=1"])
def test_the_staff_lists_have_the_alphabet(client, offices, query):
    client.force_login(make_user(is_superuser=True))
    response = client.get(reverse("admin:directorates_office_changelist") + query)
    assert [row.name for row in response.context["cl"].result_list] == IN_ORDER


def test_a_choice_of_units_has_the_alphabet(client, offices):
    client.force_login(make_user(is_superuser=True))
    asked = {"app_label": "directorates", "model_name": "office", "field_name": "successors"}
    found = client.get(reverse("admin:autocomplete"), asked).json()["results"]
    names = [one["text"].partition(", part of ")[0] for one in found]
    assert [name for name in names if name in IN_ORDER] == IN_ORDER


def test_a_renamed_unit_moves_in_drafts_files_and_editions(agency):
    unit = published(make_unit(name="Zoning", identifier="moves"))
    published(changed(unit, name="Annex"), at=NOON + DAY)
    loaded(file_with(unit, "Éclairage"), at=NOON + 2 * DAY)
    keys = [bytes(key) for key in unit.editions.values_list("sort_key", flat=True)]
    assert keys == list(map(sort_key, ("Zoning", "Annex", "Éclairage")))
    unit.refresh_from_db()
    assert bytes(unit.sort_key) == sort_key("Éclairage")


def file_with(unit, name):
    return (
        f'format = 1\n[[units]]\nidentifier = "{unit.identifier}"\n[[units.editions]]\n'
        f'kind = "office"\nname = "{name}"\nslug = "{unit.slug}"\nparent = "{unit.parent.identifier}"\n'
    )


class OrderOfTheDatabase(TestCase):
    @settings(max_examples=30)
    @given(st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1, max_size=40), min_size=2, max_size=8))  # fmt: skip
    def test_the_database_orders_names_as_the_program_does(self, names):
        Responsibility.objects.all().delete()
        # Texts that differ only in case or composition are one phrase.
        different = {lines.fold(name): name for name in names}
        rows = Responsibility.objects.bulk_create(
            Responsibility(phrase=name, slug=f"matter-{number}")
            for number, name in enumerate(different.values())
        )
        expected = sorted(rows, key=lambda row: (sort_key(row.phrase), row.pk))
        assert list(Responsibility.objects.all()) == expected
