from datetime import UTC, datetime

import pytest
from django.urls import resolve

from agency_site.serving.static_export.files import layout
from directorates.queries.pages import unit_list
from directorates.views.pages import DAY


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/", "index.html"),
        ("/about/", "about/index.html"),
        ("/about/#name", "about/index.html"),
        ("/about/?page=2", "about/index.html"),
        ("/offices/hero/", "offices/hero/index.html"),
        ("/offices/", "offices/index.html"),
        ("/offices/?page=2", "offices/index@page=2.html"),
        ("/offices/?page=1&by=name&part-of=", "offices/index.html"),
        ("/offices/?page=2&part-of=hsi&by=part-of", "offices/index@by=part-of@part-of=hsi@page=2.html"),
        ("/offices/?utm_source=mail&page=3", "offices/index@page=3.html"),
        ("/offices/?page=2&page=3", "offices/index@page=3.html"),
        ("/offices/?page=../../secret", "offices/index@unknown.html"),
        ("/offices/?by=", "offices/index@unknown.html"),
        ("/structure/", "structure/index.html"),
        ("/structure/?of=hsi&page=2", "structure/index@of=hsi.html"),
        ("/structure/?of=../hsi", "structure/index@unknown.html"),
        ("/structure/chart.svg", "structure/chart.svg"),
        ("/structure/chart.svg?of=hsi", "structure/chart@of=hsi.svg"),
        ("/offices/?of=hsi", "offices/index.html"),
        ("/contact/?page=2&by=part-of", "contact/index@page=2.html"),
        ("/units/?kind=&part-of=&closed=yes", "units/index@closed=yes.html"),
        ("/units/?view=names&kind=office&handles=maps", "units/index@kind=office@handles=maps@view=names.html"),
        ("/responsibilities/?letter=b#bond-management", "responsibilities/index@letter=b.html"),
        ("/changes/?page=2", "changes/index@page=2.html"),
        ("/changes/?page=2&of=hsi", "changes/index@of=hsi@page=2.html"),
        ("/changes/feed.atom", "changes/feed.atom"),
        ("/changes/feed.atom?of=hsi", "changes/feed@of=hsi.atom"),
        ("/figures/?page=2", "figures/index@page=2.html"),
        ("/figures/workforce/", "figures/workforce/index.html"),
        ("/figures/workforce.csv", "figures/workforce.csv"),
        ("/figures.json", "figures.json"),
        ("/robots.txt", "robots.txt"),
        ("/favicon.ico", "favicon.ico"),
        ("/static/site.css", "static/site.css"),
    ],
)  # fmt: skip
def test_every_address_has_a_file(address, file):
    assert layout.file_of(address) == file


def test_the_pages_with_parameters_are_those_of_the_site():
    lists = {"/responsibilities/", "/units/", "/directorates/", "/offices/"}
    others = {"/contact/", "/structure/", "/changes/", "/changes/feed.atom"}
    assert lists | others <= layout.PARAMETERS.keys()
    for path, parameters in layout.PARAMETERS.items():
        assert {*resolve(path).func.cached_query} - {DAY} == {name for name, _ in parameters}
    assert dict(layout.PARAMETERS["/units/"])["by"] == unit_list.BY_NAME


@pytest.mark.parametrize(
    ("address", "is_past"),
    [
        ("/offices/?on=2026-03-02", True),
        ("/offices/?by=name&on=", True),
        ("/offices/?upon=2026-03-02", False),
        ("/offices/", False),
    ],
)
def test_only_the_live_site_has_past_days(address, is_past):
    assert layout.is_of_the_past(address) == is_past


def test_releases_of_one_second_have_names_of_their_own():
    at = datetime(2026, 10, 1, 4, 5, 6, tzinfo=UTC)
    first = layout.release_name(at, [])
    assert first == "2026-10-01T040506Z"
    assert layout.release_name(at, [first]) == "2026-10-01T040506Z.2"
