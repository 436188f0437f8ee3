"""The words for what a role may do are made from its permissions."""

import pytest

from directorates.rules import role_words


def every(*prefixes):
    return frozenset().union(
        *(task.permissions for task in role_words.TASKS if task.line.startswith(prefixes))
    )


def test_a_line_takes_all_of_its_permissions():
    groups, single = role_words.lines_of(frozenset({"directorates.add_unit"}))
    assert groups == []
    assert single == {"directorates.add_unit"}


def test_permissions_without_a_line_are_named():
    held = every("Writes") | {"other.do_something"}
    groups, single = role_words.lines_of(held)
    assert groups == [("Writing", ["Writes drafts of units and figures"])]
    assert single == {"other.do_something"}


@pytest.mark.parametrize(
    ("held", "sentences"),
    [
        (
            every("Reads"),
            ("Changes nothing.", "Does not write, approve or publish."),
        ),
        (
            every("Writes", "Puts"),
            (
                "Writes drafts and submits changes for review.",
                "Does not approve or publish, and works only on assigned units.",
            ),
        ),
        (
            every("Writes", "Puts", "Approves", "Publishes", "Works on every"),
            (
                "Writes drafts, submits changes for review, approves or returns what others submitted and publishes.",
                "Works on every unit.",
            ),
        ),
        (
            every("Adds colleagues"),
            ("Adds colleagues.", "Does not write, approve or publish."),
        ),
    ],
)
def test_a_role_is_told_in_two_sentences(held, sentences):
    assert role_words.sentences_of(held) == sentences


def test_one_right_of_a_kind_is_not_denied():
    """Somebody who may change figures alone writes something, so no sentence says “does not write”."""
    first, second = role_words.sentences_of(frozenset({"directorates.change_figure"}))
    assert first == "Has single permissions, and no usual task."
    assert "write" not in second
