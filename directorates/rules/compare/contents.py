"""Carries a change of one content into another: a three-way merge, field by field. Pure.

`base` is the content before the change, `mine` the changed one, and `theirs` the content that takes the change.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from directorates.rules.compare.merging import Part, join, merge
from directorates.rules.content import markup, text

#: How a value is merged: rich text by paragraph, lists of ids by item, all else as a whole.
RICH, IDS, WHOLE = "rich", "ids", "whole"

THEIRS, MINE, BOTH = "theirs", "mine", "both"


def merge_value(kind: str, base: Any, theirs: Any, mine: Any) -> tuple[Part, ...]:
    """Return the parts of a value. A clash is where both sides differ from the base and from each other."""
    whole = Part(base, theirs, mine)
    sides = base, theirs, mine
    if kind == RICH:
        if any(text.find_excess(side or "") for side in sides):
            kind = WHOLE
        else:
            # Markup that only the rich-text editor rewrites is no one's change.
            sides = tuple(markup.as_in_editor(text.sanitize(side or "")) for side in sides)
    if sides[1] in (sides[0], sides[2]):
        return (replace(whole, merged=mine),)
    if sides[2] == sides[0]:
        return (replace(whole, merged=theirs),)
    if kind == IDS:
        was, their, my = map(set, sides)
        merged = sorted((their | my) - (was - their) - (was - my))
        return (replace(whole, merged=merged),)
    if kind == RICH and (parts := merge(*sides)):
        return parts
    return (replace(whole, is_clash=True),)


def choice_name(field: str, part: Part) -> str:
    """Return the name of the question about a clash. Equal clashes in several versions are one question."""
    return f"{field}-{part.key}"


def find_clashes(parts: Mapping[str, tuple[Part, ...]]) -> dict[str, tuple[str, Part]]:
    """Return {name of the question: (field, part)} of the clashes in a content."""
    return {
        choice_name(field, part): (field, part)
        for field, own in parts.items()
        for part in own
        if part.is_clash
    }


def may_choose(kind: str, part: Part) -> tuple[str, ...]:
    """Return the answers to the question about a clash. Both can stay only as paragraphs of a text."""
    return (THEIRS, MINE, BOTH) if kind == RICH and part.theirs and part.mine else (THEIRS, MINE)


def choose_value(field: str, parts: tuple[Part, ...], choices: Mapping[str, str]) -> Any:
    """Return the merged value with every choice made."""

    def chosen(part):
        answer = choices[choice_name(field, part)]
        if answer == BOTH:
            return f"{part.theirs}{part.mine}"
        return part.mine if answer == MINE else part.theirs

    if len(parts) == 1:
        return chosen(parts[0]) if parts[0].is_clash else parts[0].merged
    return join(parts, choose=chosen)
