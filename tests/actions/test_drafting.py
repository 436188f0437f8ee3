import pytest

from directorates.actions.publishing import drafting
from directorates.models import Unit
from tests.factories import NOON, changed, make_agency, make_responsibility, make_user

pytestmark = pytest.mark.django_db


def test_each_save_counts_the_version_up():
    agency = make_agency()
    assert agency.version == 1
    assert changed(agency, name="Renamed").version == 2


def test_a_save_says_who_and_when():
    user = make_user()
    agency = changed(make_agency(), by=user, name="Renamed")
    assert (agency.saved_by, agency.saved_at) == (user, NOON)


def test_a_save_over_an_unseen_one_is_refused_and_overwrites_nothing():
    agency = make_agency()
    mine = Unit.objects.get(pk=agency.pk)
    changed(agency, name="Theirs")
    mine.name = "Mine"
    with pytest.raises(drafting.SavedMeanwhileError):
        drafting.save(record=mine, relations={}, by=None, at=NOON, expected_version=1)
    assert Unit.objects.get(pk=agency.pk).name == "Theirs"


def test_relations_are_saved_with_the_columns():
    matter = make_responsibility()
    agency = make_agency()
    drafting.save(record=agency, relations={"responsibilities": [matter]}, by=None, at=NOON)
    assert list(agency.responsibilities.all()) == [matter]
