import pytest

from directorates.actions import site_settings as site_settings_actions
from directorates.actions.publishing.editions import NothingToPublishError
from directorates.models import Generation, SiteSettings
from tests.factories import NOON, changed, make_agency, published, published_agency

pytestmark = pytest.mark.django_db


def test_saving_a_draft_leaves_the_generation():
    Generation.objects.advance()
    before = Generation.objects.current()
    make_agency()
    assert Generation.objects.current() == before


def test_publishing_advances_the_generation():
    agency = published_agency()
    before = Generation.objects.current()
    published(changed(agency, name="Renamed"), at=NOON.replace(hour=13))
    assert Generation.objects.current() == before + 1


def test_a_refused_publication_leaves_the_generation():
    agency = published_agency()
    before = Generation.objects.current()
    with pytest.raises(NothingToPublishError):
        published(agency)
    assert Generation.objects.current() == before


def test_saving_the_site_settings_advances_the_generation():
    Generation.objects.advance()
    before = Generation.objects.current()
    site_settings_actions.save(settings=SiteSettings(), by=None, at=NOON)
    assert Generation.objects.current() == before + 1
