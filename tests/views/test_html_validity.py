"""Every public page is valid HTML for html-validate."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.template.loader import render_to_string
from django.utils import timezone

from agency_site.serving.management.commands.build_styles import find_node
from directorates.actions import sharing
from directorates.actions.publishing.closing import close
from directorates.actions.reviewing import reviewing
from directorates.models import Unit
from tests.factories import (
    changed,
    make_figure,
    make_unit,
    make_user,
    published,
    published_series,
)
from tests.sample import load_fictional, load_sample
from tests.views.test_crawl import crawl

pytestmark = [pytest.mark.django_db, pytest.mark.styles]

ROOT = Path(__file__).resolve().parents[2]


FIGURE = '<span data-figure="workforce" data-form="as-published"></span>'
UNIT = '<span data-unit="ero" data-words="name-and-acronym" data-linked="yes"></span>'
#: A unit whose texts refer to records of the sample, in every place of a text.
REFERRING = {
    "summary": "It has {figure workforce more-than 1} and {count office ice}.",
    "overview": f"<h2>{FIGURE}</h2><p>{UNIT} and {UNIT}.</p>",
    "body": f'<ul><li>{FIGURE}</li></ul><p><a href="/about/">{FIGURE} of {UNIT}</a></p>',
    "is_on_overview": True,
}


def find_errors(files):
    """Return html-validate's findings in files; '' if none."""
    result = subprocess.run(
        [
            find_node()[0],
            ROOT / "node_modules" / "html-validate" / "bin" / "html-validate.mjs",
            "--config",
            ROOT / "tests" / "html-validate.json",
            "--formatter=text",
            *files,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    return result.stdout + result.stderr if result.returncode else ""


def written(folder, pages):
    files = []
    for number, markup in enumerate(pages):
        file = folder / f"{number:03}.html"
        file.write_text(markup, encoding="utf-8")
        files.append(file)
    return files


def test_every_page_of_both_agencies_is_valid(client, tmp_path, settings):
    at = timezone.now() - timedelta(days=1)
    load_sample(at=at)
    agency = Unit.objects.get(kind="agency")
    closing = published(make_unit(parent=agency, slug="closing"), at=at)
    close(unit=closing, successors=[agency], by=None, at=at + timedelta(hours=1))
    published(make_unit(parent=agency, slug="referring", **REFERRING), at=at)
    published_series(1, 3, 2, unit=agency, at=at)
    undated = published(make_figure(unit=agency, value=1), at=at)
    published(changed(undated, value=2), at=at + timedelta(hours=1))
    searches = [
        f"/search/?q={words}"
        for words in ("foia", "office", "closing", "form foia", "zzzz", "x", "<a%20&b>")
    ]
    paths = [*crawl(client), "/offices/closing/", "/nothing/", *searches]
    pages = [client.get(path).content.decode() for path in paths]
    settings.DEBUG = True
    pages.append(client.get("/style-guide/").content.decode())
    pages += [render_to_string(name) for name in ("400.html", "500.html")]
    assert find_errors(written(tmp_path, pages)) == ""


def test_the_pages_of_a_large_agency_are_valid(client, tmp_path):
    load_fictional(offices=70, at=timezone.now() - timedelta(days=1))
    paths = [
        "/",
        "/about/",
        "/directorates/",
        "/offices/",
        "/offices/?page=2",
        "/offices/?by=part-of",
    ]
    pages = [client.get(path).content.decode() for path in paths]
    assert find_errors(written(tmp_path, pages)) == ""


def test_the_pages_of_the_previews_are_valid(client, tmp_path):
    now = timezone.now()
    load_sample(at=now - timedelta(days=1))
    draft = changed(Unit.objects.get(identifier="hsi"), name="Renamed", slug="renamed")
    change_set = reviewing.create(title="A name", records=[draft], by=None, at=now)
    _, token = sharing.share(change_set=change_set, for_whom="Counsel", days=1, by=None, at=now)
    paths = [
        f"/shared/{token}/",
        f"/shared/{token}/directorates/renamed/",
        "/shared/nonsense/",
        "/preview/at/2100-10-01T09:30/",
        "/preview/at/yesterday/",
        f"/preview/sets/{change_set.pk}/offices/",
        f"/preview/affected/{change_set.pk}/",
    ]
    client.force_login(make_user(is_superuser=True))
    pages = [client.get(path).content.decode() for path in paths]
    assert find_errors(written(tmp_path, pages)) == ""


def test_the_pages_of_the_sign_in_are_valid(client, tmp_path):
    pages = [client.get("/accounts/login/").content.decode()]
    user = make_user(password="a word for this test")
    answer = {"login": user.username, "password": "wrong"}
    pages.append(client.post("/accounts/login/", answer).content.decode())
    client.post("/accounts/login/", answer | {"password": "a word for this test"})
    RecoveryCodes.activate(user)
    for path in (
        "2fa/",
        "2fa/webauthn/",
        "2fa/webauthn/add/",
        "2fa/totp/activate/",
        "2fa/recovery-codes/",
        "2fa/recovery-codes/generate/",
        "reauthenticate/",
        "2fa/reauthenticate/",
        "logout/",
        "inactive/",
    ):
        response = client.get(f"/accounts/{path}")
        assert response.status_code == 200, path
        pages.append(response.content.decode())
    assert find_errors(written(tmp_path, pages)) == ""


def test_a_fault_is_found(tmp_path):
    faulty = "<!doctype html><html lang='en'><title>A page</title><p><div></div></p></html>"
    assert "error" in find_errors(written(tmp_path, [faulty]))
