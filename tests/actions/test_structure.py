import pytest

from directorates.actions.publishing import publishing, structure
from directorates.actions.publishing.editions import ChangedMeanwhileError
from directorates.models import Unit, UnitEdition
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_directorate,
    make_figure,
    make_unit,
    published,
    published_agency,
)


@pytest.fixture
def agency(db):
    return published_agency()


def problems(*records, at=NOON + DAY, effective_from=None):
    found = structure.find_publication_problems(
        records=records, at=at, effective_from=effective_from
    )
    return [str(problem) for problem in found]


def test_a_sound_draft_has_no_problems(agency):
    assert problems(make_unit(), make_figure(unit=agency)) == []


def test_what_publication_would_refuse_is_told_before_it(agency):
    published(make_unit(name="Records", slug="records"))
    namesake = make_unit(name="Twin", slug="records")
    assert problems(namesake) == [
        "Twin: the address “records” is in use by Records. Choose another one."
    ]


def test_a_figure_of_an_unpublished_unit_has_a_problem(agency):
    unit = make_unit(name="Records")
    figure = make_figure(unit=unit)
    assert problems(figure) == [
        f"“{figure}” belongs to “Records”, which is not published by then. Publish the unit first."
    ]
    assert problems(figure, unit) == []


def test_a_second_edition_for_one_instant_is_a_problem(agency):
    unit = published(make_unit(name="Records"))
    planned = published(changed(unit, name="Archives"), effective_from=NOON + 3 * DAY)
    draft = changed(planned, name="Files")
    assert (
        "a published version already takes effect on"
        in problems(draft, effective_from=NOON + 3 * DAY)[0]
    )
    assert problems(draft, effective_from=NOON + 4 * DAY) == []


def test_records_are_judged_together(agency):
    parent = make_directorate()
    child = make_unit(parent=parent)
    assert "is not published" in problems(child)[0]
    assert problems(child, parent) == []


def test_content_that_is_not_valid_is_told(agency):
    unit = make_unit()
    Unit.objects.filter(pk=unit.pk).update(phone="call us")
    assert "phone: “call us” has no digits." in problems(Unit.objects.get(pk=unit.pk))[0]


def test_a_draft_is_judged_at_the_instant_it_would_take_effect(agency):
    parent = make_unit(name="Parent")
    published(parent, effective_from=NOON + 3 * DAY)
    child = make_unit(parent=parent)
    assert "is not published" in problems(child)[0]
    assert problems(child, effective_from=NOON + 3 * DAY) == []


def test_looking_for_problems_writes_nothing(agency):
    unit = changed(published(make_unit()), name="Draft")
    before = list(UnitEdition.objects.values()), list(Unit.objects.values())
    problems(unit)
    assert (list(UnitEdition.objects.values()), list(Unit.objects.values())) == before


def test_restoring_over_an_unseen_save_is_refused(agency):
    changed(agency, name="Someone's draft")
    with pytest.raises(ChangedMeanwhileError, match="saved by someone else"):
        publishing.restore(
            edition=agency.editions.get(), by=None, at=NOON, expected_version=agency.version
        )
    assert Unit.objects.get(pk=agency.pk).name == "Someone's draft"


def test_who_waited_for_the_lock_does_not_slip_in_behind_a_newer_edition(agency):
    published(changed(agency, name="First"), at=NOON + 2 * DAY)
    with pytest.raises(ChangedMeanwhileError, match="a moment ago"):
        published(changed(agency, name="Second"), at=NOON + DAY)
