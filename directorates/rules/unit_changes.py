"""What changed from one published version of a unit to the next, in words. Pure: values in, phrases out.

A phrase is a tuple of parts, because names may be in another language than the words around them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from directorates.rules import outcomes


class Part(NamedTuple):
    """A piece of a phrase. `is_content` marks a name or another text of the record."""

    text: str
    is_content: bool = False


Phrase = tuple[Part, ...]


@dataclass(frozen=True)
class Version:
    """The values of a published version that its history tells.

    `parent` identifies the unit above. `above` is its name when the version took effect, `above_at_end` when the
    version ended; both are '' if it is withheld. `duties`, `text` and `contact` are values to compare, of any kind.
    """

    name: str
    acronym: str
    kind: str
    slug: str
    parent: object
    above: str
    above_at_end: str
    head_title: str
    head_name: str
    head_status: str
    is_closed: bool
    duties: object = ""
    text: object = ""
    contact: object = ""
    outcome: str = ""
    successors: tuple[str, ...] = ()


def find_changes(before: Version | None, after: Version) -> tuple[Phrase, ...]:
    """Return what changed, the most telling change first: at least one phrase.

    Without `before`, the version is the unit's first.
    """
    if before is None:
        return (_describe_creation(after),)
    finders = (_closed, _renamed, _changed_kind, _moved, _head, _duties, _text, _contact)
    found = [phrase for find in finders if (phrase := find(before, after))]
    return tuple(found) or (REVISED,)


def have_new_duties(before: Version, after: Version) -> bool:
    """Whether an open unit has other responsibilities. That a closing ends them goes without saying."""
    return before.duties != after.duties and not after.is_closed


def words(*parts) -> Phrase:
    """Return a phrase. A text is the program's own; a tuple of one text is content."""
    return tuple(
        Part(part) if isinstance(part, str) else Part(part[0], is_content=True) for part in parts
    )


#: What changed is in no other phrase, or is withheld.
REVISED = words("Details revised")


def plain(phrase: Phrase) -> str:
    """Return a phrase as text."""
    return "".join(part.text for part in phrase)


def listed(names: Sequence[str]) -> tuple:
    """Return the arguments of `words` for a list of names, like "A, B and C"."""
    parts = []
    for number, name in enumerate(names):
        if number:
            parts.append(" and " if number == len(names) - 1 else ", ")
        parts.append((name,))
    return tuple(parts)


def describe_closing(outcome: str, successors: Sequence[str]) -> Phrase:
    """Return the words for a unit that closed, with the names of the units that took over."""
    if not successors:
        return words("Closed without a successor" if outcome == outcomes.NONE else "Closed")
    return words(outcomes.IN_HISTORY[outcome], *listed(successors))


def _describe_creation(after):
    if after.is_closed:
        return words("First version here, already closed")
    within = ("; part of ", (after.above,)) if after.above else ()
    return words(f"Created as {_article(after.kind)} {after.kind}", *within)


def _article(kind):
    return "a" if kind == "directorate" else "an"


def _closed(before, after):
    if after.is_closed and not before.is_closed:
        return describe_closing(after.outcome, after.successors)
    if before.is_closed and not after.is_closed:
        return words("Opened again")
    if after.is_closed and (before.outcome, before.successors) != (after.outcome, after.successors):
        return words("What took its place was corrected")
    return None


def _renamed(before, after):
    if before.name != after.name:
        return words("Renamed from ", (before.name,), " to ", (after.name,))
    if before.acronym == after.acronym:
        return None
    if before.acronym and after.acronym:
        return words("Acronym changed from ", (before.acronym,), " to ", (after.acronym,))
    return (
        words("New acronym: ", (after.acronym,))
        if after.acronym
        else words("No longer called ", (before.acronym,), " for short")
    )


def _changed_kind(before, after):
    if before.kind == after.kind:
        return None
    return words(
        f"Changed from {_article(before.kind)} {before.kind} to {_article(after.kind)} {after.kind}"
    )


def _moved(before, after):
    if before.parent == after.parent:
        return None
    # The name of a unit above may be withheld.
    was, now = ((name,) if name else "another unit" for name in (before.above_at_end, after.above))
    if after.parent is None:
        return words("No longer part of ", was)
    return (
        words("Moved from ", was, " to ", now) if before.above_at_end else words("Moved to ", now)
    )


def _head(before, after):
    was, now = (
        (v.head_name, v.head_status if v.head_status != "in-post" else "") for v in (before, after)
    )
    if was == now:
        is_new_title = before.head_title != after.head_title and after.head_title
        return words("New title of the head: ", (after.head_title,)) if is_new_title else None
    post = (after.head_title,) if after.head_title else None
    if after.head_status == "vacant":
        return words("Post vacant: ", post) if post else words("The head’s post became vacant")
    if not after.head_name:
        return words("The head is no longer named")
    acting = " (acting)" if after.head_status == "acting" else ""
    if before.head_name == after.head_name:
        return words((after.head_name,), " now acting head" if acting else " now head in post")
    named = ((after.head_name,), ", ", post) if post else ((after.head_name,),)
    return words("New head: ", *named, *([acting] if acting else []))


def _duties(before, after):
    return words("Responsibilities changed") if have_new_duties(before, after) else None


def _text(before, after):
    return words("Text revised") if before.text != after.text else None


def _contact(before, after):
    return words("Contact changed") if before.contact != after.contact else None
