"""Who looks after the records of an agency's file, and how often they are reviewed."""

import pytest
from django.contrib.auth.models import Group

from directorates.actions import upkeep
from directorates.actions.importing import importing
from directorates.exchange import agency_export
from directorates.exchange.agency_file import AgencyFileError
from directorates.models import Figure, RecordReview, Unit
from tests.factories import DAY, NOON, loaded, make_user

pytestmark = pytest.mark.django_db

FILE = """
format = 1

[[units]]
identifier = "agency"
upkeep_role = "Editor"
upkeep_risk = "high"
[[units.editions]]
effective_from = 2026-01-01T00:00:00Z
kind = "agency"
name = "Agency of Examples"
slug = "agency"

[[figures]]
identifier = "people"
upkeep_months = 2
[[figures.editions]]
effective_from = 2026-01-01T00:00:00Z
unit = "agency"
value = 7
counts = "people"
source = "A count made for a test"
"""


def plans():
    return [
        (record.upkeep_role and record.upkeep_role.name, record.upkeep_risk, record.upkeep_months)
        for record in (Unit.objects.get(), Figure.objects.get())
    ]


def refused(source):
    with pytest.raises(AgencyFileError) as error:
        importing.load(content=source.encode(), file_name="agency.toml", by=None, at=NOON)
    (problem,) = str(error.value).splitlines()
    return problem


def test_a_file_says_role_risk_and_interval():
    loaded(FILE)
    assert plans() == [("Editor", "high", None), (None, "medium", 2)]
    assert not Unit.objects.filter(has_unpublished_changes=True).exists()


def test_a_dump_has_what_differs_from_the_usual_and_loads_again():
    loaded(FILE)
    dumped = agency_export.dump()
    assert dumped.count("upkeep_") == 3
    assert 'upkeep_role = "Editor"' in dumped
    assert (
        importing.load(
            content=dumped.encode(), file_name="agency.toml", by=None, at=NOON + DAY
        ).editions
        == 0
    )
    assert plans() == [("Editor", "high", None), (None, "medium", 2)]


def test_a_file_names_no_person_and_makes_no_review():
    loaded(FILE)
    owner = make_user(username="olga")
    unit = Unit.objects.get()
    upkeep.plan(record=unit, values={"upkeep_role": None, "upkeep_owner": owner}, by=None, at=NOON)
    upkeep.confirm(edition=unit.editions.get(), by=owner, at=NOON)
    assert "olga" not in agency_export.dump()
    assert "review" not in agency_export.dump()
    assert RecordReview.objects.count() == 1


def test_what_a_file_leaves_out_stays_and_a_role_takes_the_place_of_a_person():
    loaded(FILE)
    owner = make_user()
    unit = Unit.objects.get()
    upkeep.plan(record=unit, values={"upkeep_role": None, "upkeep_owner": owner}, by=None, at=NOON)
    silent = "\n".join(line for line in FILE.splitlines() if "upkeep_" not in line)
    loaded(silent, at=NOON + DAY)
    unit.refresh_from_db()
    assert (unit.upkeep_owner, unit.upkeep_risk) == (owner, "high")
    loaded(FILE, at=NOON + 2 * DAY)
    unit.refresh_from_db()
    assert (unit.upkeep_owner, unit.upkeep_role) == (None, Group.objects.get(name="Editor"))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (('"Editor"', '"Minister"'), "there is no role “Minister”"),
        (('"high"', '"dire"'), "“dire” is none of the choices: low, medium, high."),
        (("months = 2", "months = 5"), "“5” is none of the choices: 1, 2, 3, 4, 6"),
        (("months = 2", 'months = "2"'), "expected a whole number"),
        (("upkeep_months", "upkeep_month"), "did you mean “upkeep_months”?"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(change, reason):
    problem = refused(FILE.replace(*change))
    assert reason in problem
    assert ", upkeep_" in problem
    assert not Unit.objects.exists()
