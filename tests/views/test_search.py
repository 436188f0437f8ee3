"""The page of the search over HTTP: what it echoes, what may keep it, and where it does not appear."""

from html import unescape

import pytest
from django.test import Client

from tests.factories import (
    make_responsibility,
    make_unit,
    published,
    published_agency,
    set_survey,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    matter = make_responsibility("Kite licenses", synonyms=["string toys"])
    agency = published_agency()
    published(make_unit(name="Office of Kites", slug="kites", responsibilities=[matter]))
    return agency


def ask(query="", **parameters):
    response = Client().get("/search/", {"q": query} | parameters)
    assert response.status_code == 200
    return response


def main_of(response):
    page = response.content.decode()
    return page[page.index("<main") : page.index("</main>")]


def test_the_title_and_the_heading_say_how_much_was_found(agency):
    page = unescape(ask("kites").content.decode())
    assert "<title>2 results for “kites” - Search | " in page
    assert "<h1>2 results for “<bdi>kites</bdi>”</h1>" in page


@pytest.mark.parametrize(
    ("query", "chosen", "description"),
    [
        ("kites", "", "2 results for “kites” among the units, responsibilities and figures of"),
        ("kites", "offices", "1 result for “kites” among the offices of the agency."),
        ("zebra", "", "Nothing found for “zebra” among the units, responsibilities and figures of"),
        ("", "", "Search the units, responsibilities and figures of the agency, also by common"),
        ("?", "", "Search the units, responsibilities and figures of the agency, also by common"),
    ],
)
def test_the_description_says_how_much_was_found(agency, query, chosen, description):
    page = unescape(ask(query, **{"in": chosen, "former": "yes"}).content.decode())
    assert f'<meta name="description" content="{description}' in page


def test_who_handles_it_comes_before_the_units(agency):
    main = main_of(ask("string toy"))
    assert (
        main.index("Who handles it") < main.index("Kite licenses") < main.index("Office of Kites")
    )


def test_found_words_are_marked(agency):
    assert "Office of <mark>Kites</mark>" in main_of(ask("kite"))


def test_the_query_is_echoed_as_text_only(agency):
    response = ask("kites\"><script>alert(1)</script>'&<b>")
    page = response.content.decode()
    assert "<script>alert" not in page
    assert "<b>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_field_of_the_header_has_the_query(agency):
    page = ask("kites").content.decode()
    header = page[: page.index("<main")]
    assert 'name="q" value="kites"' in header


def test_the_page_is_not_indexed_and_kept_nowhere(agency):
    response = ask("kites")
    assert '<meta name="robots" content="noindex">' in response.content.decode()
    assert 'rel="canonical"' not in response.content.decode()
    assert response.headers["Cache-Control"] == "private, max-age=0"
    assert not hasattr(response, "cached_under")


def test_the_empty_form_is_indexed_and_kept_nowhere(agency):
    response = Client().get("/search/")
    page = response.content.decode()
    assert "noindex" not in page
    assert '<link rel="canonical" href="http://testserver/search/">' in page
    assert response.headers["Cache-Control"] == "private, max-age=0"
    for address in ("/search/?q=", "/search/?in=offices", "/search/?utm_source=x"):
        assert '<meta name="robots" content="noindex">' in Client().get(address).content.decode()


def test_crawlers_may_not_search(agency):
    assert "Disallow: /search/?" in Client().get("/robots.txt").content.decode().splitlines()
    assert "/search/" not in Client().get("/sitemap.xml").content.decode()


def test_a_search_is_only_read(agency):
    assert Client().post("/search/", {"q": "kites"}).status_code == 405
    assert Client().head("/search/", {"q": "kites"}).status_code == 200


@pytest.mark.parametrize(
    "query", ["in=x", "page=0", "page=9999999999999999999999", "page=-1", "in=offices&page=2"]
)
def test_an_unknown_filter_or_page_is_not_found(agency, query):
    assert Client().get(f"/search/?q=kites&{query}").status_code == 404


def test_the_filter_keeps_the_choice_of_former_names(agency):
    box = '<input type="checkbox" name="former" value="yes"{}>'
    assert box.format(" checked") in main_of(ask("kites"))
    assert box.format("") in main_of(ask("kites", **{"in": ""}))
    assert box.format(" checked") in main_of(ask("kites", **{"in": "", "former": "yes"}))


def test_nothing_found_says_what_to_try(agency):
    set_survey(follows_us_federal_rules=True)
    main = main_of(ask("passport renewal"))
    for words in ("Nothing found for", "Use fewer words", "USA.gov", "all "):
        assert words in main
    set_survey(follows_us_federal_rules=False)
    assert "USA.gov" not in main_of(ask("passport renewal"))


@pytest.mark.parametrize("query", ["x", "of the", "x" * 300, "???"])
def test_what_cannot_be_searched_for_is_said(agency, query):
    assert "<h1>Search</h1>" in main_of(ask(query))
    assert len(ask(query).content) < 20_000


def test_parameters_of_no_meaning_change_nothing(agency):
    assert "2 results for" in main_of(ask("kites", on="2020-01-01", x="y"))


def test_without_an_agency_the_page_answers():
    assert ask("kites").status_code == 200
    assert ask().status_code == 200


def test_words_of_the_program_are_marked_as_english_beside_other_content(agency):
    set_survey(language="fr")
    main = main_of(ask("kites"))
    assert '<h1 lang="en" dir="ltr">' in main
    assert '<bdi lang="fr" dir="ltr">kites</bdi>' in main
