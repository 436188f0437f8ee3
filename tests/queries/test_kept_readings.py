import pytest

from directorates.queries import visibility
from directorates.queries.kept_readings import keep_readings, kept
from directorates.queries.pages import site_identity, unit_rows
from tests.factories import DAY, NOON, make_directorate, published, published_agency

pytestmark = pytest.mark.django_db


@pytest.fixture
def directorate():
    published_agency()
    return published(make_directorate(name="Law"))


@pytest.mark.parametrize(
    "read",
    [site_identity.get, visibility.places_of_units, unit_rows.read],
    ids=["identity", "places", "rows"],
)
def test_pages_of_one_instant_share_readings(directorate, django_assert_num_queries, read):
    alone = read(at=NOON)
    with keep_readings():
        assert read(at=NOON) == alone
        with django_assert_num_queries(0):
            assert read(at=NOON) == alone


def test_each_instant_has_readings_of_its_own(directorate):
    published(make_directorate(name="Press"), at=NOON + DAY)
    with keep_readings():
        found = [visibility.places_of_units(at=at) for at in (NOON - DAY, NOON, NOON + DAY)]
    assert [len(places) for places in found] == [0, 2, 3]


def test_nothing_is_kept_outside_the_block(directorate):
    with keep_readings():
        visibility.places_of_units(at=NOON)
    published(make_directorate(name="Press"))
    assert len(visibility.places_of_units(at=NOON)) == 3


def test_functions_do_not_share_answers():
    one, other = kept(lambda *, at: "one"), kept(lambda *, at: "other")
    with keep_readings():
        assert (one(at=1), other(at=1), one(at=2)) == ("one", "other", "one")


def test_an_error_is_not_kept():
    answers = iter([ValueError, "found"])

    @kept
    def read():
        answer = next(answers)
        if answer is ValueError:
            raise ValueError
        return answer

    with keep_readings():
        with pytest.raises(ValueError):
            read()
        assert read() == "found"
