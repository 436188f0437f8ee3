"""The former names of a unit, from the rows of its timeline. Pure: rows in, names out."""

from dataclasses import dataclass
from datetime import datetime

from directorates.rules.content.lines import fold

#: The most names that a page lists.
MOST_NAMES = 5


@dataclass(frozen=True)
class FormerName:
    """A former name, acronym or both. `name` is '' if only the acronym changed, `acronym` if it stayed.

    `until` is the instant at which the unit had it last, or None if that day is unknown.
    """

    name: str
    acronym: str
    until: datetime | None


def find(rows, *, name, acronym):
    """Return the names that differ from the present `name` and `acronym`, the newest first, at most MOST_NAMES.

    `rows` are a unit's editions up to now, in order of time, each with `name`, `acronym`, `effective_until`,
    `beginning_is_known` and `is_withheld`. The names of withheld rows are left out. A name that differs only in letter case is no other name. A name
    that the unit had twice is listed once.
    """
    rows = list(rows)
    found, names, acronyms = [], {fold(name)}, {fold(acronym), ""}
    for row, follower in zip(reversed(rows), [None, *reversed(rows)], strict=False):
        if row.is_withheld:
            continue
        other_name = "" if fold(row.name) in names else row.name
        other_acronym = "" if fold(row.acronym) in acronyms else row.acronym
        names.add(fold(row.name))
        acronyms.add(fold(row.acronym))
        if other_name or other_acronym:
            until = row.effective_until if follower and follower.beginning_is_known else None
            found.append(FormerName(other_name, other_acronym, until))
    return tuple(found[:MOST_NAMES])
