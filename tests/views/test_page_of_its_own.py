"""A page of these tests: a query, a view, a template and a row. All other parts follow."""

import copy
from datetime import timedelta

import pytest
from django.urls import clear_url_caches, include, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

import agency_site.urls
import directorates.urls
from agency_site.serving.page_cache import keys
from directorates.actions.reviewing import reviewing
from directorates.queries import visibility
from directorates.queries.public_pages import AnyRecord, Menu, PublicPage
from directorates.views import public_pages
from directorates.views.pages import CACHE_POLICY, render_page, shown_instant
from tests.factories import changed, make_agency, make_unit, make_user, published
from tests.serving.static_export.conftest import HOST, StaticCopy
from tests.views.test_crawl import check, crawl

pytestmark = pytest.mark.django_db

TEMPLATE = """{% extends "base.html" %}
{% block main %}<h1>Register</h1><p>{{ names|join:", " }}</p>{% endblock %}
"""


def find_names(*, at):
    return list(visibility.open_units(at).order_by("sort_key").values_list("name", flat=True))


@require_safe
def register_page(request):
    at = shown_instant(request)
    return render_page(
        request,
        "register.html",
        {"names": find_names(at=at)},
        at=at,
        title="Register of names",
        path=reverse("directorates:register"),
        description="The names of all units of the agency, in the order of the alphabet.",
    )


ROW = PublicPage(
    "register", "register/", register_page, ("by",), shows=AnyRecord(), menu=Menu("Register")
)


def forget_urls():
    clear_url_caches()
    keys.view_of.cache_clear()


@pytest.fixture(autouse=True)
def row(settings, tmp_path):
    """Add the row to the table, and repeat the site's start with the table."""
    (tmp_path / "register.html").write_text(TEMPLATE)
    settings.TEMPLATES = copy.deepcopy(settings.TEMPLATES)
    settings.TEMPLATES[0]["DIRS"].append(tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(public_pages, "PAGES", (*public_pages.PAGES, ROW))
        own = [*public_pages.url_patterns(), *directorates.urls.urlpatterns]
        patch.setattr(directorates.urls, "urlpatterns", own)
        site = [*agency_site.urls.urlpatterns[:-1], path("", include("directorates.urls"))]
        patch.setattr(agency_site.urls, "urlpatterns", site)
        forget_urls()
        yield
    forget_urls()


@pytest.fixture
def office():
    agency = make_agency()
    office = make_unit(name="Records", slug="records", parent=agency)
    published(agency, office, at=timezone.now() - timedelta(days=2))
    return office


@pytest.fixture
def change_set(client, office):
    client.force_login(make_user(permissions=["view_changeset"]))
    draft = changed(office, name="Archives")
    return reviewing.create(title="A new name", records=[draft], by=None, at=timezone.now())


def test_it_is_served_with_the_policy_of_all_pages(client, office):
    response = client.get("/register/")
    assert "Records" in response.content.decode()
    assert response["Cache-Control"] == CACHE_POLICY


def test_the_page_cache_knows_its_parameters():
    assert keys.known_query("/register/", "utm=1&by=name") == "by=name"


def test_it_is_in_the_sitemap(client, office):
    assert "<loc>http://testserver/register/</loc>" in client.get("/sitemap.xml").content.decode()


def test_the_menu_marks_it_and_the_foot_of_every_page_leads_to_it(client, office):
    assert 'href="/register/" aria-current="page">' in client.get("/register/").content.decode()
    assert client.get("/offices/records/").content.decode().count('href="/register/"') == 2
    assert client.get("/nothing/").content.decode().count('href="/register/"') == 3


def test_the_crawl_reaches_it_and_finds_it_sound(client, office):
    pages = crawl(client)
    assert "/register/" in pages
    check(pages)


def test_a_preview_of_a_change_set_shows_it(client, change_set):
    prefix = reverse("directorates:preview-set", args=[change_set.pk])
    response = client.get(f"{prefix}register/")
    assert "Archives" in response.content.decode()
    assert f'href="{prefix}register/"' in client.get(prefix).content.decode()


def test_a_change_to_a_record_that_it_shows_affects_it(client, change_set):
    response = client.get(reverse("directorates:affected-pages", args=[change_set.pk]))
    prefix = reverse("directorates:preview-set", args=[change_set.pk])
    assert f'href="{prefix}register/"' in response.content.decode()


def test_an_address_in_capitals_leads_to_it(client, office):
    assert client.get("/REGISTER/")["Location"] == "/register/"


@pytest.mark.styles
def test_the_static_export_has_it_and_makes_it_again_after_a_change(settings, office, tmp_path):
    settings.ALLOWED_HOSTS = [HOST]
    static_copy = StaticCopy(tmp_path / "static_copy")
    static_copy.export()
    assert b"Records" in static_copy.page("register/index.html")
    now = timezone.now()
    published(changed(office, at=now, name="Archives"), at=now)
    static_copy.export()
    assert b"Archives" in static_copy.page("register/index.html")
