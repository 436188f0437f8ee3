"""Static copies of agencies in the test's folder."""

import pytest
from django.utils import timezone

from agency_site.serving.static_export import exporting
from agency_site.serving.static_export.files.folder import Folder
from agency_site.serving.static_export.pages.page_fetcher import PageFetcher
from directorates.models import SiteSettings
from tests.factories import (
    changed,
    make_agency,
    make_directorate,
    make_figure,
    make_unit,
    published,
)
from tests.kept_rows import kept
from tests.sample import LATELY, load_sample

HOST = "www.agency.gov"
ORIGIN = f"https://{HOST}"


@pytest.fixture
def sample(db, settings):
    settings.ALLOWED_HOSTS = [HOST]
    load_sample(at=LATELY)


@pytest.fixture
def small_agency(db, settings):
    """Publish an agency, two directorates and an office: most tests export it several times."""
    settings.ALLOWED_HOSTS = [HOST]
    make_small_agency(LATELY)


@kept
def make_small_agency(at):
    SiteSettings.objects.create(pk=1, site_name="Example.gov")
    agency = make_agency()
    directorate = make_directorate(
        identifier="hsi",
        name="Homeland Security Investigations",
        slug="homeland-security-investigations",
    )
    published(agency, directorate, make_directorate(slug="other"), at=at)
    published(make_unit(parent=directorate), at=at)
    published(make_figure(unit=directorate), at=at)


def publish_change(unit, **content):
    now = timezone.now()
    return published(changed(unit, at=now, **content), at=now)


class StaticCopy:
    """Exports into one folder."""

    def __init__(self, path):
        self.path = path

    @property
    def folder(self):
        return Folder(self.path)

    def export(self, *, at=None, is_present=None, processes=1):
        """Make a release in this process, because others do not see the rows of a test's transaction."""
        now = timezone.now()
        return exporting.export(
            self.folder,
            fetcher=PageFetcher(origin=ORIGIN, at=at or now),
            made_at=now,
            is_present=at is None if is_present is None else is_present,
            processes=processes,
        )

    @property
    def current(self):
        return self.path / "current"

    def page(self, name):
        return (self.current / "site" / name).read_bytes()

    def contents(self, release="current"):
        """Return {path: bytes} of a release, without the time of its making."""
        top = self.path / release
        found = {
            str(file.relative_to(top)): file.read_bytes()
            for file in top.rglob("*")
            if file.is_file()
        }
        lines = found.pop("manifest.json").decode().splitlines()
        found.pop("manifest.sha256")
        return found | {"manifest": [line for line in lines if "made_at" not in line]}


@pytest.fixture
def static_copy(small_agency, tmp_path):
    return StaticCopy(tmp_path / "static_copy")


@pytest.fixture
def sample_copy(sample, tmp_path):
    return StaticCopy(tmp_path / "static_copy")
