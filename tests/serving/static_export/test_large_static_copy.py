"""A static copy of a few hundred units has every file to which a page refers."""

import html.parser
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import pytest
from django.utils import timezone

from agency_site.serving.static_export import verifying
from agency_site.serving.static_export.files import layout
from agency_site.serving.static_export.pages.addresses import live
from tests.sample import load_fictional
from tests.serving.static_export.conftest import HOST, ORIGIN, StaticCopy

pytestmark = pytest.mark.styles

OFFICES = 240


@pytest.fixture
def static_copy(db, settings, tmp_path):
    settings.ALLOWED_HOSTS = [HOST]
    load_fictional(offices=OFFICES, at=timezone.now() - timedelta(hours=2))
    made = StaticCopy(tmp_path / "static_copy")
    made.export()
    return made


class _References(html.parser.HTMLParser):
    """Parses the references of a page. The program finds them by patterns."""

    def __init__(self):
        super().__init__()
        self.found = []
        self.ids = set()

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.ids.add(given.get("id"))
        self.found += [given[name] for name in ("href", "src", "action") if given.get(name)]


def _read(path):
    reader = _References()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader


def test_every_link_and_every_file_of_every_page_is_there(static_copy):
    site = static_copy.current / layout.SITE
    pages = static_copy.folder.manifest(static_copy.folder.current()).pages()
    read = {
        address: _read(static_copy.current / file.path)
        for address, file in pages.items()
        if file.media_type.startswith("text/html")
    }
    missing, followed = set(), 0
    for address, page in read.items():
        for reference in page.found:
            target = urljoin(ORIGIN + address, reference)
            parts = urlsplit(target)
            if f"{parts.scheme}://{parts.netloc}" != ORIGIN or parts.path.startswith(live()):
                continue
            followed += 1
            own = target.removeprefix(ORIGIN).partition("#")[0]
            if not (site / layout.file_of(own)).is_file() or (
                parts.fragment and own in read and parts.fragment not in read[own].ids
            ):
                missing.add((address, reference))
    assert missing == set()
    assert len(read) > OFFICES
    assert followed > 20 * OFFICES
    assert verifying.verify(static_copy.folder, static_copy.folder.current()) == []
