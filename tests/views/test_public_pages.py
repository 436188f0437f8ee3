import gzip
import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse
from django.utils import timezone

from directorates.actions import site_settings as site_settings_actions
from directorates.actions.publishing.closing import close
from directorates.models import Figure, SiteSettings, Unit
from directorates.views import public_pages
from tests.factories import (
    changed,
    make_agency,
    make_directorate,
    make_figure,
    make_responsibility,
    make_unit,
    published,
)
from tests.sample import load_fictional, load_sample

pytestmark = pytest.mark.django_db

NOW = timezone.now() - timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def sample():
    load_sample(at=NOW)


def html(client, path, status=200, **extra):
    response = client.get(path, **extra)
    assert response.status_code == status, path
    return response.content.decode()


def text_of(markup):
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


def test_the_overview_has_its_title_and_heading(client, sample):
    page = html(client, "/")
    assert "<title>ICE - Who We Are | ICE.gov</title>" in page
    assert re.search(r"<h1[^>]*>\s*Who We Are\s*</h1>", page)


def test_the_overview_has_the_units_in_the_order_of_the_facts(client, sample):
    words = text_of(html(client, "/"))
    labels = re.findall(r"Learn more about (ICE|ERO|HSI|M&amp;A|CFO|OPLA|OPR)\b", words)
    assert labels == ["ICE", "ERO", "HSI", "M&amp;A", "CFO", "OPLA", "OPR"]


@pytest.mark.parametrize(
    "figure",
    [
        "more than 20,000 law enforcement and support personnel",
        "more than 400 offices in the United States and around the world",
        "approximately $8 billion annual budget",
    ],
)
def test_the_overview_claims_the_agencys_figures(client, sample, figure):
    assert figure.lower() in text_of(html(client, "/")).lower()


@pytest.mark.parametrize(
    "figure",
    ["150 countries", "8,700 employees", "237 offices", "93 offices", "1,300", "nearly 300"],
)
def test_the_overview_has_every_figure_of_the_units(client, sample, figure):
    assert figure in text_of(html(client, "/"))


def test_the_overview_says_when_it_was_updated_in_the_agencys_time_zone(client):
    settings = SiteSettings(time_zone="Pacific/Kiritimati")
    site_settings_actions.save(settings=settings, by=None, at=NOW)
    at = timezone.now().replace(year=2026, month=3, day=2, hour=12)
    published(make_agency(), at=at)
    assert "Updated: March 3, 2026" in text_of(html(client, "/"))


def test_the_overview_invites_to_the_survey_by_the_sites_name(client, sample):
    words = text_of(html(client, "/"))
    assert re.search(r"selected .*brief survey .*experience.* today .*ICE\.gov", words)


def test_the_first_link_skips_to_the_main_content(client, sample):
    page = html(client, "/")
    first = re.search(r"<(a|button|input|summary)\b[^>]*>\s*([^<]*)<", page)
    assert first[2].strip() == "Skip to main content"
    target = re.search(r'href="#([\w-]+)"', first[0])[1]
    assert re.search(rf'<main[^>]*id="{target}"[^>]*tabindex="-1"', page)


def test_an_empty_site_says_that_nothing_is_published_yet(client):
    assert "publish" in text_of(html(client, "/")).lower()


def description_of(markup):
    return re.search(r'<meta name="description" content="([^"]*)">', markup)[1]


def test_every_page_of_the_table_has_a_description(client, sample):
    unit = Unit.objects.get(identifier="hsi")
    published(changed(unit, overview="<p>New words</p>"), at=NOW + HOUR)
    figure = [Figure.objects.first().identifier]
    arguments = {
        "directorate": [unit.slug],
        "office": [Unit.objects.filter(kind="office")[0].slug],
        **dict.fromkeys(("figure", "figure-csv", "figure-json"), figure),
    }
    of_two_versions = {"compare": f"?of={unit.slug}&from=1&to=2"}
    for page in public_pages.PAGES:
        address = reverse(f"directorates:{page.name}", args=arguments.get(page.name))
        response = client.get(address + of_two_versions.get(page.name, ""))
        assert response.status_code == 200, page.name
        if response["Content-Type"].startswith("text/html"):
            assert len(description_of(response.content.decode())) >= 50, page.name


def test_an_empty_site_has_a_description(client):
    assert "as far as they are published here" in description_of(html(client, "/"))


def test_a_draft_leaves_the_public_page_as_it_was(client, sample):
    before = html(client, "/")
    changed(Unit.objects.get(identifier="hsi"), overview="<p>Secret draft</p>", name="Secret")
    assert html(client, "/") == before


def test_a_publication_changes_page_and_date(client, sample):
    unit = changed(Unit.objects.get(identifier="hsi"), overview="<p>New words</p>")
    published(unit, at=timezone.now())
    page = html(client, "/")
    assert "New words" in page
    today = timezone.localtime(timezone.now(), timezone.zoneinfo.ZoneInfo("America/New_York"))
    assert f"Updated: {today:%B} {today.day}, {today.year}" in text_of(page)


def test_an_old_address_leads_to_the_new_one_for_good(client, sample):
    unit = Unit.objects.get(identifier="hsi")
    old = unit.editions.get().get_absolute_url()
    published(changed(unit, slug="investigations"), at=timezone.now())
    response = client.get(old)
    assert (response.status_code, response["Location"]) == (301, "/directorates/investigations/")


def test_a_closed_unit_says_so_and_links_to_what_took_its_place(client):
    agency = make_agency()
    old, new = make_unit(name="Old"), make_unit(name="New")
    published(agency, old, new, at=NOW)
    close(unit=old, successors=[new], by=None, at=NOW + HOUR)
    words = text_of(html(client, f"/offices/{old.slug}/"))
    assert "closed" in words.lower()
    assert "New" in words
    assert "Since then" not in words
    assert 'class="side"' in html(client, f"/offices/{new.slug}/")
    assert 'class="side"' not in html(client, f"/offices/{old.slug}/")


def test_a_closed_unit_leads_past_closed_successors_to_what_is_open(client):
    agency = make_agency()
    first, second, third = (make_unit(name=name) for name in ("Old", "Next", "Last"))
    published(agency, first, second, third, at=NOW)
    close(unit=second, successors=[third], by=None, at=NOW + HOUR)
    close(unit=first, successors=[second], outcome="replaced", by=None, at=NOW + HOUR)
    words = text_of(html(client, f"/offices/{first.slug}/"))
    assert "It was replaced by Next . Since then its place has been taken by Last ." in words


def test_a_scheduled_unit_is_not_found_before_its_instant(client, sample):
    parent = Unit.objects.get(kind="agency")
    unit = make_unit(parent=parent, slug="later")
    published(unit, at=timezone.now(), effective_from=timezone.now() + HOUR)
    html(client, "/offices/later/", status=404)
    assert "later" not in html(client, "/sitemap.xml")
    assert "later" not in html(client, "/offices/")


def test_a_scheduled_edition_appears_at_its_instant_with_no_process_run(
    client, sample, monkeypatch
):
    unit = changed(Unit.objects.get(identifier="opr"), summary="", overview="<p>From tomorrow</p>")
    now = timezone.now()
    published(unit, at=now, effective_from=now + HOUR)
    monkeypatch.setattr(timezone, "now", lambda: now + HOUR - timedelta(microseconds=1))
    assert "From tomorrow" not in html(client, "/")
    monkeypatch.setattr(timezone, "now", lambda: now + HOUR)
    assert "From tomorrow" in html(client, "/")


def test_the_sitemap_lists_every_public_page_and_nothing_else(client, sample):
    old = published(make_unit(parent=Unit.objects.get(kind="agency"), slug="closed"), at=NOW)
    close(unit=old, successors=[Unit.objects.get(kind="agency")], by=None, at=NOW + HOUR)
    make_unit(parent=Unit.objects.get(kind="agency"), slug="draft")
    page = html(client, "/sitemap.xml")
    paths = re.findall(r"<loc>http://testserver(/[^<]*)</loc>", page)
    assert sorted(paths) == sorted(
        [
            "/",
            "/about/",
            "/changes/",
            "/contact/",
            "/directorates/",
            "/figures/",
            "/offices/",
            "/directorates/enforcement-and-removal-operations/",
            "/directorates/homeland-security-investigations/",
            "/directorates/management-and-administration/",
            "/directorates/office-of-the-principal-legal-advisor/",
            "/offices/office-of-the-chief-financial-officer/",
            "/offices/office-of-professional-responsibility/",
            "/structure/",
            "/responsibilities/",
            "/units/",
            "/offices/closed/",
            *(f"/figures/{figure.identifier}/" for figure in Figure.objects.all()),
        ]
    )
    # The contact page also shows the settings, the list of responsibilities their phrases, and the changes what was
    # closed: none has one day.
    assert page.count("<lastmod>") == len(paths) - 3


def test_an_empty_sitemap_is_valid(client):
    assert "<urlset" in html(client, "/sitemap.xml")


def test_robots_txt_is_plain_text_and_names_the_sitemap(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert b"Sitemap: http://testserver/sitemap.xml" in response.content


def test_a_browser_finds_the_icon_where_a_feed_or_a_picture_cannot_name_it(client):
    response = client.get("/favicon.ico")
    assert response["Content-Type"] == "image/x-icon"
    assert response.content.startswith(b"\0\0\1\0")


def test_an_unknown_path_answers_404_with_a_useful_page(client, sample):
    page = html(client, "/nothing/here/", status=404)
    assert 'href="/"' in page
    assert 'href="/offices/"' in page
    assert "noindex" in page


def test_a_server_error_looks_like_the_site_and_needs_no_database(client, sample, monkeypatch):
    def fail(**kwargs):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("directorates.queries.pages.overview.get", fail)
    client.raise_request_exception = False
    page = html(client, "/", status=500)
    assert "site.css" in page
    assert "broken on purpose" not in page


PATHS = [
    *(
        page.address
        for page in public_pages.PAGES
        if "<" not in page.route and not page.is_one_of_many
    ),
    "/offices/?by=part-of",
    "/directorates/homeland-security-investigations/",
    "/offices/office-of-professional-responsibility/",
    "/robots.txt",
    "/favicon.ico",
    "/sitemap.xml",
    "/healthz",
    "/nothing/",
]


@pytest.mark.parametrize("path", PATHS)
def test_a_public_page_sets_no_cookie(client, sample, path):
    response = client.get(path)
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


@pytest.mark.parametrize("path", PATHS)
def test_a_public_page_has_the_same_strict_headers(client, sample, path):
    response = client.get(path)
    policy = response["Content-Security-Policy"]
    assert "nonce" not in policy
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in policy
    assert "require-trusted-types-for 'script'; trusted-types 'none'" in policy
    # Other sites may show a picture.
    loaded_from = "cross-origin" if path.endswith((".svg", ".ico")) else "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == loaded_from
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", PATHS)
def test_a_public_page_takes_only_get_and_head(client, sample, path):
    if path.startswith("/survey/") or path == "/nothing/":
        return
    assert client.head(path).status_code == 200
    if path != "/sitemap.xml":
        assert client.post(path).status_code == 405


@pytest.mark.parametrize(
    ("host", "is_official"), [("www.ice.gov", True), ("ice.mil", True), ("ice.gov.example", False)]
)
def test_the_government_banner_is_only_on_government_addresses(
    client, sample, settings, host, is_official
):
    settings.ALLOWED_HOSTS = ["*"]
    page = html(client, "/", HTTP_HOST=host)
    assert ("Official website of the United States government" in page) is is_official
    assert ("demonstration" in page.lower()) is not is_official


def test_an_unknown_host_is_refused(client, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    assert client.get("/", HTTP_HOST="evil.example").status_code == 400


@pytest.mark.parametrize("path", ["/offices/?page=0", "/offices/?by=size", "/offices/?part-of=x"])
def test_an_unknown_list_is_not_found(client, sample, path):
    html(client, path, status=404)


@pytest.mark.parametrize("path", ["/offices/%00/", "/offices/?page=%00", "/offices/?part-of=%00a"])
def test_odd_characters_are_not_found(client, sample, path):
    html(client, path, status=404)


#: The most queries of each kind of page.
BUDGETS = [
    *(("/", 6), ("/about/", 9), ("/offices/", 8), ("/directorates/", 8), ("/units/", 8)),
    *(("/structure/", 6), ("/structure/chart.svg", 7), ("/responsibilities/", 8)),
    *(("/figures/", 9), ("/figures.csv", 5), ("/figures.json", 5)),
    *(("/contact/", 4), ("/changes/", 5), ("/changes/feed.atom", 6), ("/search/?q=lanterns", 6)),
]


@pytest.mark.parametrize(("path", "most"), BUDGETS)
@pytest.mark.parametrize("offices", [10, 300])
def test_a_page_keeps_its_query_budget_with_few_units_and_with_many(
    client, offices, path, most, django_assert_max_num_queries
):
    load_fictional(offices=offices, at=NOW)
    with django_assert_max_num_queries(most):
        html(client, path)


@pytest.mark.parametrize("offices", [10, 300])
def test_a_unit_page_takes_at_most_nine_queries(client, offices, django_assert_max_num_queries):
    load_fictional(offices=offices, at=NOW)
    for kind in ("directorate", "office"):
        unit = Unit.objects.filter(kind=kind).last()
        address = unit.editions.get().get_absolute_url()
        with django_assert_max_num_queries(9):
            html(client, address)


HOSTILE = "\"><script>alert('x')</script>{{ 7|add:7 }}<img src=x onerror=alert(1)>"


class ElementReader(HTMLParser):
    """Collects all that a browser would run or load."""

    def __init__(self):
        super().__init__()
        self.attributes, self.scripts, self.image_sources = [], [], []

    def handle_starttag(self, tag, attrs):
        self.attributes += [name for name, _ in attrs]
        if tag == "script" and dict(attrs).get("type") != "application/ld+json":
            self.scripts.append(dict(attrs))
        if tag == "img":
            self.image_sources.append(dict(attrs).get("src"))


def test_hostile_text_in_any_field_is_escaped_or_removed_everywhere(client):
    agency = make_agency(name=f"A{HOSTILE}"[:200], acronym="<b>A</b>", link_label=HOSTILE[:80])
    unit = make_directorate(
        name=f"D{HOSTILE}"[:200],
        acronym="<i>",
        summary=HOSTILE[:160],
        overview=f"<p>{HOSTILE}</p>",
        body=f"<p onclick=x()>{HOSTILE}</p>",
        statutory_authority=HOSTILE,
        head_title=HOSTILE[:120],
        head_name=HOSTILE[:120],
        street_address=HOSTILE,
        address_locality=HOSTILE[:100],
        address_region=HOSTILE[:100],
        address_country=HOSTILE[:100],
        responsibilities=[make_responsibility(HOSTILE[:120])],
    )
    figure = make_figure(unit=agency, counts=HOSTILE, source=HOSTILE)
    published(agency, unit, figure, at=NOW)
    settings = SiteSettings(
        site_name=HOSTILE[:80], heading=HOSTILE[:80], parent_organization=HOSTILE
    )
    site_settings_actions.save(settings=settings, by=None, at=NOW)
    paths = [
        "/",
        "/about/",
        f"/directorates/{unit.slug}/",
        "/directorates/",
        "/sitemap.xml",
        "/no/",
    ]
    for path in paths:
        page = client.get(path).content.decode()
        reader = ElementReader()
        reader.feed(page)
        assert "alert(1)" in page or path == "/sitemap.xml", f"{path} shows no field at all"
        assert not [name for name in reader.attributes if name.startswith("on")], path
        assert all("src" in attributes for attributes in reader.scripts), path
        assert "x" not in reader.image_sources, path


def test_a_logo_is_served_and_what_is_not_a_logo_is_not(client, settings):
    folder = settings.MEDIA_ROOT / "logo"
    folder.mkdir(parents=True)
    (folder / "a.png").write_bytes(b"\x89PNG")
    (settings.MEDIA_ROOT / "secret.txt").write_text("secret")
    assert b"".join(client.get(reverse("directorates:logo", args=["a.png"]))) == b"\x89PNG"
    for name in ("b.png", "..%2Fsecret.txt", "..", "%2e%2e/secret.txt"):
        assert client.get(f"/media/logo/{name}").status_code == 404


def test_the_style_guide_is_for_developers_only(client, settings):
    html(client, "/style-guide/", status=404)
    settings.DEBUG = True
    assert "Style guide" in html(client, "/style-guide/")


@pytest.mark.styles
def test_the_stylesheet_was_built():
    assert finders.find("site.css"), "run `make styles` first"


@pytest.mark.parametrize("path", ["//[", "//[/", "//evil.example/x", "/media/logo/%00"])
def test_an_odd_path_is_not_found_and_not_repeated_as_an_address(client, sample, path):
    response = client.get("/", PATH_INFO=path.replace("%00", "\0"))
    assert response.status_code == 404
    assert b"evil.example" not in response.content


def test_a_redirect_is_kept_by_no_browser(client, sample):
    unit = Unit.objects.get(identifier="hsi")
    old = unit.editions.get().get_absolute_url()
    published(changed(unit, slug="investigations"), at=timezone.now())
    assert client.get(old)["Cache-Control"] == "no-cache"


def test_a_new_figure_updates_its_page_and_the_sitemap(client, sample):
    unit = Unit.objects.get(identifier="opr")
    address = unit.editions.get().get_absolute_url()
    before = html(client, "/sitemap.xml").split(address)[1][:60]
    published(make_figure(unit=unit), at=timezone.now())
    assert html(client, "/sitemap.xml").split(address)[1][:60] != before


def test_a_public_change_note_keeps_its_lines(client):
    published(make_agency(), change_note="One & two.\r\nThree.")
    page = client.get("/about/").content.decode()
    assert "One &amp; two.<br>Three." in page


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("/ABOUT", {}, 301),
        ("/about", {}, 301),
        ("/", {"host": "no host"}, 400),
        ("/nothing/", {}, 404),
        ("/admin/", {}, 302),
    ],
)
def test_what_is_no_page_has_the_headers_too(client, sample, address, headers, status):
    response = client.get(address, headers=headers)
    assert response.status_code == status
    assert response["Content-Security-Policy"].startswith("default-src 'none'; ")
    for name, value in (("X-Frame-Options", "DENY"), ("X-Content-Type-Options", "nosniff")):
        assert response[name] == value


def test_a_responsibility_keeps_its_own_capitals(client, sample):
    matters = [make_responsibility(phrase) for phrase in ("eDiscovery requests", "zoning")]
    unit = make_unit(slug="matters", responsibilities=matters, street_address="1 Main Street")
    published(unit, at=NOW)
    page = client.get("/offices/matters/").content.decode()
    assert ">eDiscovery requests</a>" in page
    assert ">Zoning</a>" in page
    assert "Address:<br>1 Main Street" in page


def test_a_unit_without_contact_says_so_and_leads_to_where_one_can_tell(client, sample):
    words = html(client, "/directorates/homeland-security-investigations/")
    assert "No phone number, e-mail or address of HSI is in this record." in words
    assert '<a class="more" href="/contact/">Tell us what is missing</a>' in words


def test_a_unit_shows_its_acting_head(client):
    agency = make_agency()
    office = make_unit(slug="led", head_title="Director", head_status="acting")
    published(agency, office, at=NOW)
    assert "Director (acting)" in text_of(html(client, "/offices/led/"))


def links_of(page, words):
    return re.findall(rf'<a href="([^"]*)"[^>]*>{words}</a>', page)


@pytest.mark.parametrize("path", ["/", "/about/", "/offices/", "/survey/", "/nothing/"])
def test_contact_and_feedback_stand_at_the_foot_of_every_page(client, sample, path):
    page = client.get(path).content.decode()
    foot = page[page.index("<footer") :]
    assert links_of(foot, "Contact") == ["/contact/"]
    assert links_of(foot, "Feedback") == ["/survey/"]


def test_without_a_survey_feedback_leads_to_the_contact_page(client, sample):
    SiteSettings.objects.update(survey_is_open=False)
    assert links_of(html(client, "/"), "Feedback") == ["/contact/"]


@pytest.mark.styles
def test_the_stylesheet_names_the_release_of_the_design_system_and_has_its_fonts():
    file = Path(finders.find("site.css"))
    styles = file.read_text(encoding="utf-8")
    assert re.match(r"/\*! uswds v\d+\.\d+\.\d+ \*/", styles)
    fonts = re.findall(r"url\((fonts/[\w-]+\.woff2)\)", styles.replace('"', ""))
    assert len(fonts) == 2
    for font in fonts:
        content = (file.parent / font).read_bytes()
        assert content.startswith(b"wOF2")
        assert len(content) < 18 * 1024


@pytest.mark.styles
def test_the_largest_page_with_its_styles_fits_into_22_kilobytes(client, sample):
    page = client.get("/").content
    styles = Path(finders.find("site.css")).read_bytes()
    assert len(gzip.compress(page)) + len(gzip.compress(styles)) < 22 * 1024
