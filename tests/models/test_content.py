import pytest

from directorates.actions.publishing import publishing
from directorates.models import Unit
from tests.factories import NOON, changed, make_agency

pytestmark = pytest.mark.django_db


def test_a_draft_of_a_release_that_cleaned_less_has_nothing_unpublished_once_it_is_published():
    agency = make_agency()
    Unit.objects.update(name="Agency  of Examples", overview="<p>a</p><p></p>")
    publishing.publish(records=[agency], by=None, at=NOON)
    agency.refresh_from_db()
    assert not agency.has_unpublished_changes
    assert changed(agency, name="Agency").has_unpublished_changes
