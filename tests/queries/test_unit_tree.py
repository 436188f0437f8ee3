"""The organization as a tree for staff."""

import pytest

from directorates.actions.reviewing import reviewing
from directorates.models import Unit
from directorates.queries import assignments
from directorates.queries.staff import unit_tree
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_directorate,
    make_unit,
    make_user,
    published,
    published_agency,
)

LATER = NOON + DAY


@pytest.fixture
def agency(db):
    return published_agency()


@pytest.fixture
def reader(db):
    return make_user(permissions=["view_unit", "work_on_every_unit"])


def tree_for(user, at=LATER):
    return unit_tree.get(user, at=at)


def labels(nodes):
    return [node.name for node in nodes]


def test_units_stand_below_the_unit_that_they_are_part_of(agency, reader):
    north = published(make_directorate(name="North", parent=agency, position=1))
    published(make_directorate(name="South", parent=agency, position=0))
    published(make_unit(name="Counting", parent=north))
    (root,) = tree_for(reader).roots
    assert root.pk == agency.pk
    assert labels(root.below) == ["South", "North"]
    assert labels(root.below[1].below) == ["Counting"]
    assert (root.count_below, root.below[1].count_below) == (3, 1)


def test_a_draft_that_moves_a_unit_moves_nothing_before_it_is_public(agency, reader):
    north, south = (published(make_directorate(name=name)) for name in ("North", "South"))
    office = published(make_unit(name="Counting", parent=north))
    changed(office, parent=south)
    new = make_unit(name="Never published", parent=south)
    tree = tree_for(reader)
    assert labels(tree.nodes[north.pk].below) == ["Counting"]
    assert labels(tree.nodes[south.pk].below) == ["Never published"]
    assert not tree.nodes[new.pk].is_public


def test_the_tree_counts_the_states(agency, reader):
    draft = changed(published(make_unit()), name="Draft")
    held = changed(published(make_unit()), name="Held")
    reviewing.create(title="A set", records=[held], by=None, at=NOON)
    scheduled = changed(published(make_unit()), name="Later")
    published(scheduled, at=LATER, effective_from=LATER + DAY)
    closed = published(changed(published(make_unit()), is_closed=True), at=NOON + DAY / 2)
    tree = tree_for(reader)
    assert tree.counts() == {"draft": 1, "set": 1, "scheduled": 1, "closed": 1}
    assert [node.pk for node in tree.find(state="draft")] == [draft.pk]
    assert [node.pk for node in tree.closed] == [closed.pk]
    assert tree.public_count == 4


@pytest.mark.parametrize("words", ["etudes", "ÉTUDES", "bureau etudes", "be-7", "etud"])
def test_a_unit_is_found_without_accents_capitals_and_signs(agency, reader, words):
    published(make_unit(name="Bureau d’Études", acronym="BE-7"))
    assert labels(tree_for(reader).find(words)) == ["Bureau d’Études"]


def test_the_days_are_those_from_which_the_public_could_read(agency, reader):
    office = published(make_unit(), at=NOON, effective_from=LATER)
    new = make_unit()
    nodes = tree_for(reader, at=LATER + DAY).nodes
    days = unit_tree.days_of([nodes[office.pk], nodes[new.pk]], at=LATER + DAY)
    assert days == {office.pk: LATER}


def test_a_persons_units_are_those_of_the_assignments(agency):
    north, south = (published(make_directorate(name=name)) for name in ("North", "South"))
    office = published(make_unit(parent=north))
    make_unit(parent=office)
    changed(published(make_unit(parent=north)), parent=south)
    person = make_user(role="Editor", units=[north])
    own = {node.pk for node in tree_for(person).nodes.values() if node.is_own}
    assert own == set(assignments.assigned_units(person, at=LATER).values_list("pk", flat=True))
    assert len(own) == 4


def test_drafts_that_are_part_of_each_other_are_shown_at_the_top(agency, reader):
    """No form writes this, and the page must not fail."""
    one, other = make_unit(name="One"), make_unit(name="Other")
    Unit.objects.filter(pk=one.pk).update(parent=other)
    Unit.objects.filter(pk=other.pk).update(parent=one)
    tree = tree_for(reader)
    assert set(labels(tree.roots)) == {"Agency of Examples", "One", "Other"}
    assert tree.path_to(tree.nodes[one.pk])


@pytest.mark.parametrize("number", [1, 12])
def test_the_tree_takes_the_same_queries_for_few_and_for_many(
    agency, number, django_assert_num_queries
):
    for _ in range(number):
        changed(published(make_unit()), name="Draft")
    person = make_user(role="Editor", units=[agency])
    assignments.is_assigned_everywhere(person)
    with django_assert_num_queries(4):
        tree_for(person)
