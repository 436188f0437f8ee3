from datetime import timedelta

import pytest

from directorates.actions.publishing import publishing
from directorates.actions.reviewing import reviewing
from directorates.queries.staff import staff_search
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_figure,
    make_responsibility,
    make_unit,
    make_user,
    published,
    published_agency,
)

LATER = NOON + timedelta(hours=1)
EVERYTHING = ["view_unit", "view_figure", "view_responsibility", "view_changeset", "view_user"]


@pytest.fixture
def agency(db):
    return published_agency()


@pytest.fixture
def reader(db):
    return make_user(permissions=EVERYTHING)


def find(words, user, at=LATER):
    """Return {id of the group: its results}."""
    groups = staff_search.find(staff_search.read_words(words), user=user, at=at)
    return {group.id: group.results for group in groups}


def names(results):
    return [result.name for result in results]


def excerpts(result):
    """Return {label: text}, with matches in brackets."""
    return {
        excerpt.label: "".join(
            f"[{piece.text}]" if piece.is_match else piece.text for piece in excerpt.pieces
        )
        for excerpt in result.excerpts
    }


# Typed text


@pytest.mark.parametrize(
    ("typed", "words"),
    [("", ()), ("a  b a", ("a", "b")), ("\0a\0b", ("a", "b"))],
)
def test_words_are_read_once_each_and_without_null_bytes(typed, words):
    assert staff_search.read_words(typed) == words


@pytest.mark.parametrize("typed", [" ", "\0", " \t\n ", "x" * 201])
def test_what_cannot_be_looked_for_is_refused_in_words(typed):
    with pytest.raises(staff_search.UnusableQueryError, match=r"Type a name|at most 200"):
        staff_search.read_words(typed)


# Results


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "Bureau of Answers", "answers bureau"),
        ("acronym", "BOA", "boa"),
        ("head_name", "Imaginary Person", "imaginary"),
        ("summary", "It answers every letter that arrives here.", "letter"),
        ("body", "<p>Tea &amp; biscuits</p>", "tea &"),
        ("statutory_authority", "8 U.S.C. 1103", "1103"),
        ("slug", "bureau-of-answers", "bureau-of"),
    ],
)
def test_a_unit_is_found_by_any_of_its_texts(agency, reader, field, value, words):
    unit = make_unit(**{field: value})
    make_unit(name="Another")
    assert names(find(words, reader)["units"]) == [str(unit)]


def test_all_words_must_match_in_whichever_fields(agency, reader):
    make_unit(name="Bureau of Answers", body="<p>Tea.</p>")
    make_unit(name="Bureau of Questions")
    (result,) = find("bureau tea", reader)["units"]
    assert excerpts(result) == {"Name": "[Bureau] of Answers", "Body": "[Tea]."}
    assert "units" not in find("bureau coffee", reader)


def test_names_come_before_other_texts(agency, reader):
    make_unit(name="A first one", summary="It works with tides and other things of the sea.")
    make_unit(name="Tides")
    assert names(find("tides", reader)["units"]) == ["Tides", "A first one"]


def test_units_of_one_name_are_told_apart(agency, reader):
    division = published(make_unit(name="Division"))
    published(make_unit(name="Tides", slug="tides-1"), make_unit(name="Tides", slug="tides-2", parent=division))  # fmt: skip
    found = find("tides", reader)
    assert names(found["units"]) == [f"Tides, part of {agency}", "Tides, part of Division"]
    assert set(names(found["unit-editions"])) == {
        "Tides, published version 1 (tides-1)",
        "Tides, published version 1 (tides-2)",
    }


def test_a_word_of_the_markup_alone_is_not_found(agency, reader):
    make_unit(body="<table><tbody><tr><th>Day</th></tr></tbody></table>")
    assert find("tbody", reader) == {}


@pytest.mark.parametrize("typed", ["école", "ÉCOLE", "École", "ecole", "ECOLE"])
def test_accents_and_capitals_make_no_difference(agency, reader, typed):
    make_unit(name="École of Examples")
    assert names(find(typed, reader)["units"]) == ["École of Examples"]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Saint-Étienne", "saint-étienne"),
        ("Centre d’Évaluation", "d’évaluation"),
        ("Straße des Rechts", "STRAßE"),
        ("Ισχύς", "ΙΣΧΎΣ"),
        ("Северо-Запад", "северо-запад"),
        ("É*[a]?", "é*[A]?"),
        ("École", "e\u0301cole"),
    ],
)
def test_each_letter_may_be_in_either_case_and_composition(agency, reader, name, typed):
    make_unit(name="Another", body="<p>*a</p>")
    make_unit(name=name, body=f"<p>{name} &amp; more</p>")
    assert names(find(typed, reader)["units"]) == [name]
    assert names(find(f"{typed} &", reader)["units"]) == [name]


@pytest.mark.parametrize("typed", ["20000", "20,000", "20,000 people"])
def test_a_number_is_found_with_and_without_commas(agency, reader, typed):
    make_unit(name="Large", summary="More than 20,000 people work here, in offices of all kinds.")
    make_unit(name="Small", summary="It has 200 people, and 2,000 pages of files to be read.")
    assert names(find(typed, reader)["units"]) == ["Large"]


@pytest.mark.parametrize("typed", ["20000", "20,000"])
def test_a_figure_is_found_by_its_number(agency, reader, typed):
    figure = make_figure(unit=agency, value=20_000)
    make_figure(unit=agency, value=2_000)
    assert names(find(typed, reader)["figures"]) == [str(figure)]


@pytest.mark.parametrize("typed", ["écrevisses", "ÉCREVISSES", "d’écrevisses"])
def test_synonyms_with_accents_are_found_in_either_case(reader, typed):
    make_responsibility("Fishing", synonyms=["Pêche d’Écrevisses"])
    assert names(find(typed, reader)["responsibilities"]) == ["Fishing"]


@pytest.mark.parametrize("typed", ["%", "_", "\\", "'", '"', "(", "[a", "<b>"])
def test_signs_of_the_database_and_of_patterns_stand_for_themselves(agency, reader, typed):
    assert find(typed, reader) == {}
    unit = make_unit(name=f"One {typed} two")
    assert names(find(typed, reader)["units"]) == [str(unit)]


def test_an_excerpt_is_cut_around_the_word(agency, reader):
    make_unit(body=f"<p>{'before ' * 30}needle {'after ' * 30}</p>")
    (result,) = find("needle", reader)["units"]
    words = excerpts(result)["Body"]
    assert words.startswith("…") and words.endswith("…")
    assert "[needle]" in words
    assert len(words) < 140


def test_a_former_name_leads_to_the_edition_that_had_it(agency, reader):
    unit = published(make_unit(name="Old Name"))
    published(changed(unit, name="New Name"), at=LATER)
    found = find("old name", reader, at=LATER + DAY)
    assert "units" not in found
    (result,) = found["unit-editions"]
    assert (result.name, result.state, result.name_now) == (
        "Old Name, published version 1",
        "ended",
        "New Name",
    )
    assert result.url == f"/admin/directorates/office/{unit.pk}/editions/1/"


def test_what_is_scheduled_in_force_or_withdrawn_says_so(agency, reader):
    unit = published(make_unit(name="Tides"))
    (edition,) = publishing.publish(
        records=[changed(unit, name="Floods")], by=None, at=NOON, effective_from=NOON + DAY
    )
    assert [result.state for result in find("tides", reader)["unit-editions"]] == ["in force"]
    assert [result.state for result in find("floods", reader)["unit-editions"]] == ["scheduled"]
    publishing.withdraw(editions=[edition], by=None, at=NOON)
    assert [result.state for result in find("floods", reader)["unit-editions"]] == ["withdrawn"]


def test_the_newest_edition_stands_for_the_older_ones_of_its_unit(agency, reader):
    unit = published(make_unit(name="Tides"))
    published(changed(unit, summary="Another."), at=LATER)
    assert names(find("tides", reader)["unit-editions"]) == ["Tides, published version 2"]


def test_figures_responsibilities_sets_and_people_are_found(agency, reader):
    figure = published(make_figure(unit=agency, counts="zebras"))
    matter = make_responsibility("Counting", synonyms=["Zebra counts"])
    change_set = reviewing.create(title="S", reason="For the zebras", by=None, at=NOON)
    person = make_user(last_name="Zebra")
    found = find("zebra", reader)
    assert {key: names(results) for key, results in found.items()} == {
        "figures": [str(figure)],
        "figure-editions": [f"{figure}, published version 1"],
        "responsibilities": [str(matter)],
        "sets": [str(change_set)],
        "people": [person.username],
    }


def test_more_than_ten_are_said_to_be_more(agency, reader):
    for _ in range(11):
        make_unit(name="Tides")
    (group,) = staff_search.find(("Tides",), user=reader, at=LATER)
    assert (len(group.results), group.has_more) == (10, True)


# Permissions


@pytest.mark.parametrize(
    ("permission", "groups"),
    [
        ("view_unit", {"units", "unit-editions"}),
        ("view_figure", {"figures", "figure-editions"}),
        ("view_responsibility", {"responsibilities"}),
        ("view_changeset", {"sets"}),
        ("view_user", {"people"}),
    ],
)
def test_a_group_is_for_those_who_may_see_its_records(agency, permission, groups):
    published(make_unit(name="Zebra"))
    published(make_figure(unit=agency, counts="zebras"))
    make_responsibility("Zebras")
    reviewing.create(title="Zebra", by=None, at=NOON)
    make_user(last_name="Zebra")
    assert set(find("zebra", make_user(permissions=[permission]))) == groups


@pytest.mark.parametrize("number", [1, 70])
def test_a_search_takes_the_same_queries_for_few_and_for_many(
    agency, reader, number, django_assert_num_queries
):
    published(*(make_unit(name="Tides") for _ in range(number)))
    reader.get_all_permissions()
    with django_assert_num_queries(7):
        find("tides", reader)
