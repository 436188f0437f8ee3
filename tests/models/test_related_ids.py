import pytest
from django.contrib.auth.models import Group, Permission

from directorates.models import Unit
from directorates.models.database.related_ids import related_ids
from directorates.models.records.content import with_content
from tests.factories import make_responsibility, make_unit, published_agency

pytestmark = pytest.mark.django_db


@pytest.fixture
def responsibilities(db):
    published_agency()
    return [make_responsibility(phrase) for phrase in ("Zebras", "Apples", "Maps")]


def test_ids_of_a_relation_are_sorted_and_take_one_query(
    responsibilities, django_assert_num_queries
):
    ids = [row.pk for row in responsibilities]
    unit = make_unit(responsibilities=[*reversed(responsibilities)])
    other = make_unit(responsibilities=responsibilities[:1])
    with django_assert_num_queries(3):
        assert related_ids(unit, "responsibilities") == ids
        assert related_ids(other, "responsibilities") == ids[:1]
        assert related_ids(unit, "successors") == []


def test_prefetched_ids_take_no_query(responsibilities, django_assert_num_queries):
    made = make_unit(responsibilities=responsibilities)
    unit = with_content(Unit.objects.filter(pk=made.pk)).get()
    with django_assert_num_queries(0):
        assert related_ids(unit, "responsibilities") == [row.pk for row in responsibilities]


def test_relations_of_other_models_are_read_too():
    group = Group.objects.create(name="Readers")
    view, change = Permission.objects.filter(codename__in=["view_unit", "change_unit"]).order_by(
        "pk"
    )
    group.permissions.set([change, view])
    assert related_ids(group, "permissions") == [view.pk, change.pk]
    assert related_ids(Group.objects.create(name="Others"), "permissions") == []
