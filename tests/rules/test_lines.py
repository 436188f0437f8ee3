"""Cleaning of lines, by every way into the database."""

import unicodedata

import pytest
from django.forms import modelform_factory
from hypothesis import given
from hypothesis import strategies as st

from directorates.actions.importing import importing
from directorates.actions.importing.importing_errors import LoadErrors
from directorates.exchange import agency_export, agency_file
from directorates.exchange.agency_fields import layout
from directorates.exchange.agency_file import AgencyFileError, write
from directorates.models import Responsibility, SiteLink, Unit, UnitEdition
from directorates.rules.content import lines
from tests.factories import DAY, NOON, changed, make_agency, make_unit, published, published_agency

#: Combinations that hypothesis alone would rarely make.
SPECIAL = (
    "\u200b\u200c\u200d\u00ad\u00a0\u202f\u0301\u0308\u202e\u2066\ufeff\u094d\u0915\u0646\u0647\u06cc"
    "\ufe0f\u2696\u3164\r\n\t\u2028\u180e\u180b\u4e00\U000e0100İßeA \ud800\0👩🏽#\u20e3"
)
ANY_TEXT = st.text(
    st.one_of(st.sampled_from(SPECIAL), st.characters(exclude_categories=["Cs"])), max_size=40
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Cafe\u0301", "Café"),
        ("e\u200b\u0301", "é"),
        ("North\r\n\tOffice", "North Office"),
        ("North\u2028Office\u0085East", "North Office East"),
        ("  North\u00a0\u202f Office\u3000", "North Office"),
        ("Nor\u200bth\ufeff \u00adOf\u2060fice", "North Office"),
        ("\u200b\u3164\u2800\u00a0", ""),
        ("\u202egpj.\u202c\u2067x\u2069", "gpj.x"),
        ("a\0b\x07", "ab"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("ශ්\u200dරී", "ශ්\u200dරී"),
        ("ന\u0d4d\u200d", "ന\u0d4d\u200d"),
        ("Off\u200dice\u200c", "Office"),
        ("می\u200c\u200c\u200dخ", "می\u200cخ"),
        ("葛\U000e0100飾区", "葛\U000e0100飾区"),
        ("Law ⚖\ufe0f", "Law ⚖\ufe0f"),
        ("Law\ufe0f", "Law"),
        ("👩🏽\u200d⚖\ufe0f Law", "👩🏽\u200d⚖\ufe0f Law"),
        ("🏳\ufe0f\u200d🌈 #\ufe0f\u20e3", "🏳\ufe0f\u200d🌈 #\ufe0f\u20e3"),
        ("👩\u200dLaw\u200d👩\u200d 1\ufe0f2", "👩Law👩 12"),
        ("a\ufe0f\u200d⚖", "a⚖"),
        ("\u06001234", "\u06001234"),
        ("lone \ud800 half", "lone half"),
        ("Zürich’s “Amt” – 1½ €", "Zürich’s “Amt” – 1½ €"),
    ],
)
def test_a_line_is_cleaned(typed, kept):
    assert lines.clean_line(typed) == kept


@given(ANY_TEXT)
def test_cleaning_is_idempotent_and_leaves_one_composed_line(typed):
    cleaned = lines.clean_line(typed)
    assert lines.clean_line(cleaned) == cleaned == unicodedata.normalize("NFC", cleaned)
    assert cleaned == " ".join(cleaned.split())
    assert not any(
        unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in cleaned
    )
    for clean in (lines.clean_lines, lines.clean_markup, lines.fold):
        assert clean(clean(typed)) == clean(typed)


def test_a_text_of_several_lines_keeps_them():
    assert lines.clean_lines("\r\n One\u200b  line\r\nand another\n\n\n\nlast \n") == (
        "One line\nand another\n\nlast"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [("Café", "CAFE\u0301"), ("Straße", "STRASSE"), ("Bond  management", "bond Management")],
)
def test_names_that_differ_in_case_or_composition_fold_to_one(one, other):
    assert lines.fold(one) == lines.fold(other)


# By form, file and action

TYPED_FIELDS = ("name", "head_title", "street_address")


def through_form(typed):
    form = modelform_factory(Unit, fields=TYPED_FIELDS)(dict.fromkeys(TYPED_FIELDS, typed))
    form.is_valid()
    return {name: form.cleaned_data.get(name, "") for name in TYPED_FIELDS}


def through_file(typed):
    source = write({"units": [entry("agency", **dict.fromkeys(TYPED_FIELDS, typed))]})
    table = agency_file.scan(source.encode(), "a.toml", layout()).units[0].editions[0]
    row, errors = UnitEdition(**table.values), LoadErrors("a.toml")
    everything = {field.name for field in UnitEdition._meta.fields}
    errors.clean(row, table, exclude=everything - set(TYPED_FIELDS))
    is_named = not errors.problems
    return {name: getattr(row, name) if name != "name" or is_named else "" for name in TYPED_FIELDS}


def through_action(typed):
    unit = Unit(**dict.fromkeys(TYPED_FIELDS, typed))
    return {name: Unit._meta.get_field(name).pre_save(unit, add=True) for name in TYPED_FIELDS}


@given(ANY_TEXT.map(lambda typed: typed.replace("\0", "").replace("\ud800", "")))
def test_form_file_and_action_keep_the_same_line(typed):
    kept = dict.fromkeys(TYPED_FIELDS, lines.clean_line(typed))
    assert through_form(typed) == through_file(typed) == through_action(typed) == kept


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["\u200b", " \t\u3164", "\u202e\u00a0", "\u200d"])
def test_a_name_of_nothing_seen_is_required_in_form_and_file(typed):
    form = modelform_factory(Unit, fields=["name"])({"name": typed})
    assert form.errors["name"] == ["This field is required."]
    with pytest.raises(AgencyFileError, match="name: This field cannot be blank"):
        load({"units": [entry("agency", kind="agency", name=typed)]})


def entry(identifier, **edition):
    return {"identifier": identifier, "editions": [{"slug": identifier} | edition]}


def load(data, at=NOON):
    return importing.load(content=write(data).encode(), file_name="a.toml", by=None, at=at)


@pytest.mark.django_db
def test_a_name_with_a_line_break_is_dumped_and_loaded_again():
    published(make_agency(name="Agency\r\nof  Examples"))
    assert Unit.objects.get().name == "Agency of Examples"
    dumped = agency_export.dump()
    result = importing.load(content=dumped.encode(), file_name="a.toml", by=None, at=NOON + DAY)
    assert (result.editions, result.unchanged) == (0, 1)


@pytest.mark.django_db
def test_an_unseen_character_leaves_an_email_address():
    form = modelform_factory(Unit, fields=["email"])({"email": "help@exam\u200bple.gov"})
    assert form.is_valid()
    assert form.cleaned_data["email"] == "help@example.gov"


# Unique values are compared without case and in one composition


@pytest.mark.django_db
def test_records_of_a_file_are_known_in_any_case():
    agency = entry("agency", kind="agency", name="A", effective_from=NOON)
    load({"units": [agency]})
    office = entry("North", kind="office", name="N", parent="AGENCY", effective_from=NOON)
    load({"units": [agency | {"identifier": "Agency"}, office]})
    result = load({"units": [office | {"identifier": "NORTH"}]})
    assert (result.unchanged, Unit.objects.count()) == (1, 2)


@pytest.mark.django_db
def test_identifiers_and_phrases_that_differ_in_case_stand_twice_in_a_file():
    agency = entry("agency", kind="agency", name="A")
    matters = [{"phrase": "Café"}, {"phrase": "CAFE\u0301"}]
    with pytest.raises(AgencyFileError) as error:
        load({"units": [agency, agency | {"identifier": "Agency"}], "responsibilities": matters})
    assert "“Agency” appears twice in units, written “agency”" in str(error.value)
    assert "“CAFÉ” appears twice in responsibilities, written “Café”" in str(error.value)


@pytest.mark.django_db
def test_a_responsibility_of_a_file_is_the_one_that_is_known_in_any_case():
    load({"responsibilities": [{"phrase": "Bond management"}]})
    load({"responsibilities": [{"phrase": "bond MANAGEMENT", "synonyms": ["Bail", "bail "]}]})
    known = Responsibility.objects.get()
    assert (known.phrase, known.synonyms) == ("Bond management", ["Bail"])


@pytest.mark.django_db
def test_two_slugs_that_differ_in_case_are_one():
    published_agency()
    published(make_unit(slug="north"))
    with pytest.raises(Exception, match="the address “north” is in use"):
        published(make_unit(slug="North"))


@pytest.mark.django_db
def test_a_new_unit_gets_an_identifier_that_no_other_has_in_any_case():
    make_agency(slug="Examples")
    assert make_unit(slug="examples").identifier == "examples-2"


@pytest.mark.django_db
def test_a_link_of_the_site_is_known_by_its_text_in_any_case():
    site = {"site_name": "Example.gov", "links": [{"text": "foia", "url": "/foia/"}]}
    load({"site": site})
    load({"site": site | {"links": [{"text": "FOIA", "url": "/new/"}]}})
    links = [link for link in SiteLink.objects.all() if lines.fold(link.text) == "foia"]
    assert [(link.text, link.url) for link in links] == [("foia", "/new/")]


@pytest.mark.django_db
def test_saving_a_clean_draft_again_leaves_no_unpublished_change():
    agency = published(make_agency(name="Agency"))
    assert not changed(agency, name=" Agency\u200b ").has_unpublished_changes
