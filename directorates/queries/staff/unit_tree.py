"""The organization as a tree for staff: every unit with its state, in five queries for any size.

The rows of all units are read as tuples: at 5,000 units, dicts and objects would cost more than the queries.

A unit stands where the public sees it or, before its first publication, where its draft puts it. Its name is the
draft's, as in the lists and on the form.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from directorates.models import Unit, UnitContent, UnitEdition
from directorates.models.records.edition import UPDATED_AT
from directorates.queries import assignments
from directorates.rules import tree_states
from directorates.rules.content.alphabet import plain_words
from directorates.rules.tree_states import Mark

#: What is read of a unit in force or scheduled, to say what a change is.
_COLUMNS = ("unit_id", "parent_id", "name", "acronym", "is_closed")
#: What is read of a working record.
_DRAFT_COLUMNS = (
    *("id", "parent_id", "kind", "role", "name", "acronym", "is_closed"),
    *("has_unpublished_changes", "saved_by__username", "saved_by__first_name"),
    *("saved_by__last_name", "change_set_id", "change_set__title", "change_set__effective_from"),
)
_IS_CHANGED, _CHANGE_SET = map(_DRAFT_COLUMNS.index, ("has_unpublished_changes", "change_set_id"))


@dataclass(eq=False, slots=True)
class Node:
    """A unit in the tree. `below` are the open units directly below it, in the order of the public lists."""

    pk: int
    kind: str
    role: str
    name: str
    acronym: str
    parent_id: int | None
    #: Whether the public reads something of it, which also says that it is closed.
    is_published: bool
    is_closed: bool
    marks: tuple[Mark, ...]
    below: list["Node"] = field(default_factory=list)
    #: How many units are below it at all levels.
    count_below: int = 0
    is_own: bool = False

    @property
    def label(self):
        return f"{self.name} ({self.acronym})" if self.acronym else self.name

    @property
    def short_name(self):
        return self.acronym or self.name

    @property
    def is_public(self):
        return self.is_published and not self.is_closed

    @property
    def states(self):
        """The names of the states by which the tree is filtered."""
        return {mark.state for mark in self.marks} | ({"closed"} if self.is_closed else set())

    @property
    def kind_label(self):
        if self.kind == UnitContent.Kind.DIRECTORATE and self.role:
            return f"{self.role.capitalize()} directorate"
        return self.kind.capitalize()


@dataclass(frozen=True)
class Tree:
    """`roots` are the units without a unit above, `closed` those that no longer exist, by name."""

    roots: tuple[Node, ...]
    closed: tuple[Node, ...]
    nodes: dict[int, Node]

    @property
    def public_count(self):
        return sum(node.is_public for node in self.nodes.values())

    def counts(self):
        """Return {name of a state: number of units in it}."""
        counts = dict.fromkeys(tree_states.STATES, 0)
        for node in self.nodes.values():
            for state in node.states:
                counts[state] += 1
        return counts

    def path_to(self, node):
        """Return the units from the top down to the one above `node`."""
        path, above = [], self.nodes.get(node.parent_id)
        while above is not None and above not in path:
            path.insert(0, above)
            above = self.nodes.get(above.parent_id)
        return path

    def find(self, words="", state=""):
        """Return the units with all the words in their name or acronym, and in this state, in their order.

        Accents, capitals and signs do not matter.
        """
        wanted = plain_words(words).split()
        return [
            node
            for node in self.nodes.values()
            if (not state or state in node.states) and _has_words(_plain(node.label), wanted)
        ]


def get(user, *, at) -> Tree:
    """Return the tree: four queries at most, for any size of the organization."""
    in_force = _read_in_force(at)
    scheduled = _read_scheduled(at)
    nodes = {}
    for row in Unit.objects.order_by("position", "sort_key", "pk").values_list(*_DRAFT_COLUMNS):
        pk, parent_id, kind, role, name, acronym = row[:6]
        now = in_force.get(pk)
        coming = scheduled.get(pk, ())
        nodes[pk] = Node(
            pk=pk,
            kind=kind,
            role=role,
            name=name,
            acronym=acronym,
            parent_id=parent_id if now is None else now[1],
            is_published=now is not None,
            is_closed=now is not None and now[-1],
            marks=_marks_of(row, now, coming)
            if coming or row[_IS_CHANGED] or row[_CHANGE_SET]
            else (),
        )
    _mark_own(user, nodes)
    return _grown(nodes)


def days_of(nodes, *, at) -> dict[int, datetime]:
    """Return {unit id: when the public could first read what it reads now} of these units: one query."""
    editions = UnitEdition.objects.in_force(at).of_records([node.pk for node in nodes])
    return dict(editions.annotate(read_from=UPDATED_AT).values_list("unit_id", "read_from"))


def _mark_own(user, nodes):
    """Set `is_own` of a person's units: those assigned, and all below. One query.

    The places are those of `UnitQuerySet.assigned_to`.
    """
    if assignments.is_assigned_everywhere(user):
        for node in nodes.values():
            node.is_own = True
        return
    below = defaultdict(list)
    for node in nodes.values():
        below[node.parent_id].append(node)
    assigned = Unit.objects.filter(assignments__user=user).order_by().values_list("pk", flat=True)
    waiting = [nodes[pk] for pk in assigned if pk in nodes]
    while waiting:
        node = waiting.pop()
        if not node.is_own:
            node.is_own = True
            waiting.extend(below[node.pk])


def _read_in_force(at):
    """Return {unit id: row of `_COLUMNS`}: one query."""
    rows = UnitEdition.objects.in_force(at).order_by().values_list(*_COLUMNS)
    return {row[0]: row for row in rows}


def _read_scheduled(at):
    """Return {unit id: its coming editions as dicts, the next first}: one query."""
    found = defaultdict(list)
    rows = UnitEdition.objects.scheduled(at).order_by("effective_from", "number")
    for row in rows.values(*_COLUMNS, "effective_from", "change_set_id"):
        found[row["unit_id"]].append(row)
    return found


def _marks_of(draft, now, coming):
    draft = dict(zip(_DRAFT_COLUMNS, draft, strict=True))
    return tree_states.marks_of(draft, now and dict(zip(_COLUMNS, now, strict=True)), coming)


def _grown(nodes):
    """Return the tree of these nodes."""
    roots, closed = [], []
    for node in nodes.values():
        above = nodes.get(node.parent_id)
        if node.is_closed:
            closed.append(node)
        elif above is None or above.is_closed:
            roots.append(node)
        else:
            above.below.append(node)
    reached = _count_below(roots)
    # Drafts that were put below each other hang on no root: each is shown at the top, without units below.
    for node in nodes.values():
        if node not in reached and not node.is_closed:
            node.below = []
            roots.append(node)
    return Tree(tuple(roots), tuple(sorted(closed, key=lambda node: _plain(node.name))), nodes)


def _count_below(roots):
    """Set `count_below` of the nodes under these roots; return all of them."""
    reached, waiting = [], list(roots)
    while waiting:
        node = waiting.pop()
        reached.append(node)
        waiting.extend(node.below)
    for node in reversed(reached):
        node.count_below = len(node.below) + sum(below.count_below for below in node.below)
    return set(reached)


def _has_words(text, wanted):
    return all(word in text for word in wanted)


@lru_cache(maxsize=50_000)
def _plain(name):
    return plain_words(name)
