"""What a unit's badges say in the tree of the first page."""

from datetime import UTC, datetime

import pytest

from directorates.rules import tree_states
from directorates.rules.tree_states import Mark

DAY = datetime(2027, 1, 1, tzinfo=UTC)
NOW = {"name": "Office", "acronym": "O", "parent_id": 1, "is_closed": False}


def draft(**changes):
    nothing = {
        "has_unpublished_changes": False,
        "saved_by__username": None,
        "saved_by__first_name": None,
        "saved_by__last_name": None,
        "change_set_id": None,
        "change_set__title": None,
        "change_set__effective_from": None,
    }
    return NOW | nothing | changes


def coming(**changes):
    return NOW | {"effective_from": DAY, "change_set_id": None} | changes


def test_a_published_unit_without_changes_has_no_mark():
    assert tree_states.marks_of(draft(), NOW, ()) == ()


def test_a_draft_names_its_writer():
    unsaved = draft(has_unpublished_changes=True, saved_by__username="ann")
    assert tree_states.marks_of(unsaved, NOW, ()) == (Mark("draft", "Draft by ann"),)
    named = unsaved | {"saved_by__first_name": "Ann", "saved_by__last_name": "Other"}
    assert tree_states.marks_of(named, NOW, ())[0].words == "Draft by Ann Other"
    by_nobody = draft(has_unpublished_changes=True)
    assert tree_states.marks_of(by_nobody, None, ())[0].words == "Draft"


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (NOW, {"is_closed": True}, "Closes"),
        (None, {}, "New"),
        (NOW, {"parent_id": 2, "name": "Other"}, "Moves"),
        (NOW, {"name": "Other"}, "Renamed"),
        (NOW, {"acronym": "P"}, "Renamed"),
        (NOW, {}, "New text"),
    ],
)
def test_a_change_is_named_by_what_matters_most(before, after, words):
    (mark,) = tree_states.marks_of(draft(), before, [coming(**after)])
    assert mark == Mark("scheduled", words, DAY)
    in_set = draft(change_set_id=7, change_set__title="A set", **after)
    (mark,) = tree_states.marks_of(in_set, before, ())
    assert mark == Mark("set", words, None, 7, "A set")


def test_each_scheduled_version_is_compared_with_the_one_before_it():
    renamed, then_closed = coming(name="Other"), coming(name="Other", is_closed=True)
    marks = tree_states.marks_of(draft(), NOW, [renamed, then_closed])
    assert [mark.words for mark in marks] == ["Renamed", "Closes"]
