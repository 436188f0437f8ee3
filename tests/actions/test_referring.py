import pytest

from directorates.actions.publishing import closing, publishing, referring
from directorates.actions.publishing.structure import find_publication_problems
from directorates.actions.refusals import BrokenRuleError
from directorates.actions.reviewing import reviewing
from directorates.queries import referring_texts
from directorates.rules.content.number_phrases import Form
from directorates.rules.content.references import (
    CountReference,
    FigureReference,
    UnitReference,
    markup_of,
)
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_directorate,
    make_figure,
    make_unit,
    make_user,
    published,
    published_agency,
)

pytestmark = pytest.mark.django_db

LATER = NOON + DAY


@pytest.fixture
def agency():
    return published_agency()


@pytest.fixture
def workforce(agency):
    return make_figure(unit=agency, identifier="workforce", value=21786, counts="people")


def stating(form=Form.MORE_THAN, digits=1, name="workforce"):
    return f"<p>It has {markup_of(FigureReference(name, form, digits))}.</p>"


def naming(unit, words="name"):
    return f"<p>Ask {markup_of(UnitReference(unit.identifier, words))}.</p>"


def refusal(*records, **arguments):
    """Return what publishing these records is refused with. The page that asks first says the same."""
    messages = find_publication_problems(
        records=records, at=NOON, effective_from=arguments.get("effective_from")
    )
    with pytest.raises(BrokenRuleError) as raised:
        published(*records, **arguments)
    assert [str(problem) for problem in messages] == str(raised.value).splitlines()
    return str(raised.value)


def test_a_text_that_states_an_unpublished_figure_is_not_published(agency, workforce):
    office = make_unit(name="Office of Counting", body=stating())
    assert refusal(office) == (
        "“Office of Counting”, body: from March 2, 2026, the text states the figure “workforce”, which is"
        " not published then. Publish that figure first, or take it out of the text."
    )
    assert not office.editions.exists()
    published(office, workforce)


def test_a_text_is_not_published_for_a_day_before_its_figure(agency, workforce):
    published(workforce, effective_from=NOON + 5 * DAY)
    office = make_unit(body=stating())
    assert "from March 3, 2026, the text states" in refusal(office, effective_from=LATER)
    published(office, effective_from=NOON + 5 * DAY)


def test_a_token_in_a_summary_is_checked_as_rich_text_is(agency):
    assert "summary: from" in refusal(make_unit(summary="It has {figure workforce exact}."))


def test_a_value_that_no_longer_supports_a_text_is_not_published_alone(agency, workforce):
    office = make_unit(name="Office of Counting", body=stating())
    published(office, workforce)
    workforce = changed(workforce, value=20000)
    assert refusal(workforce, effective_from=LATER) == (
        "“Office of Counting”, body: from March 3, 2026, the text states the figure “workforce” as “more"
        " than”, but “more than 20,000” is not true, because the number is exactly that. Write “20,000"
        " people” there instead. Change the text in the same change set."
    )
    published(workforce, changed(office, body=stating(Form.EXACT, None)), effective_from=LATER)


def test_a_value_that_supports_its_texts_is_published(agency, workforce):
    published(make_unit(body=stating()), workforce)
    published(changed(workforce, value=22000), effective_from=LATER)


def test_a_unit_that_a_text_names_is_not_closed(agency):
    asked = published(make_unit(name="Office of Questions"))
    other = published(make_unit(name="Office of Answers", body=naming(asked)))
    with pytest.raises(BrokenRuleError) as raised:
        closing.close(unit=asked, successors=[], by=None, at=NOON, effective_from=LATER)
    assert str(raised.value) == (
        "“Office of Answers”, body: from March 3, 2026, the text names “Office of Questions”, which is"
        " closed then. Change the text in the same change set: name the unit that took over, or take it out."
    )
    published(
        changed(asked, is_closed=True), changed(other, body="<p>No.</p>"), effective_from=LATER
    )


def test_a_unit_that_only_closed_units_and_itself_name_is_closed(agency):
    asked = published(make_unit())
    asked = published(changed(asked, body=naming(asked)), at=LATER)
    other = published(make_unit(body=naming(asked)), at=LATER)
    published(changed(other, is_closed=True), at=LATER + DAY)
    closing.close(unit=asked, successors=[], by=None, at=LATER + 2 * DAY)


def test_a_unit_keeps_an_acronym_that_a_text_gives(agency):
    asked = published(make_unit(acronym="OQ"))
    published(make_unit(body=naming(asked, "acronym")))
    assert "by its acronym, and it has none then" in refusal(
        changed(asked, acronym=""), effective_from=LATER
    )


def test_a_renamed_unit_is_published(agency):
    asked = published(make_unit(name="Old"))
    published(make_unit(body=naming(asked)))
    published(changed(asked, name="New"), effective_from=LATER)


def test_units_below_a_unit_that_closes_are_not_counted(agency):
    parent = published(make_directorate())
    count = markup_of(CountReference("office", parent.identifier))
    published(make_unit(body=f"<p>It has {count}.</p>"))
    with pytest.raises(BrokenRuleError, match="counts the units of"):
        closing.close(unit=parent, successors=[], by=None, at=NOON, effective_from=LATER)


def test_a_scheduled_figure_on_which_a_scheduled_text_relies_is_not_withdrawn(agency, workforce):
    published(workforce, effective_from=LATER)
    published(make_unit(name="Office of Counting", body=stating()), effective_from=LATER)
    with pytest.raises(BrokenRuleError, match="“Office of Counting”, body: from March 3"):
        publishing.withdraw(editions=[workforce.editions.get()], by=None, at=NOON)
    assert workforce.editions.get().withdrawn_at is None


def test_a_set_with_a_broken_reference_is_neither_submitted_nor_approved(agency, workforce):
    by, other = make_user(), make_user()
    office = make_unit(name="Office of Counting", body=stating())
    with pytest.raises(reviewing.ReviewError, match="states the figure “workforce”"):
        reviewing.submit_records(records=[office], by=by, at=NOON)
    published(workforce)
    change_set = reviewing.submit_records(records=[office], by=by, at=NOON)
    published(changed(workforce, value=20000), at=LATER)
    with pytest.raises(BrokenRuleError, match="more than 20,000"):
        reviewing.approve(change_set=change_set, by=other, at=LATER + DAY)


@pytest.mark.parametrize("count", [0, 30])
def test_a_publication_asks_a_fixed_number_of_queries(
    agency, workforce, count, django_assert_num_queries
):
    published(workforce)
    for _ in range(count):
        published(make_unit(body=stating()))
    with django_assert_num_queries(2 if count else 1):
        texts = referring_texts.read_concerned([workforce], since=LATER)
        referring.find_violations([workforce], since=LATER, texts=texts)
