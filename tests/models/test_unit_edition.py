from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from directorates.models import FigureEdition, Unit, UnitEdition
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_agency,
    make_figure,
    make_unit,
    published,
    published_agency,
)

pytestmark = pytest.mark.django_db


def raw_edition(unit, number, begins, ends=None, **changes):
    return UnitEdition(
        **unit.content_values(),
        unit=unit,
        number=number,
        effective_from=begins,
        effective_until=ends,
        approved_at=NOON,
        **changes,
    )


def test_an_edition_is_in_force_from_its_first_instant():
    agency = published_agency()
    assert UnitEdition.objects.in_force(NOON).get().unit_id == agency.pk
    assert not UnitEdition.objects.in_force(NOON - timedelta(microseconds=1)).exists()


def test_an_edition_is_not_in_force_at_the_instant_it_ends():
    agency = published_agency()
    published(changed(agency, name="Renamed"), at=NOON, effective_from=NOON + DAY)
    names = UnitEdition.objects.in_force(NOON + DAY).values_list("name", flat=True)
    assert list(names) == ["Renamed"]


@pytest.mark.parametrize(
    ("begins", "ends"), [(0, None), (-1, None), (1, 2), (-1, 1), (-5, 0.5)], ids=str
)
def test_the_database_refuses_editions_that_overlap(begins, ends):
    agency = published_agency()
    until = None if ends is None else NOON + ends * DAY
    edition = raw_edition(agency, 2, NOON + begins * DAY, until)
    with pytest.raises(IntegrityError), transaction.atomic():
        edition.save()


def test_the_database_accepts_editions_that_touch():
    agency = published_agency()
    raw_edition(agency, 2, NOON - DAY, NOON).save()
    assert agency.editions.count() == 2


def test_the_database_refuses_an_update_that_makes_editions_overlap():
    agency = published_agency()
    raw_edition(agency, 2, NOON - DAY, NOON).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        agency.editions.filter(number=2).update(effective_until=NOON + DAY)


def test_a_withdrawn_edition_may_lie_within_another():
    agency = published_agency()
    raw_edition(agency, 2, NOON + DAY, NOON + DAY, withdrawn_at=NOON).save()
    assert UnitEdition.objects.in_force(NOON + DAY).count() == 1


def test_the_database_refuses_an_edition_that_ends_before_it_begins():
    agency = make_agency()
    with pytest.raises(DatabaseError), transaction.atomic():
        raw_edition(agency, 1, NOON, NOON - DAY).save()


def test_the_database_refuses_figure_editions_that_overlap():
    agency = published_agency()
    figure = published(make_figure(unit=agency))
    edition = FigureEdition(
        **figure.content_values(), figure=figure, number=2, effective_from=NOON, approved_at=NOON
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        edition.save()


def test_an_edition_is_never_edited():
    edition = published_agency().editions.get()
    edition.name = "Rewritten"
    with pytest.raises(TypeError, match="never edited"):
        edition.save()


def test_an_edition_is_never_deleted():
    edition = published_agency().editions.get()
    with pytest.raises(TypeError, match="never deleted"):
        edition.delete()


def test_a_unit_below_needs_a_parent():
    make_agency()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_unit(parent=None)


def test_the_agency_has_no_parent():
    agency = make_agency()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_unit(kind="agency", parent=agency)


def test_a_vacant_post_has_no_name():
    make_agency()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_unit(head_status="vacant", head_name="Somebody")


def test_the_identifier_follows_the_slug_and_is_unique():
    make_agency()
    first, second = make_unit(slug="records"), make_unit(slug="records")
    assert (first.identifier, second.identifier) == ("records", "records-2")


def test_the_chain_above_leads_from_the_agency_to_the_parent(django_assert_num_queries):
    agency = make_agency()
    division = make_unit(name="Division", kind="directorate")
    branch = make_unit(name="Branch", parent=division)
    office = make_unit(name="Office", parent=branch)
    published(agency, division, branch, office)
    with django_assert_num_queries(1):
        chain = UnitEdition.objects.chain_above(office.pk, at=NOON)
    assert [unit["name"] for unit in chain] == ["Agency of Examples", "Division", "Branch"]


def test_the_chain_above_is_read_at_its_instant():
    agency, first = make_agency(), make_unit(name="First")
    second, office = make_unit(name="Second"), make_unit(parent=first)
    published(agency, first, second, office)
    published(changed(office, parent=second), effective_from=NOON + DAY)
    before = UnitEdition.objects.chain_above(office.pk, at=NOON)
    after = UnitEdition.objects.chain_above(office.pk, at=NOON + DAY)
    assert (before[-1]["name"], after[-1]["name"]) == ("First", "Second")


def test_the_label_of_the_link_falls_back_to_acronym_and_name():
    unit = Unit(name="Office of Examples", acronym="OE", link_label="Examples")
    assert unit.label == "Examples"
    unit.link_label = ""
    assert unit.label == "OE"
    unit.acronym = ""
    assert unit.label == "Office of Examples"
