import gzip
from datetime import timedelta

import brotli
import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from agency_site.serving.static_export import ExportError, exporting, verifying
from agency_site.serving.static_export.files import layout
from agency_site.serving.static_export.pages.page_fetcher import PageFetcher
from directorates.actions.publishing.closing import close
from directorates.models import SiteSettings, Unit
from directorates.queries.pages import unit_list
from directorates.rules.local_time import day_of
from tests.factories import changed, make_unit, published, set_survey
from tests.serving.static_export.conftest import HOST, ORIGIN, StaticCopy, publish_change

pytestmark = pytest.mark.styles

HSI = "directorates/homeland-security-investigations/index.html"


def hsi():
    return Unit.objects.get(identifier="hsi")


def test_every_page_is_the_live_pages_bytes(sample_copy, client):
    sample_copy.export()
    pages = sample_copy.folder.manifest(sample_copy.folder.current()).pages()
    assert len(pages) == 63
    for address, file in pages.items():
        live = client.get(address, secure=True, headers={"host": HOST})
        assert live.content == (sample_copy.current / file.path).read_bytes(), address


def test_compressed_copies_hold_the_same_page(static_copy):
    static_copy.export()
    page = static_copy.page(HSI)
    assert gzip.decompress(static_copy.page(f"{HSI}.gz")) == page
    assert brotli.decompress(static_copy.page(f"{HSI}.br")) == page


def test_an_export_is_sound(static_copy):
    set_survey(domain="agency.gov")
    name = static_copy.export().release
    assert verifying.verify(static_copy.folder, name) == []
    assert b"/survey/" in static_copy.page("index.html")
    assert not (static_copy.current / "site/survey").exists()


def test_error_pages_are_there(static_copy):
    static_copy.export()
    assert b"Page not found" in static_copy.page("404.html")
    assert b"Not available now" in static_copy.page("503.html")
    assert b"still in your form" in static_copy.page("503-staff.html")
    assert (static_copy.current / "site/static/site.css").is_file()


def test_the_files_of_pages_are_there_and_no_others(sample_copy):
    settings_row = SiteSettings.objects.load()
    settings_row.logo_alt = "A seal"
    settings_row.logo.save("seal.png", ContentFile(b"no picture, but bytes"))
    sample_copy.export()
    assert sample_copy.page(settings_row.logo.url[1:]) == b"no picture, but bytes"
    static = {file.name for file in (sample_copy.current / "site/static").rglob("*.*")}
    assert {"site.css", "survey-invitation.js"} <= static
    assert "passkey.js" not in static
    assert not (sample_copy.current / "site/static/admin").exists()


def test_a_missing_logo_stops_the_export_in_words(static_copy, monkeypatch):
    monkeypatch.setattr("django.core.handlers.exception.log_response", lambda *a, **k: None)
    SiteSettings.objects.update(logo="logo/gone.png", logo_alt="A seal")
    with pytest.raises(ExportError, match=r"/media/logo/gone\.png answered 404, where 200 was due"):
        static_copy.export()
    assert static_copy.folder.names() == []


def test_an_old_address_is_a_redirect_and_no_page(static_copy):
    publish_change(hsi(), slug="hsi-renamed")
    static_copy.export()
    words = (static_copy.current / layout.REDIRECTS).read_text()
    assert words == "/directorates/homeland-security-investigations/ /directorates/hsi-renamed/;\n"
    assert not (static_copy.current / "site" / HSI).exists()


def test_a_closed_unit_keeps_its_page(static_copy):
    agency = Unit.objects.get(kind="agency")
    unit = published(make_unit(parent=agency, slug="closing"), at=timezone.now())
    close(unit=unit, successors=[agency], by=None, at=timezone.now())
    static_copy.export()
    assert b"closed" in static_copy.page("offices/closing/index.html")
    assert b"/offices/closing/" in static_copy.page("sitemap.xml")


def test_nothing_changed_makes_no_release(static_copy):
    first = static_copy.export()
    assert static_copy.export() == exporting.ExportResult(
        first.release, is_new=False, is_current=True
    )
    assert static_copy.folder.names() == [first.release]


def test_a_scheduled_edition_shows_at_its_instant_only(static_copy):
    now = timezone.now()
    later = now + timedelta(days=3)
    published(changed(hsi(), at=now, name="HSI of tomorrow"), at=now, effective_from=later)
    present = static_copy.export()
    future = static_copy.export(at=later)
    assert static_copy.folder.current() == present.release
    assert not future.is_current
    assert "HSI of tomorrow" not in static_copy.page(HSI).decode()
    page = static_copy.folder.release(future.release) / "site" / HSI
    assert "HSI of tomorrow" in page.read_text()
    sitemap = static_copy.folder.release(future.release) / "site/sitemap.xml"
    assert day_of(later, "America/New_York").isoformat() in sitemap.read_text()


def test_before_anything_was_published_there_is_an_empty_site(sample_copy):
    name = sample_copy.export(at=timezone.now() - timedelta(days=300)).release
    assert b"Nothing is published here yet" in sample_copy.page("index.html")
    # A site setting has the link, which is broken on the live site too.
    [fault] = verifying.verify(sample_copy.folder, name)
    assert fault.startswith("/404.html: leads to /about/, which is not here")


def test_pages_that_did_not_change_are_the_same_files(static_copy):
    static_copy.export()
    unit = published(make_unit(parent=hsi(), slug="new"), at=timezone.now())
    static_copy.export()
    publish_change(unit, body="<p>Other words.</p>")
    result = static_copy.export()
    manifest = static_copy.folder.manifest(result.release)
    before, after = (static_copy.folder.release(name) for name in static_copy.folder.names()[-2:])
    other = "site/directorates/other/index.html"
    assert other in manifest.by_path()
    for name in (other, f"{other}.br", f"{other}.gz"):
        assert (before / name).stat().st_ino == (after / name).stat().st_ino
    page = "site/offices/new/index.html"
    assert (before / page).stat().st_ino != (after / page).stat().st_ino
    # The page itself, the changes and their feeds, the sitemap. The headers name the instant, to the second.
    assert result.made in (4, 5, 6)
    assert result.made + result.linked == len(manifest.files)
    assert b"Other words." in static_copy.page("offices/new/index.html")


def test_a_closed_units_page_follows_the_name_of_its_successor(static_copy):
    agency, now = Unit.objects.get(kind="agency"), timezone.now()
    successor = make_unit(parent=hsi(), slug="successor", name="Successor")
    closing = make_unit(parent=agency, slug="closing")
    published(successor, closing, at=now)
    close(unit=closing, successors=[successor], by=None, at=timezone.now())
    static_copy.export()
    publish_change(successor, name="Renamed successor")
    assert static_copy.export().linked > 0
    assert b"Renamed successor" in static_copy.page("offices/closing/index.html")


def test_a_setting_changed_past_the_actions_is_in_the_next_release(static_copy):
    static_copy.export()
    SiteSettings.objects.update(site_name="Another name")
    static_copy.export()
    assert b"Another name" in static_copy.page(HSI)


def test_a_page_that_changes_without_the_record_is_in_the_next_release(static_copy, monkeypatch):
    static_copy.export()
    # As a change of a template or a package does.
    monkeypatch.setattr(unit_list, "_title", lambda *about: "A title of another release")
    result = static_copy.export()
    assert b"A title of another release" in static_copy.page("offices/index.html")
    assert verifying.verify(static_copy.folder, result.release) == []


def test_a_linked_release_has_the_bytes_of_one_made_alone(static_copy, tmp_path):
    static_copy.export()
    publish_change(hsi(), name="Another name", slug="another-name")
    at = timezone.now()
    assert static_copy.export(at=at, is_present=True).linked > 10
    alone = StaticCopy(tmp_path / "alone")
    assert alone.export(at=at, is_present=True).linked == 0
    assert static_copy.contents() == alone.contents()


def test_another_origin_makes_a_new_release(static_copy, settings):
    settings.ALLOWED_HOSTS = [HOST, "mirror.agency.gov"]
    first = static_copy.export()
    now = timezone.now()
    fetcher = PageFetcher(origin="https://mirror.agency.gov", at=now)
    second = exporting.export(
        static_copy.folder, fetcher=fetcher, made_at=now, is_present=True, processes=1
    )
    assert second.is_new
    assert second.release != first.release


def test_an_export_leaves_no_line_in_the_log_of_requests(static_copy, monkeypatch):
    written = []
    monkeypatch.setattr("agency_site.serving.request_log.logger.handle", written.append)
    static_copy.export()
    assert written == []


def test_a_host_that_is_not_allowed_is_told(static_copy, settings, monkeypatch):
    monkeypatch.setattr("django.core.handlers.exception.log_response", lambda *a, **k: None)
    settings.ALLOWED_HOSTS = ["elsewhere.gov"]
    with pytest.raises(ExportError, match=r"refuses www\.agency\.gov\. Add it to ALLOWED_HOSTS"):
        static_copy.export()


def test_the_command_exports_and_says_so(sample, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    call_command("export_site", str(tmp_path / "static_copy"), origin=ORIGIN)
    assert "It is current now" in capsys.readouterr().out
    call_command("export_site", str(tmp_path / "static_copy"), origin=ORIGIN)
    assert "Nothing that the public sees has changed" in capsys.readouterr().out
    call_command("export_site", str(tmp_path / "static_copy"), origin=ORIGIN, at="2020-01-01")
    assert "another instant than the present" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"at": "tomorrow", "origin": ORIGIN}, "“tomorrow” is no day and time"),
        ({"at": "0001-01-01T00:00", "origin": ORIGIN}, "in the year 1700 or later"),
        ({"at": "9999-12-31T23:59-12:00", "origin": ORIGIN}, "at most 100 years lie ahead"),
        (
            {"at": "2027-03-14T02:30", "origin": ORIGIN},
            r"2:30 AM does not exist\. Choose 3:00 AM or later\. An offset says which clock is meant",
        ),
        (
            {"at": "2027-11-07T01:30", "origin": ORIGIN},
            r"1:30 AM comes twice.* Write 2027-11-07T01:30-04:00 or 2027-11-07T01:30-05:00",
        ),
        ({"origin": "www.agency.gov"}, "“www.agency.gov” is no origin"),
        ({}, "The site settings name no domain"),
    ],
)
def test_what_the_command_cannot_read_is_told(sample, tmp_path, options, words):
    SiteSettings.objects.update(domain="")
    with pytest.raises(CommandError, match=words):
        call_command("export_site", str(tmp_path / "static_copy"), **options)
