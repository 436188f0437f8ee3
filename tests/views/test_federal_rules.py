"""Public pages have the texts of the U.S. federal web rules only if the rules apply."""

import pytest
from django.core.management import call_command

from directorates.models import SiteLink, SiteSettings, Unit
from tests.factories import make_agency, published, set_survey

pytestmark = pytest.mark.django_db

BANNER = "An official website of the United States government"
NOTICE = "This is a demonstration copy"
ENDORSEMENT = "leads to a site outside the government"
MARK = "external-mark"
EVERYTHING = (BANNER, NOTICE, ENDORSEMENT, MARK)


@pytest.fixture
def agency(settings):
    settings.ALLOWED_HOSTS = ["*"]
    return published(
        make_agency(
            slug="city",
            is_on_overview=True,
            overview='<p>See <a href="https://city.example/">the city</a>.</p>',
            body='<p>See <a href="https://city.example/">the city</a>.</p>',
            website="https://city.example/",
            statutory_authority="The charter",
            statutory_authority_url="https://city.example/charter",
        )
    )


def shown_on(client, path, *, host="www.city.gov", **changes):
    """Return the texts of the federal rules on a page, with these site settings."""
    values = {"contact_url": "https://city.example/contact"} | changes
    settings, _ = SiteSettings.objects.update_or_create(pk=1, defaults=values)
    SiteLink.objects.update_or_create(
        settings=settings, text="Jobs", defaults={"url": "https://city.example/jobs"}
    )
    text = client.get(path, headers={"host": host}).content.decode()
    return {words for words in EVERYTHING if words in text}


@pytest.mark.parametrize("path", ["/", "/about/", "/nothing/"])
def test_they_stand_on_every_page_where_the_rules_apply(client, agency, path):
    assert shown_on(client, path) == {BANNER, ENDORSEMENT, MARK}


@pytest.mark.parametrize("path", ["/", "/about/", "/nothing/", "/accounts/login/"])
def test_nothing_of_them_stands_on_any_page_where_they_do_not(client, agency, path):
    assert shown_on(client, path, follows_us_federal_rules=False) == set()
    official = {"follows_us_federal_rules": False, "official_claim": "always"}
    assert shown_on(client, path, host="www.city.example", **official) == set()


@pytest.mark.parametrize(("applies", "count"), [(True, 1), (False, 0)])
def test_the_line_about_usa_gov_stands_only_where_they_apply(client, agency, applies, count):
    settings, _ = SiteSettings.objects.update_or_create(
        pk=1, defaults={"follows_us_federal_rules": applies}
    )
    SiteLink.objects.create(settings=settings, text="USA.gov", url="https://www.usa.gov/")
    page = client.get("/").content.decode()
    assert page.count("Looking for U.S. government information") == count
    assert page.count('href="https://www.usa.gov/"') == 1


def test_a_demonstration_copy_says_so_under_any_rules(client, agency):
    copy = {"official_claim": "never", "follows_us_federal_rules": False}
    assert shown_on(client, "/", **copy) == {NOTICE}


def test_the_survey_shows_no_clearance_where_none_is_needed(client, agency):
    number = {"survey_omb_control_number": "1234-5678", "survey_omb_expires_on": "2020-01-01"}
    set_survey(follows_us_federal_rules=False, survey_requires_clearance=True, **number)
    for path in ("/", "/survey/"):
        page = client.get(path)
        assert page.status_code == 200
        assert "1234-5678" not in page.content.decode()
        assert "Tell us about your visit" in page.content.decode()


def test_a_file_says_whether_they_apply(tmp_path, capsys):
    file = tmp_path / "city.toml"
    file.write_text(
        'format = 1\n[site]\nsite_name = "City.gov"\nfollows_us_federal_rules = false\n'
        '[[units]]\nidentifier = "city"\n[[units.editions]]\nkind = "agency"\nname = "City"\nslug = "city"\n'
        'summary = "What the city does."\n'
    )
    call_command("load_agency", file)
    assert Unit.objects.exists()
    assert SiteSettings.objects.load().follows_us_federal_rules is False
    assert not SiteLink.objects.exists()

    again = tmp_path / "again.toml"
    call_command("dump_agency", again)
    assert "follows_us_federal_rules = false" in again.read_text()
