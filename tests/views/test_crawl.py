"""Every address that a visitor can reach from the overview, and every address of the URL map."""

from collections import Counter, deque
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, resolve
from django.utils import timezone

from directorates.actions.publishing.closing import close
from directorates.models import Unit
from directorates.views import public_pages
from tests.factories import changed, make_unit, published
from tests.sample import load_fictional, load_sample

pytestmark = pytest.mark.django_db

HOST = "http://testserver"
MOST_QUERIES = 9
#: The day, the beginning of the record and what became of the unit take further queries.
MOST_QUERIES_OF_A_PAST_DAY = 15


class PageReader(HTMLParser):
    """Collects the parts of a page that the crawl checks."""

    def __init__(self, markup):
        super().__init__()
        self.links, self.files, self.ids = [], [], []
        self.tags = Counter()
        self.meta = {}
        self.title = ""
        self.inline = []
        self._open = ""
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags[tag] += 1
        self._open = tag
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        if tag in ("img", "script") and "src" in attributes:
            self.files.append(attributes["src"])
        if tag == "link" and attributes.get("rel") in ("stylesheet", "icon"):
            self.files.append(attributes["href"])
        if tag == "link" and attributes.get("rel") == "canonical":
            self.meta["canonical"] = attributes["href"]
        if tag == "meta":
            name = attributes.get("name") or attributes.get("property")
            self.meta[name] = attributes.get("content")
        is_data = attributes.get("type") == "application/ld+json"
        if tag == "style" or (tag == "script" and "src" not in attributes and not is_data):
            self.inline.append(tag)
        self.inline += [name for name in attributes if name == "style" or name.startswith("on")]

    def handle_data(self, data):
        if self._open == "title":
            self.title += data
            self._open = ""


def crawl(client):
    """Follow every link of this host from the overview; return {address: PageReader}."""
    pages, waiting = {}, deque(["/"])
    while waiting:
        path = waiting.popleft()
        if path in pages:
            continue
        with CaptureQueriesContext(connection) as queries:
            response = client.get(path)
        if "on=" in path and response.status_code == 302:
            # The change is of today, so the present page is the page of that day.
            continue
        assert response.status_code == 200, f"{path} answered {response.status_code}"
        most = MOST_QUERIES_OF_A_PAST_DAY if "on=" in path else MOST_QUERIES
        assert len(queries) <= most, f"{path} took {len(queries)} queries"
        if not response["Content-Type"].startswith("text/html"):
            assert response["Content-Type"] in (
                "image/svg+xml; charset=utf-8",
                "application/atom+xml; charset=utf-8",
                "text/csv; charset=utf-8",
                "application/json",
            )
            continue
        pages[path] = page = PageReader(response.content.decode())
        if "on=" in path:
            # Its links lead to as many pages as there are today, for each day.
            continue
        for link in page.links:
            address, fragment = urldefrag(urljoin(HOST + path, link))
            parts = urlsplit(address)
            if parts.scheme not in ("http", "https") or parts.netloc != "testserver":
                continue
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            if fragment and target == path:
                assert fragment in page.ids, f"{path} links to #{fragment}, which is not there"
            waiting.append(target)
    return pages


def check(pages):
    for path, page in pages.items():
        assert page.tags["h1"] == 1, f"{path} has {page.tags['h1']} h1"
        assert page.tags["main"] == 1, path
        assert len(page.ids) == len(set(page.ids)), f"{path} repeats an id"
        assert page.inline == [], f"{path} has inline {page.inline}"
        assert len(page.title) >= 20, f"{path}: {page.title}"
        assert page.meta["og:title"]
        assert page.meta.get("og:url") == page.meta.get("canonical")
        assert "width=" in page.meta["viewport"]
        assert not [file for file in page.files if "//" in file], f"{path} fetches from elsewhere"
    indexed = [page for page in pages.values() if "noindex" not in page.meta.get("robots", "")]
    assert all(50 <= len(page.meta["description"]) <= 160 for page in indexed)
    canonical = {page.meta["canonical"]: page for page in indexed}.values()
    for what in ("title", "description"):
        values = Counter(p.title if what == "title" else p.meta[what] for p in canonical)
        assert [value for value, times in values.items() if times > 1] == []


@pytest.fixture
def at():
    return timezone.now() - timedelta(days=1)


def test_every_page_of_the_sample_is_sound(client, at):
    load_sample(at=at)
    pages = crawl(client)
    check(pages)
    reached = {resolve(urlsplit(path).path).url_name for path in pages}
    assert reached >= {page.name for page in public_pages.PAGES if page.in_sitemap}
    survey = [path for path in pages if path.startswith("/survey/")]
    past = [path for path in pages if "on=" in path]
    assert len(pages) - len(survey) - len(past) == 50, sorted(pages)
    # Each unit's page leads to the day of its first entry.
    assert len(past) == 7, sorted(past)
    # Each page links to the survey with its own path. The two orders of a list share a path, and the footer
    # links to the form without a path.
    assert len(survey) == 27, sorted(survey)


def test_every_page_of_the_fictional_agency_is_sound(client, at):
    load_fictional(offices=120, at=at)
    pages = crawl(client)
    check(pages)
    units = {path for path in pages if path.startswith(("/offices/", "/directorates/"))}
    assert len([path for path in units if "?" not in path and path.count("/") == 3]) == 128


def test_nothing_unpublished_is_reached(client, at):
    load_sample(at=at)
    agency = Unit.objects.get(kind="agency")
    make_unit(parent=agency, name="DRAFT-UNIT", slug="draft")
    changed(agency, summary="DRAFT-TEXT of the agency, which nobody outside may see as yet.")
    published(
        make_unit(parent=agency, name="SCHEDULED-UNIT", slug="scheduled"),
        at=at,
        effective_from=timezone.now() + timedelta(hours=1),
    )
    addresses = [*crawl(client), "/sitemap.xml", "/robots.txt"]
    for path in addresses:
        page = client.get(path).content.decode()
        for word in ("DRAFT", "SCHEDULED-UNIT", "/draft/", "/scheduled/"):
            assert word not in page, f"{path} shows {word}"


def test_a_closed_unit_is_named_by_its_successor_the_changes_and_the_sitemap_only(client, at):
    load_sample(at=at)
    agency = Unit.objects.get(kind="agency")
    closing = published(make_unit(parent=agency, name="CLOSED-UNIT", slug="closed"), at=at)
    close(unit=closing, successors=[agency], by=None, at=at + timedelta(hours=1))
    naming = {
        path
        for path in [*crawl(client), "/sitemap.xml"]
        if "on=" not in path and "/closed/" in client.get(path).content.decode().replace("%2F", "/")
    }
    survey = "/survey/?page=%2Foffices%2Fclosed%2F"
    assert naming == {"/about/", "/offices/closed/", "/changes/", survey, "/sitemap.xml"}


def test_every_public_address_of_the_url_map_is_known_to_these_tests():
    """Add a public URL without a row in the table here, after checking the content that it may show."""
    names = set(get_resolver().namespace_dict["directorates"][1].reverse_dict)
    assert {name for name in names if isinstance(name, str)} == {
        *(page.name for page in public_pages.PAGES),
        "favicon",
        "robots",
        "sitemap",
        "logo",
        "preview-unit",
        "preview-overview",
        "preview-set",
        "preview-set-page",
        "affected-pages",
        "preview-choose-instant",
        "preview-instant",
        "preview-instant-page",
        "shared-previews",
        "shared-preview",
        "shared-preview-page",
        "style-guide",
    }


def test_the_menu_leads_only_to_pages_that_previews_and_the_static_export_have():
    assert all(page.in_previews for page in public_pages.menu(is_preview=True))
    # The static copy leads to the live site's search.
    assert {page.name for page in public_pages.menu() if not page.in_export} == {"search"}
