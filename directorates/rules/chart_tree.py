"""Decides which units a chart of the organization shows. Pure."""

from collections import Counter, defaultdict
from dataclasses import dataclass

#: The most units below its first one that a chart shows. A page of so many takes about 70 KB, 7 KB compressed.
MOST_UNITS = 500
#: The most levels below its first unit that a chart shows.
MOST_LEVELS = 6


@dataclass(frozen=True)
class Branch:
    """A unit of a chart with what is below it.

    `below` has the units directly below that the chart shows. `numbers` is {kind: number} of all units directly
    below, and `total` the number of all units below at any depth.
    """

    unit_id: int
    below: tuple["Branch", ...]
    numbers: dict[str, int]
    total: int

    @property
    def hidden(self):
        """The number of units directly below that the chart does not show."""
        return sum(self.numbers.values()) - len(self.below)

    def walk(self):
        """Yield this unit and all units below that the chart shows, from the top."""
        yield self
        for branch in self.below:
            yield from branch.walk()


@dataclass(frozen=True)
class Tree:
    """`numbers` is {kind: number} of all units below the root, shown or not."""

    root: Branch
    numbers: dict[str, int]


def grow(root, rows, *, most_units=MOST_UNITS, most_levels=MOST_LEVELS):
    """Return the Tree below the unit `root`. `rows` are (unit id, id of the unit above, kind) in the order of the chart.

    The chart shows whole levels, as many as it has room for. It always shows the first level, if need be in part.
    """
    kinds = {unit_id: kind for unit_id, _, kind in rows}
    levels, below = _find_levels(root, rows)
    totals = {}
    for level in reversed(levels):
        for unit_id in level:
            totals[unit_id] = sum(1 + totals[one] for one in below[unit_id])
    depth, shown = 1, len(levels[1])
    for level in levels[2 : most_levels + 1]:
        shown += len(level)
        if shown > most_units:
            break
        depth += 1

    def branch(unit_id, levels_left):
        return Branch(
            unit_id,
            tuple(
                branch(one, levels_left - 1) for one in below[unit_id][: levels_left and most_units]
            ),
            Counter(kinds[one] for one in below[unit_id]),
            totals[unit_id],
        )

    everything = Counter(kinds[unit_id] for level in levels[1:] for unit_id in level)
    return Tree(branch(root, depth), everything)


def _find_levels(root, rows):
    """Return the ids of each level from `root` down, the last level empty, and {unit id: ids directly below}."""
    under = defaultdict(list)
    for unit_id, above, _ in rows:
        under[above].append(unit_id)
    levels, below = [[root]], {}
    while levels[-1]:
        below |= {unit_id: under[unit_id] for unit_id in levels[-1]}
        # Each unit gives what is below it once, so a circle in the records ends.
        levels.append([one for unit_id in levels[-1] for one in under.pop(unit_id)])
    return levels, below
