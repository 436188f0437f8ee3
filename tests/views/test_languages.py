"""Content in another language has its language tag; the program's own text is marked as English."""

import re
from html.parser import HTMLParser

import pytest

from directorates.actions.publishing.closing import close
from directorates.exchange import agency_export
from directorates.exchange.agency_file import AgencyFileError
from directorates.models import SiteSettings
from directorates.rules.content import languages
from tests.factories import NOON, loaded, make_agency, make_unit, published, set_survey

pytestmark = pytest.mark.django_db

VOID = {"meta", "link", "img", "br", "input", "hr"}


class LanguageReader(HTMLParser):
    """Collects each text of the body with its language and direction."""

    def __init__(self):
        super().__init__()
        self.open, self.texts = [], []

    def handle_starttag(self, tag, attrs):
        lang, direction = self.open[-1][1:] if self.open else (None, "ltr")
        attributes = dict(attrs)
        if tag not in VOID:
            self.open.append((tag, attributes.get("lang", lang), attributes.get("dir", direction)))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        tags = [tag for tag, *_ in self.open]
        if "body" in tags and "script" not in tags and re.search(r"\w{2}", data):
            self.texts.append((data.strip(), *self.open[-1][1:]))


def texts_of(client, path):
    reader = LanguageReader()
    reader.feed(client.get(path).content.decode())
    assert reader.texts
    return reader.texts


@pytest.fixture
def site():
    """A site with the letter Ñ in every text of the content. The program's own text has none."""
    set_survey(
        site_name="Ñandú", heading="Ñosotros", parent_organization="Ñame", domain="ñ.example",
        contact_url="https://example.gov/", language="es",
    )  # fmt: skip
    content = {"summary": "Ñ resumen.", "is_on_overview": True, "overview": "<p>Ñ texto.</p>"}
    published(make_agency(name="Ñ agencia", acronym="ÑA", slug="agencia", **content))
    facts = {"head_name": "Ñuño", "head_title": "Ñ jefe", "phone": "202-555-0100"}
    directorate = published(
        make_unit(kind="directorate", role="supporting", name="Ñ dirección", acronym="", slug="direccion",
                  body="<p>Ñ más.</p>", **facts, **content)
    )  # fmt: skip
    office = published(
        make_unit(kind="office", parent=directorate, name="Ñ oficina", acronym="ÑO", slug="oficina", **content)
    )  # fmt: skip
    closed = published(
        make_unit(kind="office", name="Ñ vieja", acronym="", slug="vieja", **content)
    )
    close(unit=closed, successors=[office], by=None, at=NOON.replace(hour=13))


PATHS = [
    "/", "/about/", "/directorates/", "/directorates/direccion/", "/offices/", "/offices/?by=part-of",
    "/offices/?part-of=direccion", "/offices/oficina/", "/offices/vieja/", "/nothing/", "/survey/",
    "/survey/thanks/",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_each_word_stands_in_its_own_language(client, site, path):
    for words, language, _ in texts_of(client, path):
        # A number or an address is the same in both languages.
        if re.search(r"[a-zA-Z]{2}|Ñ", words) and not words.startswith("http:"):
            assert language == ("es" if "Ñ" in words.upper() else "en"), words


def test_a_date_is_whole_in_one_language(client, site):
    page = client.get("/about/").content.decode()
    assert re.search(
        r'lang="en" dir="ltr">Updated: <time [^>]*>[A-Z][a-z]+ \d{1,2}, \d{4}</time>', page
    )
    assert not re.search(r"(?i)noviembre|marzo", page)


def test_right_to_left_content_is_read_from_right_to_left(client, site):
    SiteSettings.objects.update(language="ar")
    assert '<html lang="ar" dir="rtl">' in client.get("/").content.decode()
    directions = {(lang, direction) for _, lang, direction in texts_of(client, "/about/")}
    assert directions == {("ar", "rtl"), ("en", "ltr")}


@pytest.mark.parametrize(
    ("named", "shown"),
    [("pt-BR", "pt-br"), ("zh-Hant", "zh-hant"), ("fr_CA", "fr-ca"), ("iu", "iu"), ("az-Arab", 'az-arab" dir="rtl')],
)  # fmt: skip
def test_a_file_names_any_language_in_any_spelling(client, site, named, shown):
    loaded(f'format = 1\n[site]\nsite_name = "Ñandú"\nlanguage = "{named}"\n')
    assert f'<html lang="{shown}">' in client.get("/").content.decode()
    assert f'language = "{languages.clean(named)}"' in agency_export.dump()


def test_what_is_no_language_is_refused_in_words():
    with pytest.raises(AgencyFileError, match="“xx” is no language"):
        loaded('format = 1\n[site]\nsite_name = "Ñandú"\nlanguage = "xx"\n')


@pytest.mark.parametrize("language", ["en", "en-gb"])
def test_an_english_page_marks_nothing(client, site, language):
    SiteSettings.objects.update(language=language)
    page = client.get("/about/").content.decode()
    assert f'<html lang="{language}">' in page
    assert page.count(" lang=") == 1
    assert " dir=" not in page


def test_the_setting_says_which_words_stay_english():
    assert "stay English" in SiteSettings._meta.get_field("language").help_text
