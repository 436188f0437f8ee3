import pytest
from django.conf.global_settings import LANGUAGES, LANGUAGES_BIDI

from directorates.rules.content import languages


@pytest.mark.parametrize("code", [code for code, _ in LANGUAGES])
def test_every_language_that_the_form_offers_is_known(code):
    assert languages.clean(code) == code
    assert languages.is_known(code)
    assert languages.is_right_to_left(code) == (code.partition("-")[0] in LANGUAGES_BIDI)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("fr-CA", "fr-ca"), ("pt_BR", "pt-br"), (" zh-Hant\u200b ", "zh-hant"), ("de-CH-1996", "de-ch-1996"), ("es-419", "es-419"), ("iu", "iu")],
)  # fmt: skip
def test_a_tag_is_known_in_every_spelling(typed, kept):
    assert languages.clean(typed) == kept
    assert languages.is_known(kept)


@pytest.mark.parametrize(
    "typed", ["", "xx", "english", "en-", "-en", "e", "en us", "fr-c", 'en"><b>']
)
def test_what_is_no_tag_is_not_known(typed):
    assert not languages.is_known(languages.clean(typed))


@pytest.mark.parametrize(
    ("tag", "is_so"),
    [("ps", True), ("az-arab", True), ("ar-latn", False), ("yi", True), ("sr-latn-rs", False), ("fa-af", True)],
)  # fmt: skip
def test_the_script_decides_the_direction(tag, is_so):
    assert languages.is_right_to_left(tag) is is_so
