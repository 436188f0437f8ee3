"""Everybody opens every linked staff address.

Reading changes nothing, and shows nothing without permission.
"""

from collections import deque
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from directorates.actions.publishing import closing
from directorates.actions.reviewing import reviewing
from tests.factories import (
    DAY,
    changed,
    make_agency,
    make_directorate,
    make_figure,
    make_responsibility,
    make_unit,
    make_user,
    published,
    set_survey,
)
from tests.rows import rows

pytestmark = pytest.mark.django_db

STAFF = ("/admin/", "/preview/")
#: Pages for every signed-in person: the front page and the person's own password.
OPEN_TO_ALL_STAFF = {
    "/admin/",
    "/admin/help/",
    "/admin/roles/",
    "/admin/password_change/",
    "/admin/jsi18n/",
}


class LinkReader(HTMLParser):
    def __init__(self, markup):
        super().__init__()
        self.links = []
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.links += [value for name, value in attrs if name == "href" and value]


@pytest.fixture(scope="module")
def looked(keep_rows):
    """The pages that a superuser reaches by links, and the rows before and after."""
    with keep_rows():
        make_organization()
        client = Client()
        client.force_login(make_user(username="root", is_superuser=True))
        before = rows()
        yield Looked(crawl(client), before, rows())


@dataclass(frozen=True)
class Looked:
    statuses: dict
    rows_before: dict
    rows_after: dict


def make_organization():
    """A directorate in each state: drafted, in an open set, in review, scheduled, closed, never published. An office."""
    at = timezone.now() - DAY
    agency = published(make_agency(at=at), at=at)
    set_survey()
    published(make_figure(unit=agency, at=at), at=at)
    author = make_user(username="author")
    matter = make_responsibility()
    drafted, held, reviewed, scheduled, closed = (
        published(make_directorate(at=at, responsibilities=[matter]), at=at) for _ in range(5)
    )
    changed(drafted, summary="A draft.")
    reviewing.create(title="Open", records=[changed(held, summary="In a set.")], by=author, at=at)
    in_review = reviewing.create(
        title="In review", records=[changed(reviewed, summary="In review.")], by=author, at=at
    )
    reviewing.submit(change_set=in_review, by=author, at=at)
    published(
        changed(scheduled, summary="Scheduled."),
        at=timezone.now(),
        effective_from=timezone.now() + DAY,
    )
    closing.close(unit=closed, successors=[drafted], by=None, at=timezone.now())
    make_directorate(name="Never published")
    published(make_unit(at=at), at=at)


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
                # A list is the same page in every order and with every filter.
                waiting.append(parts.path)
    return seen


def test_no_page_that_is_looked_at_changes_a_row(looked):
    statuses = list(looked.statuses.values())
    assert looked.rows_after == looked.rows_before
    assert statuses.count(200) > 100
    assert set(statuses) <= {200, 301, 302, 404}


def test_a_visitor_sees_none_of_them(client, looked):
    for address in looked.statuses:
        response = client.get(address)
        assert response.status_code in (301, 302, 404), address
        if response.status_code == 302:
            assert "/login/" in response["Location"], address


def test_staff_without_permissions_see_nothing_of_the_records(client, looked):
    client.force_login(make_user(permissions=[]))
    addresses = set(looked.statuses) - OPEN_TO_ALL_STAFF
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
def test_a_role_sees_its_pages_and_no_others(client, looked, role, may, may_not):
    user = make_user(role=role)
    client.force_login(user)
    statuses = {
        page: client.get(f"/admin/directorates/{page}").status_code for page in (*may, *may_not)
    }
    assert statuses == dict.fromkeys(may, 200) | dict.fromkeys(may_not, 403)


@pytest.mark.parametrize("role", ["Editor", "Reviewer", "Publisher", "Administrator"])
def test_no_role_meets_a_broken_page(client, looked, role):
    user = make_user(role=role)
    client.force_login(user)
    pages = crawl(client)
    assert 403 not in pages.values(), [a for a, status in pages.items() if status == 403]
