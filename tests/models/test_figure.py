from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from directorates.models import Figure
from tests.factories import make_agency, make_figure

pytestmark = pytest.mark.django_db

OTHERS = {field.name for field in Figure._meta.fields} - {"value"}


@pytest.mark.parametrize(
    "value",
    [
        "0",
        "0.01",
        "-1.5",
        "8000000000",
        "9999999999999.99",
        "999999999999999",
        "999999999999999000",
    ],
)
def test_a_number_is_read_as_it_was_written(value):
    Figure(value=Decimal(value)).clean_fields(exclude=OTHERS)
    figure = make_figure(unit=make_agency(), value=Decimal(value))
    assert Figure.objects.get(pk=figure.pk).value == Decimal(value)


@pytest.mark.parametrize(
    "value",
    ["99999999999999.99", "1234567890123456", "100000000000000.01", "999999999999999999.99"],
)
def test_a_number_that_would_be_rounded_is_refused(value):
    with pytest.raises(ValidationError, match="more than 15 digits"):
        Figure(value=Decimal(value)).clean_fields(exclude=OTHERS)
