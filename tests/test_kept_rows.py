import pytest
from django.db import transaction

from tests.factories import make_agency
from tests.kept_rows import kept
from tests.rows import rows
from tests.sample import load_sample

pytestmark = pytest.mark.django_db


def rows_after(make):
    """Return every row after a function, which is rolled back."""
    with transaction.atomic():
        make()
        found = rows()
        transaction.set_rollback(True)
    return found


def test_copied_rows_are_those_that_were_made():
    made = rows_after(load_sample.__wrapped__)
    keeping = kept(load_sample.__wrapped__)
    assert rows_after(keeping) == made
    assert rows_after(keeping) == made


def test_copies_are_what_the_function_returned():
    keeping = kept(lambda name: make_agency(name=name))
    made = []
    first = rows_after(lambda: made.append(keeping("One")))
    assert rows_after(lambda: made.append(keeping("One"))) == first
    assert made[0] == made[1] and made[0] is not made[1]


def test_other_arguments_and_other_rows_are_made_afresh():
    keeping = kept(lambda name: make_agency(name=name).pk)
    one = rows_after(lambda: keeping("One"))
    assert rows_after(lambda: keeping("Two")) != one
    taken = make_agency(name="Before")
    assert keeping("One") != taken.pk
