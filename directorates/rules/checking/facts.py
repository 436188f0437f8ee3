"""What the records say, for the consistency check. Pure."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from directorates.rules.checking.passages import TOKEN
from directorates.rules.content.number_phrases import Claim

WORD = re.compile(r"[\w&]+(?:['’-][\w&]+)*")
#: A word of a name. The “'s” of “the office's files” is a word of its own, so that the name before it is found.
_NAME_WORD = re.compile(r"[\w&]+(?:['’-](?!s(?![\w&]))[\w&]+)*")


@dataclass(frozen=True)
class UnitRecord:
    """A unit as the check knows it. The former values are those of past versions."""

    identifier: str
    name: str
    acronym: str = ""
    kind: str = "office"
    role: str = ""
    parent: str = ""
    head: str = ""
    is_closed: bool = False
    former_names: tuple[str, ...] = ()
    former_acronyms: tuple[str, ...] = ()
    former_heads: tuple[str, ...] = ()


@dataclass(frozen=True)
class FigureRecord:
    identifier: str
    unit: str
    claim: Claim
    counts_employees: bool = False
    former_values: tuple[Decimal, ...] = ()


class NamedUnit(NamedTuple):
    """What a name or an acronym is of a unit."""

    unit: UnitRecord
    is_acronym: bool
    #: "present", "former" or "closed".
    state: str


@dataclass
class Records:
    units: Mapping[str, UnitRecord]
    figures: Mapping[str, FigureRecord]
    is_english: bool = True

    @cached_property
    def figures_of(self):
        found = defaultdict(list)
        for figure in self.figures.values():
            found[figure.unit].append(figure)
        return found

    @cached_property
    def open_below(self):
        """{unit: open units directly below}."""
        found = defaultdict(list)
        for unit in self.units.values():
            if not unit.is_closed and unit.parent:
                found[unit.parent].append(unit)
        return found

    @cached_property
    def open_by_name(self):
        """{name or acronym: open unit}. A name has precedence over the same acronym."""
        opened = [unit for unit in self.units.values() if not unit.is_closed]
        by_acronym = {unit.acronym: unit for unit in opened if unit.acronym}
        return by_acronym | {unit.name: unit for unit in opened}

    def all_below(self, identifier):
        level, seen = list(self.open_below[identifier]), []
        while level:
            seen += level
            level = [lower for unit in level for lower in self.open_below[unit.identifier]]
        return seen

    def chain(self, identifier):
        """Return the identifiers of a unit and of all units above it."""
        found = []
        while identifier in self.units and identifier not in found:
            found.append(identifier)
            identifier = self.units[identifier].parent
        return found

    @cached_property
    def names(self):
        return NameIndex(self.units.values())

    @cached_property
    def former_heads(self):
        """{name: unit} of people who head no unit now."""
        present = {unit.head for unit in self.units.values() if not unit.is_closed}
        found = {}
        for unit in self.units.values():
            for name in unit.former_heads:
                if name not in present and len(name.split()) > 1:
                    found[name] = unit
        return found

    @cached_property
    def _former_heads_by_token(self):
        """{first token: (place among the former heads, name, unit) of those who have it}."""
        found = defaultdict(list)
        for place, (name, unit) in enumerate(self.former_heads.items()):
            found[_first_token(name)].append((place, name, unit))
        return found

    def former_heads_in(self, passage):
        """Return the (name, unit) of former heads whose first word is in a passage: all that it can name."""
        by_token = self._former_heads_by_token
        found = [
            one for token in by_token.keys() & {"", *passage.tokens} for one in by_token[token]
        ]
        return [(name, unit) for _, name, unit in sorted(found, key=lambda one: one[0])]


def _first_token(name):
    token = TOKEN.search(name)
    return token[0] if token else ""


class NameIndex:
    """Finds the names and acronyms of units in a text, in one pass over its words.

    The names are a tree of their words. A branch grows when a text has the words before it, as few texts name many
    units, and a tree of 50,000 names takes a second.
    """

    def __init__(self, units):
        #: The acronyms that are found as those of former times.
        self.outdated_acronyms = set()
        present, others = [], []
        for unit in units:
            state = "closed" if unit.is_closed else "present"
            own = present if state == "present" else others
            own.append((unit.name, NamedUnit(unit, False, state)))
            if unit.acronym:
                own.append((unit.acronym, NamedUnit(unit, True, state)))
            if state == "present":
                others += [(name, NamedUnit(unit, False, "former")) for name in unit.former_names]
                others += [(name, NamedUnit(unit, True, "former")) for name in unit.former_acronyms]
        for name, named in others:
            if named.is_acronym:
                self.outdated_acronyms.add(name)
        # What a unit is called now has precedence over what another one was called.
        self._tree = _Branch([(name, 0, named) for name, named in (*present, *others)])

    @cached_property
    def _first_tokens(self):
        return {_first_token(word) for word in self._tree.branches}

    def can_be_in(self, passage):
        """Whether a passage has the beginning of any name."""
        return "" in self._first_tokens or not self._first_tokens.isdisjoint(passage.tokens)

    def find(self, words):
        """Yield (begin, end, NamedUnits) of the longest names in a text. The first unit of a name is an open one."""
        tokens = list(_NAME_WORD.finditer(words))
        begin, first = 0, self._tree.branches
        for position, token in enumerate(tokens):
            if position < begin or token[0] not in first:
                continue
            branch, longest = first[token[0]], None
            for last in range(position + 1, len(tokens) + 1):
                if branch.units:
                    longest = last, branch.units
                branch = branch.branches.get(tokens[last][0]) if last < len(tokens) else None
                if branch is None:
                    break
            if longest is not None:
                begin, units = longest
                yield token.start(), tokens[begin - 1].end(), units


class _Branch:
    """The names that begin with the same words. `units` have exactly these words, `branches` are by the next word."""

    def __init__(self, names):
        #: (name, place after the words of this branch, NamedUnit).
        self._names = names

    @cached_property
    def _grown(self):
        units, below = [], defaultdict(list)
        for name, place, named in self._names:
            word = _NAME_WORD.search(name, place)
            if word:
                below[word[0]].append((name, word.end(), named))
            else:
                units.append(named)
        return units, {word: _Branch(names) for word, names in below.items()}

    @property
    def units(self):
        return self._grown[0]

    @property
    def branches(self):
        return self._grown[1]
