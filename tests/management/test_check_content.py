"""The command that checks texts against the records."""

import json
import urllib.error
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from directorates.management import outside_links
from tests.factories import make_agency, published, published_agency

pytestmark = pytest.mark.django_db


def run(*arguments):
    """Return what the command writes, and its exit code."""
    out = StringIO()
    try:
        call_command("check_content", *arguments, stdout=out)
    except CommandError as error:
        return out.getvalue(), error.returncode
    return out.getvalue(), 0


def test_a_site_with_nothing_to_mend_passes():
    published_agency()
    assert run() == ("Nothing to mend.\n", 0)
    words, code = run("--json")
    assert (json.loads(words), code) == ({"findings": [], "waived": 0}, 0)


def test_a_finding_is_written_and_fails():
    published(make_agency(overview="<p>We ask the QXZ.</p>"))
    words, code = run()
    assert code == 1
    assert "Agency of Examples (AOE), overview (in force): “QXZ”." in words
    words, code = run("--json")
    assert code == 1
    [finding] = json.loads(words)["findings"]
    assert (finding["kind"], finding["field"], finding["found"]) == (
        "unknown-acronym", "overview", "QXZ",
    )  # fmt: skip


def test_a_link_to_no_place_of_a_page_is_found():
    link = '<a href="/about/#{}">this</a>'
    published(make_agency(overview=f"<p>{link.format('what-it-does')} {link.format('gone')}</p>"))
    words, code = run()
    assert (words.count("\n"), code) == (1, 1)
    assert "“/about/#gone”. The page has no place “#gone”." in words


def test_addresses_outside_are_asked_on_request_only(monkeypatch):
    asked = []
    monkeypatch.setattr(
        outside_links,
        "find_fault",
        lambda address: asked.append(address) or "answers with 404",
    )
    published(make_agency(overview='<p>See <a href="https://example.gov/gone">this</a>.</p>'))
    assert run() == ("Nothing to mend.\n", 0)
    assert asked == []
    words, code = run("--links-outside")
    assert code == 1
    assert "“https://example.gov/gone”. The address answers with 404." in words
    assert asked == ["https://example.gov/gone"]


@pytest.mark.parametrize(
    ("status", "is_there"), [(404, False), (410, False), (500, False), (403, True), (429, True)]
)
def test_a_server_that_refuses_programs_is_there(monkeypatch, status, is_there):
    def refuse(request, timeout):
        raise urllib.error.HTTPError(request.full_url, status, "", {}, None)

    monkeypatch.setattr("urllib.request.urlopen", refuse)
    assert (outside_links.find_fault("https://example.gov/") == "") is is_there


def test_a_silent_server_is_told(monkeypatch):
    def wait(request, timeout):
        raise TimeoutError("timed out")

    monkeypatch.setattr("urllib.request.urlopen", wait)
    assert outside_links.find_fault("https://example.gov/") == "does not answer: timed out"
