"""What the records say, for the consistency check. Pure."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from directorates.rules.content.number_phrases import Claim
from directorates.rules.content.reference_words import Facts

WORD = re.compile(r"[\w&]+(?:['’-][\w&]+)*")


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


@dataclass(frozen=True)
class NamedUnit:
    """What a name or an acronym is of a unit."""

    unit: UnitRecord
    is_acronym: bool
    #: "present", "former" or "closed".
    state: str


@dataclass
class Records:
    units: Mapping[str, UnitRecord]
    figures: Mapping[str, FigureRecord]
    #: The words of references.
    facts: Facts = field(default_factory=Facts)
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


class NameIndex:
    """Finds the names and acronyms of units in a text, in one pass over its words."""

    def __init__(self, units):
        self._tree = {}
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
        # What a unit is called now has precedence over what another one was called.
        for name, named in (*present, *others):
            node = self._tree
            for word in WORD.findall(name):
                node = node.setdefault(word, {})
            if node is not self._tree:
                node.setdefault("", []).append(named)
            if named.is_acronym and named.state != "present":
                self.outdated_acronyms.add(name)

    def find(self, words):
        """Yield (begin, end, NamedUnits) of the longest names in a text. The first unit of a name is an open one."""
        tokens = list(WORD.finditer(words))
        position = 0
        while position < len(tokens):
            node, longest = self._tree, None
            for number in range(position, len(tokens)):
                node = node.get(tokens[number][0])
                if node is None:
                    break
                if "" in node:
                    longest = number, node[""]
            if longest is None:
                position += 1
                continue
            last, units = longest
            yield tokens[position].start(), tokens[last].end(), units
            position = last + 1
