"""A static copy of the sample agency in the test's folder."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agency_site.serving.static_export import exporting
from agency_site.serving.static_export.files.folder import Folder
from agency_site.serving.static_export.pages.page_fetcher import PageFetcher
from tests.factories import changed, published
from tests.sample import load_sample

HOST = "www.agency.gov"
ORIGIN = f"https://{HOST}"


@pytest.fixture
def sample(db, settings):
    settings.ALLOWED_HOSTS = [HOST]
    load_sample(at=timezone.now() - timedelta(hours=2))


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
def static_copy(sample, tmp_path):
    return StaticCopy(tmp_path / "static_copy")
