import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directorates.queries import references
from directorates.queries.pages import overview, search_page, unit_list, unit_page
from directorates.rules.content.number_phrases import Form
from directorates.rules.content.references import (
    CountReference,
    FigureReference,
    UnitReference,
    markup_of,
)
from directorates.rules.local_time import day_of
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_agency,
    make_directorate,
    make_figure,
    make_unit,
    published,
)

pytestmark = pytest.mark.django_db

LATER = NOON + DAY


def more_than(figure, digits=1):
    return FigureReference(figure.identifier, Form.MORE_THAN, digits)


@pytest.fixture
def agency():
    return published(make_agency(overview="<p>It is there.</p>"))


@pytest.fixture
def legal(agency):
    return published(
        make_directorate(name="Legal Advisor", acronym="OLA", slug="legal", role="supporting")
    )


@pytest.fixture
def workforce(agency):
    figure = make_figure(
        unit=agency, identifier="workforce", value=21786, counts="people", source="The yearbook", as_of=day_of(NOON, "UTC")
    )  # fmt: skip
    return published(figure)


def unit_page_of(unit, at=NOON):
    return unit_page.get(unit.editions.in_force(at).get(), at=at)


def queries_of(function):
    with CaptureQueriesContext(connection) as queries:
        function()
    return len(queries)


def test_a_figure_in_a_body_is_data_with_a_note_on_its_date_and_source(agency, workforce):
    office = published(make_unit(body=f"<p>{markup_of(more_than(workforce))} work here.</p>"))
    page = unit_page_of(office)
    assert page.body == (
        '<p><data value="20000">More than 20,000 people</data><sup class="note-mark">'
        '<a href="#figure-note-1" id="figure-note-1-from"><span class="usa-sr-only">Note </span>1</a></sup>'
        " work here.</p>"
    )
    (note,) = page.figure_notes
    assert (note.number, note.claim, note.source, note.as_of, note.has_mark) == (
        1, "21,786 people", "The yearbook", day_of(NOON, "UTC"), True,
    )  # fmt: skip
    assert note.url == "/figures/workforce/"


def test_a_figure_has_one_note_wherever_the_page_names_it(agency, workforce):
    published(make_figure(unit=agency, identifier="other", value=12, counts="rooms"))
    office = published(
        make_unit(
            summary="It has {figure other exact}.",
            overview=f"<p>Of {markup_of(more_than(workforce))}, {markup_of(more_than(workforce, 2))}.</p>",
            body=f'<p>See <a href="/x/">{markup_of(FigureReference("other", Form.EXACT))}</a>.</p>',
        )
    )
    page = unit_page_of(office)
    assert page.lead == (
        'It has <data value="12">12 rooms</data><sup class="note-mark"><a href="#figure-note-1"'
        ' id="figure-note-1-from"><span class="usa-sr-only">Note </span>1</a></sup>.'
    )
    assert page.overview.count('href="#figure-note-2"') == 2
    assert page.overview.count('id="figure-note-2-from"') == 1
    # A link holds no other link.
    assert page.body == '<p>See <a href="/x/"><data value="12">12 rooms</data></a>.</p>'
    assert [note.claim for note in page.figure_notes] == ["12 rooms", "21,786 people"]
    assert "It has 12 rooms." in page.description


def test_a_unit_is_named_with_its_acronym_at_the_first_use(agency, legal):
    both = markup_of(UnitReference(legal.identifier, "name-and-acronym", True))
    name = markup_of(UnitReference(legal.identifier, "name"))
    office = published(make_unit(body=f"<p>{both}, {both}, {name}.</p>"))
    assert unit_page_of(office).body == (
        '<p><a href="/directorates/legal/">Legal Advisor (OLA)</a>,'
        ' <a href="/directorates/legal/">OLA</a>, Legal Advisor.</p>'
    )


def test_a_unit_s_own_page_introduces_it_and_does_not_link_to_itself(agency, legal):
    both = markup_of(UnitReference(legal.identifier, "name-and-acronym", True))
    published(changed(legal, body=f"<p>{both} advises.</p>"), at=LATER)
    assert unit_page_of(legal, LATER).body == "<p>OLA advises.</p>"


def test_units_are_counted_from_their_records(agency, legal):
    for parent in (agency, legal):
        published(make_unit(parent=parent))
    inner = published(make_unit(parent=legal))
    published(make_unit(parent=inner))
    wanted = {
        "directorate": CountReference("directorate", agency.identifier),
        "supporting": CountReference("directorate", agency.identifier, "supporting"),
        "office": CountReference("office", legal.identifier),
        "unit": CountReference("unit", agency.identifier),
        "none": CountReference("directorate", legal.identifier),
        "unknown": CountReference("office", "nowhere"),
    }
    facts = references.read(wanted.values(), at=NOON)
    counts = {name: facts.counts.get(reference) for name, reference in wanted.items()}
    assert counts == {
        "directorate": 1,
        "supporting": 1,
        "office": 3,
        "unit": 5,
        "none": 0,
        "unknown": None,
    }


def test_any_number_of_units_is_counted(agency, legal):
    """A list of hundreds of units can have a summary each that counts its own."""
    nowhere = {CountReference("unit", f"unit-{number}") for number in range(600)}
    known = CountReference("directorate", agency.identifier)
    assert references.read({*nowhere, known}, at=NOON).counts == {known: 1}


def test_words_are_those_of_the_instant(agency, legal, workforce):
    both = f"{markup_of(FigureReference('workforce', Form.EXACT))} and {markup_of(UnitReference(legal.identifier))}"
    office = published(make_unit(body=f"<p>Of {both}.</p>"))
    published(
        changed(workforce, value=22001),
        changed(legal, name="Law Office"),
        at=NOON,
        effective_from=LATER,
    )
    for at, number, name in (
        (NOON, "21,786 people", "Legal Advisor"),
        (LATER, "22,001 people", "Law Office"),
    ):
        body = unit_page_of(office, at).body
        assert number in body
        assert body.endswith(f"and {name}.</p>")


def test_a_page_with_figures_makes_no_further_query(agency, workforce, legal):
    plain = published(make_unit(body="<p>Nothing.</p>"))
    naming = published(make_unit(body=f"<p>{markup_of(more_than(workforce))}</p>"))
    edition, other = (unit.editions.get() for unit in (plain, naming))
    assert queries_of(lambda: unit_page.get(edition, at=NOON)) == queries_of(
        lambda: unit_page.get(other, at=NOON)
    )


def test_a_page_with_any_references_makes_no_further_query(agency, workforce, legal):
    plain = published(make_unit(body="<p>Nothing.</p>"))
    many = [
        UnitReference(legal.identifier, "name", True),
        UnitReference(agency.identifier, "acronym"),
        CountReference("office", legal.identifier),
        CountReference("directorate", agency.identifier, "supporting"),
        more_than(workforce),
    ]
    naming = published(make_unit(body=f"<p>{' '.join(map(markup_of, many * 5))}</p>"))
    edition, other = (unit.editions.get() for unit in (plain, naming))
    assert queries_of(lambda: unit_page.get(edition, at=NOON)) == queries_of(
        lambda: unit_page.get(other, at=NOON)
    )


def test_the_overview_names_its_units_their_number_and_figures_without_a_further_query(
    agency, workforce, legal
):
    before = queries_of(lambda: overview.get(at=NOON))
    many = [
        UnitReference(legal.identifier, "name-and-acronym", True),
        CountReference("directorate", agency.identifier, "supporting"),
        CountReference("office", agency.identifier),
        more_than(workforce),
    ]
    published(changed(agency, overview=f"<p>{', '.join(map(markup_of, many))}.</p>"), at=LATER)
    assert queries_of(lambda: overview.get(at=LATER)) == before
    page = overview.get(at=LATER)
    assert page.agency.overview.startswith(
        '<p><a href="/directorates/legal/">Legal Advisor (OLA)</a>,'
        ' <data value="1">one supporting directorate</data>, <data value="0">no offices</data>,'
    )
    assert [note.claim for note in page.figure_notes] == ["21,786 people"]


def test_lists_and_search_results_show_the_words_of_a_summary(agency, workforce, legal):
    published(
        make_unit(name="Office of Penguins", summary="Penguins for {figure workforce more-than 1}.")
    )
    (group,) = [g for g in unit_list.get(at=NOON).groups if g.name == "P"]
    assert group.units[0].summary == "Penguins for more than 20,000 people."
    (found,) = search_page.get("penguins", at=NOON).units
    assert "".join(piece.text for piece in found.snippet).startswith(
        "Penguins for more than 20,000 people"
    )
    agency_page = unit_page_of(agency)
    assert "Penguins for more than 20,000 people." in [
        card.summary for card in agency_page.units_below
    ]


def test_what_is_not_in_force_leaves_no_name_and_no_number(agency):
    gone = [
        FigureReference("gone", Form.EXACT),
        UnitReference("gone"),
        CountReference("office", "gone"),
    ]
    html = f"<p>{', '.join(map(markup_of, gone))}</p>"
    office = make_unit(body=html)
    assert unit_page.get(office, at=NOON).body == (
        "<p>(number not available), (unit not available), (number not available)</p>"
    )


def test_a_page_is_updated_with_a_figure_that_it_names(agency, workforce):
    office = published(make_unit(body=f"<p>{markup_of(more_than(workforce))}</p>"))
    published(changed(workforce, value=23000), at=LATER)
    assert unit_page_of(office, LATER).updated_at == LATER
