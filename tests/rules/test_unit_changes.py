"""The words for what changed from one version of a unit to the next."""

from dataclasses import replace

import pytest

from directorates.rules import unit_changes
from directorates.rules.unit_changes import Version

OFFICE = Version(
    name="Records",
    acronym="REC",
    kind="office",
    slug="records",
    parent=1,
    above="North",
    above_at_end="North",
    head_title="Director",
    head_name="A. Person",
    head_status="in-post",
    is_closed=False,
)


def words_of(before, after):
    return [unit_changes.plain(phrase) for phrase in unit_changes.find_changes(before, after)]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "Archives"}, "Renamed from Records to Archives"),
        ({"acronym": "ARC"}, "Acronym changed from REC to ARC"),
        ({"acronym": ""}, "No longer called REC for short"),
        ({"kind": "directorate"}, "Changed from an office to a directorate"),
        ({"parent": 2, "above": "South"}, "Moved from North to South"),
        ({"parent": None, "above": ""}, "No longer part of North"),
        ({"head_name": "B. Person"}, "New head: B. Person, Director"),
        (
            {"head_name": "B. Person", "head_status": "acting"},
            "New head: B. Person, Director (acting)",
        ),
        ({"head_status": "acting"}, "A. Person now acting head"),
        ({"head_name": "", "head_status": "vacant"}, "Post vacant: Director"),
        (
            {"head_name": "", "head_status": "vacant", "head_title": ""},
            "The head’s post became vacant",
        ),
        ({"head_name": ""}, "The head is no longer named"),
        ({"head_title": "Chief"}, "New title of the head: Chief"),
        ({"duties": "1,2"}, "Responsibilities changed"),
        ({"text": "New"}, "Text revised"),
        ({"contact": "New"}, "Contact changed"),
        ({"is_closed": True}, "Closed"),
        ({"is_closed": True, "successors": ("A",)}, "Closed; its place was taken by A"),
        (
            {"is_closed": True, "successors": ("A", "B", "C")},
            "Closed; its place was taken by A, B and C",
        ),
        ({"slug": "other"}, "Details revised"),
        ({}, "Details revised"),
    ],
)
def test_a_change_has_its_words(changes, words):
    assert words_of(OFFICE, replace(OFFICE, **changes)) == [words]


def test_the_responsibilities_that_end_with_a_closing_are_no_change_of_their_own():
    after = replace(OFFICE, duties="", is_closed=True)
    assert words_of(replace(OFFICE, duties="1"), after) == ["Closed"]


def test_a_new_acronym_is_told():
    assert words_of(replace(OFFICE, acronym=""), OFFICE) == ["New acronym: REC"]


def test_a_closed_unit_opens_again_or_has_its_successors_corrected():
    closed = replace(OFFICE, is_closed=True)
    assert words_of(closed, OFFICE) == ["Opened again"]
    assert words_of(closed, replace(closed, successors=("A",))) == [
        "What took its place was corrected"
    ]


def test_the_first_version_is_a_creation():
    assert words_of(None, OFFICE) == ["Created as an office; part of North"]
    assert words_of(None, replace(OFFICE, above="", kind="directorate")) == [
        "Created as a directorate"
    ]
    assert words_of(None, replace(OFFICE, is_closed=True)) == ["First version here, already closed"]


def test_the_most_telling_change_comes_first():
    after = replace(OFFICE, text="New", parent=2, above="South", name="Archives")
    assert words_of(OFFICE, after) == [
        "Renamed from Records to Archives",
        "Moved from North to South",
        "Text revised",
    ]


def test_a_move_out_of_nothing_names_the_new_place_only():
    before = replace(OFFICE, parent=None, above="", above_at_end="")
    assert words_of(before, OFFICE) == ["Moved to North"]


def test_names_are_marked_as_content():
    [phrase] = unit_changes.find_changes(OFFICE, replace(OFFICE, name="Archives"))
    assert [part.text for part in phrase if part.is_content] == ["Records", "Archives"]


def test_every_phrase_has_parts_only():
    """A name that is missing must never become the word None."""
    empty = replace(OFFICE, head_title="", above="", above_at_end="", head_name="")
    for before in (OFFICE, empty):
        for after in (empty, replace(empty, parent=9), replace(OFFICE, parent=9, name="X")):
            for phrase in unit_changes.find_changes(before, after):
                assert all(isinstance(part.text, str) for part in phrase)
