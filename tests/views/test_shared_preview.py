import logging
import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from directorates.actions import flood_limit, sharing
from directorates.actions.flood_limit import Limit
from directorates.actions.reviewing import reviewing
from directorates.models import ChangeSet, Generation, PreviewLinkUse, Unit, UnitEdition
from tests.factories import changed, make_agency, make_directorate, make_unit, make_user, published
from tests.factories import set_survey as open_survey

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    agency, division = make_agency(), make_directorate(name="Division", slug="division")
    office = make_unit(name="Records", slug="records", parent=division)
    at = timezone.now() - timedelta(days=2)
    published(agency, division, office, at=at)
    return office


@pytest.fixture
def change_set(office):
    draft = changed(
        office,
        name="Archives",
        slug="archives",
        body='<p>See <a href="/directorates/division/">the division</a> or'
        ' <a href="https://example.com/">another site</a>.</p>',
    )
    at = timezone.now()
    return reviewing.create(
        title="SECRET-TITLE",
        records=[draft],
        by=None,
        at=at,
        effective_from=at + timedelta(days=9),
    )


def share(change_set, at=None):
    return sharing.share(
        change_set=change_set, for_whom="Counsel", days=7, by=None, at=at or timezone.now()
    )


@pytest.fixture
def shared(change_set):
    return share(change_set)


@pytest.fixture
def prefix(shared):
    return reverse("directorates:shared-preview", args=[shared[1]])


def words_of(response):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def rows():
    models = (ChangeSet, Generation, Unit, UnitEdition)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_a_person_without_an_account_sees_the_site_with_the_set(client, prefix):
    response = client.get(f"{prefix}offices/archives/")
    assert response.status_code == 200
    words = words_of(response)
    assert "Archives" in words
    assert "Preview of a planned change" in words
    assert client.get("/offices/archives/").status_code == 404


def test_every_link_leads_to_a_page_of_the_preview(client, prefix):
    open_survey()
    waiting, seen = {prefix}, set()
    while waiting:
        address = waiting.pop()
        seen.add(address)
        response = client.get(address)
        assert response.status_code == 200, address
        for link in re.findall(r'<a [^>]*href="(/[^"#]*)', response.content.decode()):
            assert link.startswith(prefix), f"{address} leads to {link}"
            if unescape(link) not in seen:
                waiting.add(unescape(link))
    assert f"{prefix}offices/archives/" in seen
    assert len(seen) == 14


def test_no_public_page_leads_into_a_preview_that_was_shown_before_it(client, prefix):
    """The address of a shared preview is its only guard, and one process shows both sites."""
    below = ("", "about/", "offices/", "directorates/", "directorates/division/")
    for path in (*below, "offices/archives/"):
        assert client.get(prefix + path).status_code == 200
    for path in (*below, "offices/records/", "sitemap.xml", "robots.txt"):
        page = client.get(f"/{path}").content.decode()
        assert path == "robots.txt" or "/offices/records/" in page or "/directorates/" in page
        assert "/shared/" not in page.replace("Disallow: /shared/", ""), path
        assert "/preview/" not in page.replace("Disallow: /preview/", ""), path


def test_an_old_address_redirects_within_the_preview(client, prefix):
    response = client.get(f"{prefix}offices/records/")
    assert (response.status_code, response["Location"]) == (301, f"{prefix}offices/archives/")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("path", ["", "offices/archives/", "nothing/"])
def test_the_address_is_told_to_nobody(client, prefix, path):
    response = client.get(prefix + path)
    assert response["Cache-Control"].count("no-store") == 1
    assert "private" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "no-referrer"
    page = response.content.decode()
    token = prefix.split("/")[2]
    assert 'rel="canonical"' not in page
    assert "og:url" not in page
    assert page.count(token) == page.count(f'href="{prefix}'), "the token stands outside of links"
    assert not re.search(r'href="(mailto|https?):[^"]*' + re.escape(token), page)


def test_the_log_does_not_hold_the_address(client, prefix, caplog):
    caplog.set_level(logging.INFO, logger="directorates.request")
    for path in ("", "nothing/"):
        client.get(f"{prefix}{path}")
    token = prefix.split("/")[2]
    assert "/shared/…/nothing/" in caplog.text
    assert token not in caplog.text
    assert all(token not in str(record.__dict__) for record in caplog.records)


def test_nothing_that_is_for_staff_is_shown(client, prefix):
    page = client.get(prefix).content.decode()
    for word in ("SECRET-TITLE", "/admin/", "/preview/", "Counsel"):
        assert word not in page


def test_neither_cookies_nor_the_session_are_touched(client, prefix, django_assert_num_queries):
    assert client.get(prefix).cookies == {}
    client.force_login(make_user(is_superuser=True))
    response = client.get(prefix)
    assert response.cookies == {}
    assert "Cookie" not in response.get("Vary", "")


def test_looking_changes_no_row_but_the_record_of_uses(client, prefix):
    before = rows()
    client.get(prefix)
    assert rows() == before
    assert PreviewLinkUse.objects.count() == 1


def test_each_look_is_noted_with_page_and_network(client, shared, prefix):
    client.get(f"{prefix}offices/archives/", REMOTE_ADDR="203.0.113.77")
    client.get(f"{prefix}nothing/", REMOTE_ADDR="2001:db8:1:2:3::4")
    uses = PreviewLinkUse.objects.order_by("pk").values_list("link", "path", "network")
    assert list(uses) == [
        (shared[0].pk, "/offices/archives/", "203.0.113.0/24"),
        (shared[0].pk, "/nothing/", "2001:db8:1::/48"),
    ]


@pytest.fixture
def ended(change_set, office):
    """Addresses that show nothing, by fault."""
    now = timezone.now()
    link, token = share(change_set)
    revoked, revoked_token = share(change_set)
    sharing.revoke(link=revoked, by=None, at=now)
    expired_token = share(change_set, at=now - timedelta(days=8))[1]
    given_up = reviewing.create(title="Given up", records=[], by=None, at=now)
    given_up_token = share(given_up)[1]
    given_up.state = "discarded"
    given_up.save()
    tokens = {
        "unknown": "nonsense",
        "changed": token[:-1] + ("A" if token[-1] != "A" else "B"),
        "of another secret": link.token("guessed"),
        "of a link that never was": link.token("x").replace(f"{link.pk}-", f"{link.pk + 99}-"),
        "revoked": revoked_token,
        "expired": expired_token,
        "given up": given_up_token,
    }
    return {what: reverse("directorates:shared-preview", args=[t]) for what, t in tokens.items()}


def test_no_answer_tells_why_a_link_shows_nothing(client, ended):
    pages = {}
    for what, address in ended.items():
        for path in ("", "offices/archives/"):
            response = client.get(address + path)
            assert response.status_code == 404, what
            assert response["Referrer-Policy"] == "no-referrer"
            pages.setdefault(path, set()).add(response.content)
    assert [len(answers) for answers in pages.values()] == [1, 1]
    words = words_of(response)
    assert "It may have ended" in words
    assert "ask the person who sent it" in words
    assert not PreviewLinkUse.objects.exists()


def test_a_link_ends_once_the_change_is_in_force(client, change_set, prefix, monkeypatch):
    reviewing.submit(change_set=change_set, by=None, at=timezone.now())
    reviewing.approve(change_set=change_set, by=make_user(), at=timezone.now())
    assert client.get(f"{prefix}offices/archives/").status_code == 200
    ChangeSet.objects.update(effective_from=timezone.now() - timedelta(seconds=1))
    assert client.get(f"{prefix}offices/archives/").status_code == 404


@pytest.mark.parametrize("path", ["admin/", "survey/", "healthz", "sitemap.xml", "shared/x/"])
def test_only_pages_of_the_records_are_walked(client, prefix, path):
    assert client.get(prefix + path).status_code == 404


def test_only_looking_is_possible(client, prefix):
    assert client.post(prefix).status_code == 405
    assert not PreviewLinkUse.objects.exists()


def test_what_stops_a_set_is_not_told_to_outsiders(client, office):
    namesake = make_unit(name="Twin", slug="records", parent=office)
    change_set = reviewing.create(title="Twins", records=[namesake], by=None, at=timezone.now())
    response = client.get(reverse("directorates:shared-preview", args=[share(change_set)[1]]))
    assert response.status_code == 409
    words = words_of(response)
    assert "cannot be shown at the moment" in words
    assert "in use" not in words


def test_guessing_is_slowed(client, ended, prefix, monkeypatch):
    limit = Limit(most=2, seconds=600)
    monkeypatch.setattr(flood_limit, "SHARED_PAGES_FROM_ONE_ADDRESS", limit)
    statuses = [client.get(ended["unknown"]).status_code for _ in range(3)]
    assert statuses == [404, 404, 429]
    response = client.get(prefix)
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 600
    assert client.get(prefix, REMOTE_ADDR="198.51.100.9").status_code == 200


def test_one_link_shows_so_many_pages_in_a_while(client, prefix, change_set, monkeypatch):
    monkeypatch.setattr(flood_limit, "SHARED_PAGES_OF_ONE_LINK", Limit(most=2, seconds=600))
    statuses = [
        client.get(prefix, REMOTE_ADDR=f"198.51.100.{number}").status_code for number in range(3)
    ]
    assert statuses == [200, 200, 429]
    assert PreviewLinkUse.objects.count() == 2
    other = reverse("directorates:shared-preview", args=[share(change_set)[1]])
    assert client.get(other).status_code == 200


def test_search_engines_are_kept_from_all_links_and_told_of_none(client, prefix):
    robots = client.get("/robots.txt").content.decode().splitlines()
    assert "Disallow: /shared/" in robots
    assert prefix not in "".join(robots)
    assert client.get("/shared/").status_code == 404
