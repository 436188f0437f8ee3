"""“Who does what”: words, units, contacts and moves."""

import pytest

from directorates.actions.publishing import drafting
from directorates.actions.publishing.closing import close
from directorates.queries.pages import responsibilities
from directorates.queries.pages.page_parts import Link, entry_url, responsibility_links
from directorates.queries.pages.responsibilities import UnknownLetterError
from tests.factories import (
    DAY,
    NOON,
    loaded,
    make_directorate,
    make_responsibility,
    make_unit,
    published,
    published_agency,
)
from tests.sample import load_fictional


@pytest.fixture
def agency(db):
    return published_agency()


def rows(at=NOON, **query):
    page = responsibilities.get(at=at, **query)
    return {row.word: row for group in page.groups for row in group.rows}


def units(row):
    return [answer.unit.text for answer in row.answers]


def given(unit, *matters, at):
    """Publish a unit with these responsibilities at `at`."""
    unit.refresh_from_db()
    drafting.save(record=unit, relations={"responsibilities": matters}, by=None, at=at)
    return published(unit, at=at)


def test_a_phrase_leads_to_the_units_in_charge(agency):
    maps = make_responsibility("Maps")
    published(make_unit(name="Office of Tides", responsibilities=[maps]), make_unit(name="Office of Arts", acronym="OA", responsibilities=[maps]))  # fmt: skip
    row = rows()["Maps"]
    assert (row.slug, units(row)) == ("maps", ["Office of Arts (OA)", "Office of Tides"])


def test_a_synonym_and_an_abbreviation_lead_to_the_phrase(agency):
    phrase = "Freedom of Information Act (FOIA)"
    matter = make_responsibility(phrase, synonyms=["public records", "freedom of the press"])
    published(make_unit(name="Archive", responsibilities=[matter]))
    found = rows()
    assert list(found) == ["FOIA", phrase, "public records"]
    for word in ("FOIA", "public records"):
        assert found[word].slug == ""
        assert found[word].recorded_as == Link(phrase, entry_url(phrase, matter.slug))
        assert units(found[word]) == ["Archive"]


def test_one_word_of_two_phrases_is_one_row_with_two_answers(agency):
    first = make_responsibility("Paper records", synonyms=["files"])
    second = make_responsibility("Computer records", synonyms=["Files"])
    published(make_unit(name="A", responsibilities=[first]), make_unit(name="B", responsibilities=[second]))  # fmt: skip
    row = rows()["Files"]
    assert row.recorded_as is None
    found = {answer.unit.text: answer.phrase.text for answer in row.answers}
    assert found == {"A": "Paper records", "B": "Computer records"}


def test_a_word_with_many_answers_names_the_phrases_to_see(agency):
    matters = [make_responsibility(f"{one} records", synonyms=["files"]) for one in "ABCD"]
    published(*(make_unit(responsibilities=[matter]) for matter in matters))
    row = rows()["files"]
    assert (row.answers, [link.text for link in row.see]) == ((), [m.phrase for m in matters])


def test_a_synonym_that_is_another_phrase_adds_its_units_to_that_row(agency):
    maps = make_responsibility("Maps")
    atlases = make_responsibility("Atlases", synonyms=["maps"])
    published(make_unit(name="A", responsibilities=[maps]), make_unit(name="B", responsibilities=[atlases]))  # fmt: skip
    row = rows()["Maps"]
    assert [(a.unit.text, a.phrase and a.phrase.text) for a in row.answers] == [("A", None), ("B", "Atlases")]  # fmt: skip


def test_a_description_and_the_contacts_are_in_the_row_of_the_phrase_alone(agency):
    matter = make_responsibility("Maps", synonyms=["charts"], description="Of land, not of sea.")
    published(make_unit(responsibilities=[matter], phone="202-555-0100", email="maps@example.gov"))
    row, other = rows()["Maps"], rows()["charts"]
    assert row.description == "Of land, not of sea."
    contacts = [contact.text for contact in row.answers[0].contacts]
    assert contacts == ["202-555-0100", "maps@example.gov"]
    assert (other.description, other.answers[0].contacts) == ("", ())


def test_units_beyond_the_first_are_behind_a_link(agency):
    matter = make_responsibility("Maps")
    published(*(make_unit(responsibilities=[matter]) for _ in range(10)))
    row = rows()["Maps"]
    assert (len(row.answers), row.more, row.more_url) == (8, 2, "/units/?handles=maps")


def test_only_what_is_in_force_is_listed(agency):
    drafted, scheduled, closed = (make_responsibility(one) for one in ("A", "B", "C"))
    make_unit(responsibilities=[drafted])
    published(make_unit(responsibilities=[scheduled]), effective_from=NOON + DAY)
    old = published(make_unit(responsibilities=[closed]))
    assert list(rows()) == ["C"]
    close(unit=old, successors=[], by=None, at=NOON + DAY)
    assert list(rows(at=NOON + DAY)) == ["B"]


def test_a_move_from_unit_to_unit_is_dated(agency):
    matter = make_responsibility("Maps")
    old = published(make_unit(name="Old", responsibilities=[matter]))
    new = published(make_unit(name="New"))
    assert rows()["Maps"].answers[0].move is None
    at = NOON + DAY
    for unit, matters in ((old, []), (new, [matter])):
        given(unit, *matters, at=at)
    (answer,) = rows(at=at)["Maps"].answers
    assert (answer.unit.text, answer.move.since) == ("New", at)
    assert [link.text for link in answer.move.before] == ["Old"]
    assert units(rows(at=at - DAY / 2)["Maps"]) == ["Old"]
    given(new, matter, make_responsibility("Globes"), at=at + DAY)
    assert rows(at=at + DAY)["Maps"].answers[0].move.since == at


def test_a_unit_that_only_joins_another_in_charge_has_no_move(agency):
    matter = make_responsibility("Maps")
    published(make_unit(name="First", responsibilities=[matter]))
    given(published(make_unit(name="Second")), matter, at=NOON + DAY)
    assert [a.move for a in rows(at=NOON + DAY)["Maps"].answers] == [None, None]


def test_a_move_on_a_day_that_is_not_known_is_not_told(db):
    loaded(
        """
format = 1
[[responsibilities]]
phrase = "Maps"
[[units]]
identifier = "agency"
[[units.editions]]
effective_from = 2020-01-01
kind = "agency"
name = "Agency"
slug = "agency"
responsibilities = ["Maps"]
[[units.editions]]
effective_from = 2021-01-01
kind = "agency"
name = "Agency"
slug = "agency"
[[units]]
identifier = "office"
[[units.editions]]
effective_from = 2021-01-01
beginning_is_known = false
kind = "office"
parent = "agency"
name = "Office"
slug = "office"
responsibilities = ["Maps"]
"""
    )
    assert rows()["Maps"].answers[0].move is None


def test_a_slug_stays_when_the_phrase_changes_and_is_never_given_twice(db):
    first = make_responsibility("Maps & charts")
    second = make_responsibility("Maps, charts")
    assert (first.slug, second.slug) == ("maps-charts", "maps-charts-2")
    first.phrase = "Atlases"
    first.save()
    assert first.slug == "maps-charts"
    assert make_responsibility("地图").slug == "responsibility"


def test_a_link_to_an_entry_names_its_letter_and_its_anchor(db):
    matters = [make_responsibility(one) for one in ("éditions", "911 calls", "Ёлки")]
    assert [link.url for link in responsibility_links(matters)] == [
        "/responsibilities/?letter=e#editions",
        "/responsibilities/?letter=0-9#911-calls",
        "/responsibilities/?letter=u0435#responsibility",
    ]


def test_every_link_of_a_units_page_leads_to_its_entry(agency):
    matters = [make_responsibility(one) for one in ("éditions", "911 calls", "Ёлки", "«»")]
    published(make_unit(responsibilities=matters))
    for link, matter in zip(responsibility_links(matters), matters, strict=True):
        letter = link.url.partition("letter=")[2].partition("#")[0]
        assert rows(letter=letter)[matter.phrase].slug == link.url.partition("#")[2]


def test_a_short_list_is_one_page_and_a_letter_of_it_leads_to_the_whole(agency):
    published(make_unit(responsibilities=[make_responsibility("A"), make_responsibility("B")]))
    whole, part = (responsibilities.get(at=NOON, letter=letter) for letter in ("", "b"))
    assert [link.url for link in whole.letters] == ["#letter-a", "#letter-b"]
    assert [link.url for link in part.letters] == ["/responsibilities/?letter=a", ""]
    assert (part.path, part.all_url) == ("/responsibilities/", "/responsibilities/")


def test_a_long_list_is_shown_letter_by_letter(agency, monkeypatch):
    monkeypatch.setattr(responsibilities, "MOST_LINES", 2)
    matters = [make_responsibility(one) for one in ("A1", "A2", "B1")]
    published(make_unit(responsibilities=matters))
    assert list(rows()) == ["A1", "A2"]
    page = responsibilities.get(at=NOON, letter="b")
    assert (page.path, page.all_url) == ("/responsibilities/?letter=b", "")


@pytest.mark.parametrize("letter", ["x", "B", "bb", "'", "\0", "letter" * 1000])
def test_an_unknown_letter_is_refused(agency, letter):
    published(make_unit(responsibilities=[make_responsibility("B")]))
    with pytest.raises(UnknownLetterError):
        responsibilities.get(at=NOON, letter=letter)


def test_without_responsibilities_the_list_is_empty(db):
    page = responsibilities.get(at=NOON)
    assert (page.groups, page.letters, page.updated_at) == ((), (), None)


@pytest.mark.django_db
@pytest.mark.parametrize("offices", [60, 300])
def test_the_list_takes_the_same_queries_for_few_units_and_for_many(
    offices, django_assert_num_queries
):
    load_fictional(offices=offices)
    with django_assert_num_queries(5):
        responsibilities.get(at=NOON)


def test_the_units_of_one_name_are_told_apart(agency):
    matter = make_responsibility("Maps")
    parents = [make_directorate(name="Operations", acronym=one) for one in ("OA", "OB")]
    published(*parents, *(make_unit(name="Records", parent=one, responsibilities=[matter]) for one in parents))  # fmt: skip
    assert len(set(units(rows()["Maps"]))) == 2
