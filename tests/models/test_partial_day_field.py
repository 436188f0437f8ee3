"""The founding day of a unit, as forms and files take it."""

import pytest
from django.forms import modelform_factory

from directorates.exchange.agency_file import AgencyFileError
from directorates.models import Unit, UnitEdition
from tests.factories import loaded

FILE = """
format = 1
[[units]]
identifier = "agency"
[[units.editions]]
kind = "agency"
name = "Agency of Examples"
slug = "agency"
founded_on = "{}"
"""


def errors_of(written):
    form = modelform_factory(Unit, fields=["founded_on"])({"founded_on": written})
    return form.errors.get("founded_on", [])


def test_a_form_takes_a_year_a_month_a_day_and_nothing():
    for written in ("", "2003", "2003-03", " 2003-03-01 "):
        assert errors_of(written) == []


def test_a_form_says_how_to_write_it():
    assert errors_of("03/2003") == [
        "“03/2003” is no year, month or day. Write it like 2003, 2003-03 or 2003-03-01."
    ]


@pytest.mark.django_db
def test_a_file_is_held_to_the_same_rule():
    with pytest.raises(AgencyFileError, match="no year, month or day"):
        loaded(FILE.format("long ago"))
    loaded(FILE.format("1849-03"))
    assert UnitEdition.objects.get().founded_on == "1849-03"
