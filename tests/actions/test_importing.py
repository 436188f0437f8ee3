from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from directorates.actions.importing import importing
from directorates.actions.publishing import drafting
from directorates.exchange import agency_export, fictional_agency
from directorates.exchange.agency_file import AgencyFileError
from directorates.management.commands.prepare_local import SAMPLE
from directorates.models import (
    Figure,
    FigureEdition,
    Generation,
    Responsibility,
    SiteLink,
    SiteSettings,
    Unit,
    UnitEdition,
)
from directorates.models.database import guards
from tests.actions import hostile_file
from tests.factories import DAY, NOON, changed, loaded

pytestmark = pytest.mark.django_db

#: Real organizations. The folder's README has sources and licenses.
DATA = Path(__file__).resolve().parents[1] / "data"

AGENCY = """
format = 1

[[units]]
identifier = "agency"
[[units.editions]]
effective_from = 2026-01-01T00:00:00Z
kind = "agency"
name = "Agency of Examples"
slug = "agency"

[[units]]
identifier = "north"
[[units.editions]]
effective_from = 2026-01-01T00:00:00Z
kind = "office"
parent = "agency"
name = "North Office"
slug = "north"
"""


def load(source=AGENCY, at=NOON):
    return importing.load(content=source.encode(), file_name="agency.toml", by=None, at=at)


def rows():
    models = (Unit, UnitEdition, Figure, FigureEdition, Responsibility, SiteSettings, SiteLink)
    return [list(model.objects.order_by("pk").values()) for model in (*models, Generation)]


def refused(source, *, at=NOON):
    """Load a bad file, check that nothing is written, and return its one problem."""
    before = rows()
    with pytest.raises(AgencyFileError) as error:
        load(source, at)
    assert rows() == before
    (problem,) = str(error.value).splitlines()
    return problem


def test_a_file_is_published_as_it_stands():
    result = load()
    assert (result.units, result.editions, result.unchanged) == (2, 2, 0)
    names = UnitEdition.objects.in_force(NOON).values_list("name", flat=True)
    assert set(names) == {"Agency of Examples", "North Office"}
    assert not Unit.objects.filter(has_unpublished_changes=True).exists()


def test_loading_again_changes_nothing_but_the_count_of_changes():
    load()
    before = rows()[:-1]
    assert load(at=NOON + DAY).editions == 0
    assert rows()[:-1] == before


def test_an_edition_without_a_date_takes_effect_at_once_and_once():
    source = AGENCY.replace("effective_from = 2026-01-01T00:00:00Z\n", "")
    load(source)
    assert load(source, NOON + DAY).unchanged == 2
    assert load(source.replace("North Office", "Northern Office"), NOON + DAY).editions == 1
    assert Unit.objects.get(identifier="north").name == "Northern Office"


def test_a_working_record_with_a_draft_keeps_it():
    load()
    changed(Unit.objects.get(identifier="north"), name="Draft")
    later = AGENCY.replace("2026-01-01", "2026-03-05").replace("North Office", "Northern Office")
    load(later)
    unit = Unit.objects.get(identifier="north")
    assert unit.name == "Draft"
    assert unit.has_unpublished_changes
    assert unit.editions.get(number=2).name == "Northern Office"


def test_a_history_is_loaded_in_order():
    load(
        AGENCY
        + '\n[[units.editions]]\neffective_from = 2026-06-01T00:00:00Z\nkind = "office"\n'
        + 'parent = "agency"\nname = "Northern Office"\nslug = "northern"\n'
    )
    unit = Unit.objects.get(identifier="north")
    assert [edition.name for edition in unit.editions.all()] == ["North Office", "Northern Office"]
    assert unit.name == "Northern Office"
    assert not unit.has_unpublished_changes


def test_load_dump_load_gives_the_same():
    load(SAMPLE.read_text())
    first = agency_export.dump()
    before = rows()[1:2]
    result = load(first, NOON + DAY)
    assert result.editions == 0
    assert agency_export.dump() == first
    assert rows()[1:2] == before


def test_a_dump_loads_into_an_empty_database_and_dumps_the_same():
    load(SAMPLE.read_text())
    first = agency_export.dump()
    with guards.lifted(connection):
        for model in (FigureEdition, UnitEdition, Figure):
            model.objects.all().delete()
    Unit.objects.update(parent=None, kind="agency")
    for model in (Unit, Responsibility, SiteLink, SiteSettings):
        model.objects.all().delete()
    load(first, NOON + DAY)
    assert agency_export.dump() == first


def test_drafts_stay_out_of_a_dump():
    load()
    changed(Unit.objects.get(identifier="north"), name="Secret draft")
    assert "Secret draft" not in agency_export.dump()


def test_the_fictional_agency_is_the_same_for_the_same_seed():
    first, again, other = (fictional_agency.generate(seed=s, offices=40) for s in (5, 5, 6))
    assert first == again != other


def test_the_fictional_agency_that_is_shipped_is_the_generated_one():
    shipped = SAMPLE.with_name("fictional.toml").read_text()
    assert shipped == fictional_agency.generate(seed=1, offices=400)


def test_the_fictional_agency_loads_in_three_levels():
    load(SAMPLE.with_name("fictional.toml").read_text())
    offices = UnitEdition.objects.in_force(NOON).filter(kind="office")
    assert offices.count() == 400
    assert set(offices.values_list("parent__kind", flat=True)) == {"directorate", "office"}


def test_an_unknown_parent_is_refused():
    assert refused(AGENCY.replace('parent = "agency"', 'parent = "nowhere"')) == (
        "agency.toml, line 17, units[2] “north”, editions[1], parent:"
        " the unit “nowhere” is neither in the file nor in the database"
    )


def test_a_cycle_is_refused():
    problem = refused(
        AGENCY.replace('parent = "agency"', 'parent = "south"')
        + '[[units]]\nidentifier = "south"\n[[units.editions]]\nkind = "office"\nparent = "north"\n'
        + 'effective_from = 2026-01-01T00:00:00Z\nname = "South Office"\nslug = "south"\n'
    )
    assert problem == (
        "agency.toml, line 17, units[2] “north”, editions[1], parent: North Office: it would be part"
        " of itself on December 31, 2025 at 19:00: North Office, part of South Office, part of North Office."
        " Choose another unit that it is part of."
    )


def test_a_slug_twice_is_refused():
    problem = refused(AGENCY.replace('slug = "north"', 'slug = "agency"'))
    assert problem == (
        "agency.toml, line 19, units[2] “north”, editions[1], slug: North Office: the address “agency”"
        " is in use by Agency of Examples. Choose another one. The problem begins on December 31, 2025"
        " at 19:00."
    )


def test_a_script_in_rich_text_is_refused():
    problem = refused(AGENCY + "overview = '''<p>Fine</p>\n<script>alert(1)</script>'''\n")
    assert problem == (
        "agency.toml, line 20, units[2] “north”, editions[1], overview:"
        " line 2: <script> is not allowed in rich text"
    )


def test_a_date_out_of_order_is_refused():
    problem = refused(
        AGENCY
        + '[[units.editions]]\nkind = "office"\nparent = "agency"\nname = "N"\nslug = "n"\n'
        + "effective_from = 2025-01-01T00:00:00Z\n"
    )
    assert problem == (
        "agency.toml, line 25, units[2] “north”, editions[2], effective_from:"
        " must be later than that of the edition before it, 2025-12-31T19:00-05:00"
    )


def test_a_date_before_the_records_last_edition_is_refused():
    load()
    north = AGENCY.rindex("2026-01-01")
    problem = refused(AGENCY[:north] + AGENCY[north:].replace("2026-01-01", "2025-12-01"))
    assert "effective_from: must be later than 2025-12-31T19:00-05:00" in problem


def test_an_edition_that_stands_is_never_changed():
    load()
    problem = refused(AGENCY.replace("North Office", "Northern Office"))
    assert "editions are never changed, so give a later one" in problem


@pytest.mark.parametrize(
    ("change", "place", "reason"),
    [
        (
            ('kind = "office"', 'kind = "bureau"'),
            "kind",
            "“bureau” is none of the choices: agency, directorate, office.",
        ),
        (('slug = "north"', 'slug = "no rth"'), "slug", "valid “slug”"),
        (('name = "North Office"', 'name = ""'), "name", "cannot be blank"),
        (('parent = "agency"', ""), "editions[1]", "Say what the unit is part of"),
        (('slug = "north"', 'slug = "north"\nemail = "x"'), "email", "valid email"),
        (
            ('slug = "north"', 'slug = "north"\nresponsibilities = ["Tea"]'),
            "responsibilities",
            "the responsibility “Tea” is neither",
        ),
        (('identifier = "north"', 'identifier = "agency"'), "identifier", "appears twice in units"),
        (('identifier = "north"', 'identifier = "no rth"'), "identifier", "valid “slug”"),
        (
            ('slug = "north"', 'slug = "north"\nhead_status = "vacant"\nhead_name = "A"'),
            "editions[1]",
            "A vacant post has no name",
        ),
        (
            ('slug = "north"', 'slug = "north"\nwebsite = "javascript:alert(1)"'),
            "website",
            "website: Write the whole address, beginning with https://, such as https://www.example.gov/.",
        ),
        (
            ('slug = "north"', 'slug = "north"\nwebsite = "http://a.gov:99999"'),
            "website",
            "website: The address “http://a.gov:99999” names the port 99999, which no site has;"
            " take “:99999” away.",
        ),
    ],
)
def test_bad_content_is_refused_with_its_place(change, place, reason):
    problem = refused(AGENCY.replace(*change))
    assert problem.startswith("agency.toml, line ")
    assert place in problem
    assert reason in problem


def test_a_figure_of_no_unit_is_refused():
    figure = '[[figures]]\nidentifier = "f"\n[[figures.editions]]\nvalue = 3\ncounts = "a"\nsource = "b"\n'
    assert "unit: is missing" in refused(AGENCY + figure)


def test_site_settings_are_loaded_with_their_links():
    load(
        'format = 1\n[site]\nsite_name = "Example.gov"\n[[site.links]]\ntext = "FOIA"\n'
        'url = "/foia/"\n'
    )
    assert SiteSettings.objects.load().site_name == "Example.gov"
    assert SiteLink.objects.get(text="FOIA").url == "/foia/"
    assert SiteLink.objects.count() == 9


@pytest.mark.parametrize("address", ["javascript:alert(1)", "https://.gov", "//a.gov", "/\\a.gov"])
def test_a_bad_link_address_is_refused(address):
    problem = refused(
        'format = 1\n[site]\nsite_name = "Example.gov"\n[[site.links]]\ntext = "FOIA"\n'
        f"url = '{address}'\n"
    )
    assert problem.startswith(
        "agency.toml, line 6, site.links[1] “FOIA”, url: Enter a full address"
    )


FIGURE = """
[[figures]]
identifier = "cats"
[[figures.editions]]
effective_from = 2026-01-01T00:00:00Z
unit = "agency"
value = 12.34
counts = "cats"
source = "Counted"
"""


def test_a_fraction_is_loaded_exactly_and_dumped_again():
    load(AGENCY + FIGURE)
    assert str(FigureEdition.objects.get().value) == "12.34"
    dumped = agency_export.dump()
    assert "value = 12.34" in dumped
    assert load(dumped, NOON + DAY).editions == 0


def test_a_form_opened_before_a_load_cannot_overwrite_it_unseen():
    load()
    opened = Unit.objects.get(identifier="north")
    load(AGENCY.replace("2026-01-01", "2026-03-05").replace("North Office", "Northern Office"))
    with pytest.raises(drafting.SavedMeanwhileError):
        drafting.save(
            record=opened, relations={}, by=None, at=NOON, expected_version=opened.version
        )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (('name = "North Office"', 'name = "North\\u0000"'), "without NUL characters"),
        (('name = "North Office"', "name = " + "9" * 5000), "not valid TOML"),
        (('slug = "north"', 'slug = "north"\nbody = ' + "[" * 9000), "nests its tables"),
        (
            ('slug = "north"', 'slug = "north"\nchange_note = "' + "x" * 301 + '"'),
            "change_note: Ensure this value has at most 300",
        ),
        (
            ('slug = "north"', 'slug = "north"\nposition = -1'),
            "position: Ensure this value is greater",
        ),
    ],
    ids=["nul", "digits", "nesting", "note", "position"],
)
def test_odd_content_is_one_message(change, reason):
    assert reason in refused(AGENCY.replace(*change))


@pytest.mark.parametrize(
    ("instant", "reason"),
    [
        ("9999-12-31T23:59:59-05:00", "at most 100 years lie ahead"),
        ("9999-12-31T23:59:59+14:00", "at most 100 years lie ahead"),
        ("0001-01-01T00:00:00+14:00", "Choose a time in the year 1700 or later."),
        ("0001-01-01T00:00:00-12:00", "Choose a time in the year 1700 or later."),
        ("2200-01-01T00:00:00Z", "Choose a time no later than March 2, 2126"),
        ("2027-01-01T00:00:00", "expected an instant with its offset"),
    ],
)
def test_an_instant_outside_the_bounds_is_refused(instant, reason):
    last = AGENCY.rindex("2026-01-01T00:00:00Z")
    source = AGENCY[:last] + instant + AGENCY[last + 20 :]
    problem = refused(source)
    assert "effective_from: " in problem
    assert reason in problem


def test_an_agency_of_1789_is_loaded():
    load(AGENCY.replace("2026-01-01T00:00:00Z", "1789-04-30T00:00:00-04:56"))
    assert {edition.effective_from.year for edition in UnitEdition.objects.all()} == {1789}


def test_a_fact_of_the_future_is_refused_with_its_place():
    tomorrow = timezone.localdate() + timedelta(days=2)
    figure = (
        '[[figures]]\nidentifier = "f"\n[[figures.editions]]\nunit = "north"\nvalue = 3\n'
        f'counts = "a"\nsource = "b"\nas_of = {tomorrow}\n'
    )
    assert "as_of: Choose a day no later than today" in refused(AGENCY + figure)


@pytest.mark.parametrize("editions", ["5", "true", "[1]", "2026-01-01"])
def test_editions_that_are_no_tables_are_refused(editions):
    source = f'format = 1\n[[units]]\nidentifier = "a"\neditions = {editions}\n'
    with pytest.raises(AgencyFileError, match=r"write \[\[units\.editions\]\] at least once"):
        load(source)


# Messages


def test_a_file_of_sixty_hostile_lines_gets_sixty_sentences():
    source, expected = hostile_file.write()
    before = rows()
    with pytest.raises(AgencyFileError) as error:
        load(source)
    assert rows() == before
    reasons = {problem.line: problem.reason for problem in error.value.problems}
    assert len(expected) == 60
    assert sorted(reasons) == sorted(expected)
    assert len(error.value.problems) == 60, str(error.value)
    assert reasons.keys() == expected.keys()
    for line, words in expected.items():
        assert words in reasons[line]


def test_an_address_that_is_refused_is_told_once():
    problem = refused(AGENCY + "website = 'example.gov'\n")
    assert problem.endswith(
        "website: Write the whole address, beginning with https://, such as https://www.example.gov/."
    )


def test_a_fault_of_the_structure_names_the_edition_the_parent_and_the_instant():
    problem = refused(
        AGENCY.replace("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", 1)
        + '[[units.editions]]\neffective_from = 2026-03-01T00:00:00Z\nkind = "office"\n'
        + 'parent = "agency"\nname = "Northern Office"\nslug = "northern"\n'
    )
    assert problem == (
        "agency.toml, line 17, units[2] “north”, editions[1], parent: North Office: the unit it is part"
        " of is not published on December 31, 2025 at 19:00. Publish “Agency of Examples” first, or"
        " choose another one."
    )


def test_a_fault_of_a_unit_that_is_not_in_the_file_names_that_unit():
    load()
    closing = AGENCY[: AGENCY.index("[[units]]", 20)].replace("2026-01-01", "2026-06-01")
    problem = refused(closing.replace('kind = "agency"', 'kind = "office"\nparent = "agency"'))
    assert "agency" in problem
    problem = refused(
        'format = 1\n[[units]]\nidentifier = "new"\n[[units.editions]]\nkind = "agency"\n'
        'name = "New"\neffective_from = 2025-06-01T00:00:00Z\n'
    )
    assert problem.startswith("agency.toml, the unit “agency”, which is not in the file: Agency of")


def test_what_the_database_has_and_the_file_has_not_is_told():
    load(AGENCY + FIGURE)
    assert "not in the file" not in str(load(AGENCY + FIGURE))
    only = AGENCY[: AGENCY.index("[[units]]", 20)]
    assert str(load(only)).endswith(
        "1 unit is not in the file: north. Nothing was changed there."
        " 1 figure is not in the file: cats. Nothing was changed there."
    )


def test_a_day_in_place_of_an_instant_begins_at_the_agencys_midnight():
    source = '[site]\ntime_zone = "America/Toronto"\n' + AGENCY.replace("T00:00:00Z", "").replace(
        "format = 1", ""
    )
    load("format = 1\n" + source)
    begins = set(UnitEdition.objects.values_list("effective_from", flat=True))
    assert {instant.isoformat() for instant in begins} == {"2026-01-01T05:00:00+00:00"}
    assert load("format = 1\n" + source).unchanged == 2


def test_a_slug_is_made_from_the_name_where_none_is_given():
    source = AGENCY.replace('slug = "north"\n', "").replace("North Office", "Büro für Größe & Maß")
    other = source[source.rindex("[[units]]") :].replace('"north"', '"other"')
    load(source + other)
    slugs = dict(Unit.objects.values_list("identifier", "slug"))
    assert slugs == {"agency": "agency", "north": "buro-fur-grosse-mass", "other": "other"}
    assert load(source + other).unchanged == 3


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_real_history_loads_and_its_dump_loads_without_a_change(language):
    source = (DATA / f"canada-34-{language}.toml").read_text(encoding="utf-8")
    result = load(source)
    assert (result.units, result.editions) == (34, 55)
    result = load(agency_export.dump(), NOON + DAY)
    assert (result.editions, result.unchanged) == (0, 55)


def test_plain_text_in_a_file_becomes_paragraphs():
    source = AGENCY + "overview = '''\nOne & two,\nthree.\n\nFour.'''\n"
    load(source)
    north = Unit.objects.get(identifier="north")
    assert north.overview == "<p>One &amp; two,\nthree.</p>\n<p>Four.</p>"
    assert load(source, NOON + DAY).unchanged == 2


def test_a_change_note_keeps_its_lines_through_a_dump():
    load(AGENCY + "change_note = '''One,\r\n two.'''\n")
    notes = set(UnitEdition.objects.values_list("change_note", flat=True))
    assert notes == {"", "One,\ntwo."}
    dumped = agency_export.dump()
    assert "One,\ntwo." in dumped
    assert load(dumped, NOON + DAY).editions == 0


def test_a_reference_in_a_file_is_loaded_dumped_and_loaded_again():
    text = REFERRING.format(figure="workforce")
    loaded(text)
    dumped = agency_export.dump()
    stored = '<span data-figure="workforce" data-form="more-than" data-digits="1">workforce</span>'
    assert stored in dumped.replace('\\"', '"')
    assert "{unit examples name}" in dumped
    result = loaded(dumped)
    assert (result.editions, result.unchanged) == (0, 2)


def test_a_reference_to_a_figure_that_is_not_in_the_file_is_named_with_its_line():
    with pytest.raises(AgencyFileError) as raised:
        loaded(REFERRING.format(figure="gone"))
    assert "line 13" in str(raised.value)
    assert "the text states the figure “gone”, which is not published then" in str(raised.value)
    assert not Unit.objects.exists()


REFERRING = """
format = 1

[[units]]
identifier = "examples"

[[units.editions]]
kind = "agency"
name = "Agency of Examples"
slug = "examples"
summary = "{{unit examples name}} has examples."
# The next line has the reference.
overview = "<p>It has <span data-figure='{figure}' data-form='more-than' data-digits='1'>x</span>.</p>"

[[figures]]
identifier = "workforce"

[[figures.editions]]
unit = "examples"
value = 21786
counts = "people"
source = "A test"
"""
