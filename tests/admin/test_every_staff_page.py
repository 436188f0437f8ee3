"""Every staff address that links lead to, asked by everybody: looking changes nothing, and shows
nothing to those who may not look."""

from collections import deque
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.utils import timezone

from directorates.actions import reviewing
from directorates.models import Unit
from tests.factories import DAY, changed, make_unit, make_user, published
from tests.rows import rows
from tests.sample import load_sample

pytestmark = pytest.mark.django_db

STAFF = ("/admin/", "/preview/")
#: What anybody who has signed in may see: the front page and one's own password.
OPEN_TO_ALL_STAFF = {"/admin/", "/admin/password_change/", "/admin/jsi18n/"}


class LinkReader(HTMLParser):
    def __init__(self, markup):
        super().__init__()
        self.links = []
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.links += [value for name, value in attrs if name == "href" and value]


@pytest.fixture
def organization():
    """The sample with a unit in each state: drafted, in an open set, in review, scheduled, unpublished."""
    at = timezone.now() - DAY
    load_sample(at=at)
    hsi, ero, opr, ma = (Unit.objects.get(identifier=name) for name in ("hsi", "ero", "opr", "ma"))
    author = make_user(username="author")
    changed(opr, summary="A draft.")
    reviewing.create(title="Open", records=[changed(ero, summary="In a set.")], by=author, at=at)
    in_review = reviewing.create(
        title="In review", records=[changed(hsi, summary="In review.")], by=author, at=at
    )
    reviewing.submit(change_set=in_review, by=author, at=at)
    published(
        changed(ma, summary="Scheduled."), at=timezone.now(), effective_from=timezone.now() + DAY
    )
    make_unit(parent=ma, name="Never published")


def crawl(client):
    """Follow the links of staff pages from the front page; return {address: status}."""
    seen, waiting = {}, deque(["/admin/"])
    while waiting:
        address = waiting.popleft()
        if address in seen:
            continue
        response = client.get(address)
        seen[address] = response.status_code
        assert response.status_code < 500, address
        if "html" not in response.get("Content-Type", "") or response.streaming:
            continue
        for link in LinkReader(response.content.decode()).links:
            parts = urlsplit(urldefrag(urljoin(f"http://testserver{address}", link))[0])
            if parts.netloc == "testserver" and parts.path.startswith(STAFF):
                # A list in every order and under every filter is the same page.
                waiting.append(parts.path)
    return seen


def as_superuser(client):
    client.force_login(make_user(username="root", is_superuser=True))
    return client


def test_no_page_that_is_looked_at_changes_a_row(client, organization):
    as_superuser(client)
    before = rows()
    pages = crawl(client)
    assert rows() == before
    assert len([address for address, status in pages.items() if status == 200]) > 150
    assert set(pages.values()) <= {200, 301, 302, 404}


def test_a_visitor_sees_none_of_them(client, organization):
    addresses = list(crawl(as_superuser(client)))
    client.logout()
    for address in addresses:
        response = client.get(address)
        assert response.status_code in (301, 302, 404), address
        if response.status_code == 302:
            assert "/login/" in response["Location"], address


def test_staff_without_permissions_see_nothing_of_the_records(client, organization):
    addresses = set(crawl(as_superuser(client))) - OPEN_TO_ALL_STAFF
    client.force_login(make_user(permissions=[]))
    shown = {address for address in addresses if client.get(address).status_code == 200}
    assert shown == set()


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        (
            "Editor",
            ["directorate/", "office/add/", "figure/", "changeset/add/", "responsibility/add/"],
            ["sitesettings/1/change/", "surveyresponse/"],
        ),
        (
            "Reviewer",
            ["directorate/", "figure/", "changeset/"],
            ["office/add/", "changeset/add/", "sitesettings/1/change/", "surveyresponse/"],
        ),
        (
            "Publisher",
            ["directorate/", "office/add/", "changeset/add/", "surveyresponse/"],
            ["sitesettings/1/change/"],
        ),
        (
            "Administrator",
            ["directorate/", "sitesettings/1/change/", "surveyresponse/"],
            ["office/add/", "changeset/add/"],
        ),
    ],
)
def test_a_role_sees_its_pages_and_no_others(client, organization, role, may, may_not):
    user = make_user(role=role)
    client.force_login(user)
    statuses = {
        page: client.get(f"/admin/directorates/{page}").status_code for page in (*may, *may_not)
    }
    assert statuses == dict.fromkeys(may, 200) | dict.fromkeys(may_not, 403)


@pytest.mark.parametrize("role", ["Editor", "Reviewer", "Publisher", "Administrator"])
def test_no_role_meets_a_broken_page(client, organization, role):
    user = make_user(role=role)
    client.force_login(user)
    pages = crawl(client)
    assert 403 not in pages.values(), [a for a, status in pages.items() if status == 403]
