"""Queries whose SQL is made once give the rows that Django's own queries give."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Value

from directorates.models import UnitEdition
from directorates.models.database.prepared import prepared
from tests.factories import NOON, changed, make_unit, published

pytestmark = pytest.mark.django_db


@prepared
def in_force(slugs, at):
    return UnitEdition.objects.in_force(at).filter(slug__in=slugs).order_by("slug")


@pytest.fixture
def two_editions():
    """Publish a unit whose name changes an hour after noon; return its slug."""
    agency = published(make_unit(kind="agency", slug="agency"))
    unit = published(make_unit(parent=agency, slug="maps", name="Maps"), at=NOON)
    published(changed(unit, name="Maps and Charts"), at=NOON + timedelta(hours=1))
    return unit.slug


def names(slugs, at):
    return [edition.name for edition in in_force(slugs=slugs, at=at)]


def test_the_rows_are_those_of_the_arguments_of_each_call(two_editions):
    later = NOON + timedelta(hours=1)
    for _ in range(2):
        assert names([two_editions], NOON) == ["Maps"]
        assert names([two_editions], later) == ["Maps and Charts"]
        assert names([two_editions, "nowhere"], later) == ["Maps and Charts"]
        assert names(["nowhere"], later) == names([], later) == []


def test_instants_of_other_time_zones_are_the_same_instants(two_editions):
    assert names([two_editions], NOON.astimezone(ZoneInfo("Asia/Tokyo"))) == ["Maps"]


def test_the_sql_is_made_once_for_each_number_of_arguments(two_editions):
    made = []

    @prepared
    def counted(slugs, at):
        made.append(len(slugs))
        return UnitEdition.objects.in_force(at).filter(slug__in=slugs)

    for slugs in (["a"], ["b"], ["a", "b"], ["maps"]):
        counted(slugs=slugs, at=NOON)
    # Twice for each form, to find the places of the arguments.
    assert made == [1, 1, 2, 2]


def test_bytes_numbers_and_constants_are_arguments(two_editions):
    @prepared
    def keys(sort_keys, pk, at, is_closed):
        found = UnitEdition.objects.in_force(at).filter(sort_key__in=sort_keys, is_closed=is_closed)
        return found.filter(pk__gte=pk).values_list("sort_key", flat=True)

    (edition,) = in_force(slugs=[two_editions], at=NOON)
    same = {"sort_keys": [bytes(edition.sort_key)], "at": NOON}
    assert [*map(bytes, keys(**same, pk=edition.pk, is_closed=False))] == same["sort_keys"]
    assert keys(**same, pk=edition.pk, is_closed=True) == []
    assert keys(**same, pk=edition.pk + 1, is_closed=False) == []


def test_annotations_named_rows_and_unions_are_read_as_usual(two_editions):
    @prepared
    def rows(at, words):
        editions = UnitEdition.objects.in_force(at).filter(kind="office").order_by()
        return editions.annotate(words=Value(words)).values_list("name", "words", named=True)

    @prepared
    def united(at, words):
        editions = UnitEdition.objects.in_force(at).filter(kind="office").order_by()
        more = editions.values_list("slug", Value("x"))
        return editions.values_list("name", Value(words)).union(more, all=True).order_by()

    (row,) = rows(at=NOON, words="100%")
    assert (row.name, row.words) == ("Maps", "100%")
    assert sorted(united(at=NOON, words="a'b")) == [("Maps", "a'b"), ("maps", "x")]


def test_each_call_reads_the_database_anew(two_editions, django_assert_num_queries):
    in_force(slugs=[two_editions], at=NOON)
    with django_assert_num_queries(2):
        assert in_force(slugs=[two_editions], at=NOON) == in_force(slugs=[two_editions], at=NOON)


@pytest.mark.parametrize(
    "make",
    [
        lambda slug: UnitEdition.objects.all(),
        lambda slug: UnitEdition.objects.filter(slug=slug.lower()),
        lambda slug: UnitEdition.objects.filter(slug=slug[:10]),
        lambda slug: UnitEdition.objects.filter(number=len(slug)),
        lambda slug: UnitEdition.objects.filter(slug__contains=slug),
    ],
)
def test_a_query_that_makes_something_of_its_argument_is_refused(make):
    with pytest.raises(TypeError, match="may only pass its arguments on"):
        prepared(make)(slug="maps")


def test_a_query_that_makes_something_of_an_instant_is_refused():
    with pytest.raises(TypeError, match="may only pass its arguments on"):
        prepared(lambda at: UnitEdition.objects.in_force(at - timedelta(days=1)))(at=NOON)
