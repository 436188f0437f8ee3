"""The first page: the organization as a tree, and beside it what waits for a person, and what takes effect soon."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from directorates.admin.keys import read_key
from directorates.admin.records.due_rows import due_rows
from directorates.models import ChangeSet, Unit, UnitContent
from directorates.queries import assignments, permissions, visibility
from directorates.queries.staff import audit_trail, dashboard, unit_tree, withholding
from directorates.rules import tree_states
from directorates.rules.tree_states import STATES

#: How many of a person's own steps the page lists.
LATEST_STEPS = 10
#: How many units the page shows at once. Branches beyond are read when they are opened.
MOST_NODES = 150
#: How many units that match the words or the state are shown, and how many closed ones.
MOST_FOUND = 60
#: How many units are listed directly below one. After them comes a link to the list of all.
MOST_BESIDE = 100
MOST_CHARACTERS = 200

#: The words and the icon of each state on its chip.
CHIPS = {
    tree_states.DRAFT: ("Draft", "pen"),
    tree_states.IN_SET: ("In a set", "set"),
    tree_states.SCHEDULED: ("Scheduled", "clock"),
    tree_states.CLOSED: ("Closed", "closed"),
}
ICONS = {state: icon for state, (_, icon) in CHIPS.items()}


@dataclass(frozen=True)
class Chip:
    state: str
    label: str
    icon: str
    count: int
    is_current: bool


@dataclass(frozen=True)
class Badge:
    state: str
    icon: str
    #: What the color says, for those who do not see it.
    kind: str
    words: str
    effective_from: object
    url: str


@dataclass(frozen=True)
class Branch:
    """A unit as the page shows it. `below` is None where the units below are read when they are asked for."""

    node: unit_tree.Node
    url: str
    badges: tuple[Badge, ...]
    add_url: str
    #: When the public could first read what it reads now, or None.
    published_at: datetime | None
    below: tuple["Branch", ...] | None
    is_open: bool = True
    is_found: bool = True
    #: How many units directly below are not listed.
    more: int = 0


class _Drawing:
    """Turns nodes into branches, for one person and one request."""

    def __init__(self, user, at, *, shown=None, found=None):
        self.at = at
        self.may_add = bool(permissions.may(user, "add", Unit))
        #: The nodes to show, or None for all. `found` are those that were looked for.
        self.shown, self.found = shown, found
        self.left = MOST_NODES

    def draw(self, nodes, closed):
        """Return the branches of these nodes, and of these closed units.

        The units below are shown level by level, as many as the page may hold. One query for all.
        """
        open_nodes, level, drawn = set(), list(nodes), [*nodes, *closed]
        self.left -= len(level)
        while level:
            following = []
            for node in level:
                below = self._below(node)[:MOST_BESIDE]
                if below and len(below) <= self.left:
                    self.left -= len(below)
                    open_nodes.add(node)
                    following += below
            level = following
            drawn += following
        self.days = unit_tree.days_of(drawn, at=self.at)
        return {
            "branches": tuple(self._branch(node, open_nodes) for node in nodes),
            "closed": tuple(self._branch(node, open_nodes) for node in closed),
        }

    def _below(self, node):
        return [one for one in node.below if self.shown is None or one in self.shown]

    def _branch(self, node, open_nodes):
        below = self._below(node)
        is_open = node in open_nodes
        listed = below[:MOST_BESIDE]
        return Branch(
            node=node,
            url=form_url(node),
            badges=tuple(_badge(node, mark) for mark in node.marks),
            add_url=self._add_url(node),
            published_at=self.days.get(node.pk),
            below=tuple(self._branch(one, open_nodes) for one in listed)
            if is_open or not below
            else None,
            is_open=is_open,
            is_found=self.found is None or node in self.found,
            more=len(below) - len(listed) if is_open else 0,
        )

    def _add_url(self, node):
        if not (self.may_add and node.is_own) or node.is_closed:
            return ""
        kind = "directorate" if node.kind == UnitContent.Kind.AGENCY else "office"
        return f"{reverse(f'admin:directorates_{kind}_add')}?parent={node.pk}"


def form_url(node):
    return reverse(f"admin:directorates_{node.kind}_change", args=[node.pk])


def _badge(node, mark):
    url = form_url(node)
    if mark.state == tree_states.SCHEDULED:
        url = reverse("admin:calendar")
    if mark.change_set is not None:
        url = reverse("admin:directorates_changeset_change", args=[mark.change_set])
    kind = {tree_states.SCHEDULED: "Scheduled", tree_states.IN_SET: "In a change set"}
    return Badge(
        mark.state,
        ICONS[mark.state],
        kind.get(mark.state, ""),
        mark.words,
        mark.effective_from,
        url,
    )


def tree_context(request, *, at):
    """Return what the tree's template reads. The address may name words, a state, or a unit to begin with."""
    tree = unit_tree.get(request.user, at=at)
    words = request.GET.get("q", "").replace("\0", " ").strip()[:MOST_CHARACTERS]
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    top = tree.nodes.get(read_key(request.GET.get("below", "")))
    counts = tree.counts()
    context = {
        "tree": tree,
        "words": words,
        "state": state,
        "count": len(tree.nodes),
        "public_count": tree.public_count,
        "chips": [
            Chip(name, label, icon, counts[name], name == state)
            for name, (label, icon) in CHIPS.items()
            if counts[name] or name == state or name != tree_states.CLOSED
        ],
        "top": top,
        "path": [(node, form_url(node)) for node in tree.path_to(top)] if top else [],
    }
    if words or state:
        return context | _found(request.user, at, tree, words, state)
    closed = tree.closed[:MOST_FOUND] if top is None else ()
    drawn = _Drawing(request.user, at).draw([top] if top else tree.roots, closed)
    return (
        context
        | drawn
        | {
            "closed_more": len(tree.closed) - len(closed) if top is None else 0,
            "closed_count": len(tree.closed),
        }
    )


def _found(user, at, tree, words, state):
    """Return the units that were looked for, each under the units above it."""
    found = tree.find(words, state)
    listed = set(found[:MOST_FOUND])
    shown = set(listed)
    for node in listed:
        if not node.is_closed:
            shown.update(tree.path_to(node))
    drawing = _Drawing(user, at, shown=shown, found=listed)
    drawing.left = len(shown)
    drawn = drawing.draw(
        [node for node in tree.roots if node in shown],
        [node for node in tree.closed if node in listed],
    )
    return drawn | {
        "found_count": len(found),
        "found_more": len(found) - len(listed),
        "closed_more": 0,
        "closed_count": sum(node.is_closed for node in found),
    }


def tree_view(request, site):
    """Return the tree alone, for the script that filters while one types and opens branches."""
    if not visibility.can_see_drafts(request.user):
        raise PermissionDenied("Your account may not see the drafts of the organization.")
    context = tree_context(request, at=timezone.now())
    return render(request, "admin/_tree.html", context)


def first_page_context(request, site):
    """Return what the first page shows to this person."""
    at, user = timezone.now(), request.user
    may_review = bool(permissions.may(user, "approve", ChangeSet))
    found = dashboard.get(user, at=at, may_review=may_review)
    may_withhold = bool(permissions.may_withhold_any(user))
    context = {
        "dashboard": found,
        "sets_waiting": len(found.to_review) + len(found.returned),
        "due": due_rows(site, found.due.records),
        "overdue": due_rows(site, found.overdue.records),
        "latest_steps": [
            (step, site.url_of(step.record_model, step.record_pk))
            for step in audit_trail.latest_of(user, count=LATEST_STEPS)
            if site.may_see(request, step.record_model)
        ],
        "first_steps": {
            "may_change": bool(permissions.may(user, "change", Unit)),
            "may_publish": settings.AUTHORS_MAY_APPROVE
            and bool(permissions.may(user, "publish", Unit)),
        },
        "may_add": bool(permissions.may(user, "add", Unit)),
        "requests_to_withhold": withholding.count_waiting_for(user, at=at) if may_withhold else 0,
        "began_records": [
            (record, site.url_of(record._meta.label_lower, record.pk))
            for record in found.began_records
        ],
    }
    if visibility.can_see_drafts(user):
        shown = tree_context(request, at=at)
        context |= shown | {"own_places": _own_places(user, shown["tree"])}
    return context


def _own_places(user, tree):
    """Return the units that a person was given: the highest of those that the person works on."""
    if assignments.is_assigned_everywhere(user):
        return []
    above = tree.nodes
    return [
        (node, form_url(node))
        for node in above.values()
        if node.is_own and not (node.parent_id in above and above[node.parent_id].is_own)
    ]
