"""The parts of a chart that have one place: a box with the units below it as an indented list. Pure."""

from dataclasses import dataclass, replace

from directorates.rules.drawing.shapes import Box, DrawnUnit, Segment, Text, TextLine
from directorates.rules.drawing.text_width import wrap

#: The size of the font of each style, and the height of its lines.
SIZES = {"name": (15, 19), "group": (14, 17), "leaf": (14, 17), "note": (12, 15)}
#: The styles whose face is not bold are narrower than bold ones.
REGULAR = {"leaf": 0.93, "note": 0.93}
PADDING = 12
#: From a unit to the line of the units below it, and from this line to their names.
INDENT, ELBOW = 4, 14
#: Between two units of a list.
SPACE = 3
FIRST_BOX = 400


@dataclass(frozen=True)
class Entry:
    """The texts of a unit, wrapped: (style, lines, whether they are content)."""

    paragraphs: tuple[tuple[str, tuple[str, ...], bool], ...]

    @property
    def height(self):
        return sum(SIZES[style][1] * len(lines) for style, lines, _ in self.paragraphs)

    def placed(self, x, y):
        """Return the texts below y."""
        texts = []
        for style, lines, is_content in self.paragraphs:
            size, height = SIZES[style]
            # The baseline is as far above the end of the line as a font's descent is deep.
            baselines = [y + height * number + size for number in range(len(lines))]
            placed = tuple(map(TextLine, baselines, lines))
            texts.append(Text(style, size, x, placed, is_content))
            y += height * len(lines)
        return tuple(texts)


def entry_of(unit, width, *, style, with_kind=True):
    """Return the Entry of a unit in a column of `width`."""
    further = f"and {unit.hidden:,} others" if unit.below else f"{unit.directly} {unit.further}"
    paragraphs = (
        ("note", unit.kind if with_kind else "", False),
        (style, unit.label, True),
        ("note", unit.head.words if unit.head else "", True),
        ("note", further.strip() if unit.hidden else "", False),
    )
    return Entry(
        tuple(
            (name, _wrapped(words, name, width), is_content)
            for name, words, is_content in paragraphs
            if words
        )
    )


def _wrapped(words, style, width):
    return wrap(words, size=SIZES[style][0] * REGULAR.get(style, 1), width=width)


@dataclass(frozen=True)
class Leaf:
    """A unit in an indented list, with its own list below it."""

    entry: Entry
    below: tuple["Leaf", ...]

    @property
    def height(self):
        return SPACE + self.entry.height + sum(leaf.height for leaf in self.below)


def leaf_of(unit, width):
    style = "group" if unit.directly else "leaf"
    entry = entry_of(unit, width - ELBOW, style=style, with_kind=unit.kind != "Office")
    inner = width - ELBOW - INDENT
    return Leaf(entry, tuple(leaf_of(one, inner) for one in unit.below))


def place_leaves(leaves, *, spine, top):
    """Return the drawn units of a list, its lines and its end. `spine` is the x of its line, which begins at `top`."""
    units, segments, y, last = [], [], top, top
    for leaf in leaves:
        y += SPACE
        last = y + SIZES["leaf"][1] // 2
        segments.append(Segment(spine, last, spine + ELBOW - INDENT, last))
        texts = leaf.entry.placed(spine + ELBOW, y)
        below, own, y = place_leaves(
            leaf.below, spine=spine + ELBOW + INDENT, top=y + leaf.entry.height
        )
        units.append(DrawnUnit(None, texts, tuple(below)))
        segments += own
    if leaves:
        segments.append(Segment(spine, top, spine, last))
    return units, segments, y


@dataclass(frozen=True)
class Block:
    """A box of `width` with the list below it. A part that continues a block has no box."""

    width: int
    head: Entry
    leaves: tuple[Leaf, ...]
    is_continued: bool = False

    @property
    def head_height(self):
        return self.head.height + (0 if self.is_continued else 2 * PADDING)

    @property
    def height(self):
        return self.head_height + sum(leaf.height for leaf in self.leaves)

    def split(self, limit, continuation):
        """Return parts of at most `limit`, if the list can be cut so between two units directly below the box."""
        parts = [replace(self, leaves=())]
        for leaf in self.leaves:
            if parts[-1].leaves and parts[-1].height + leaf.height > limit:
                parts.append(Block(self.width, continuation, (), is_continued=True))
            parts[-1] = replace(parts[-1], leaves=(*parts[-1].leaves, leaf))
        return parts

    def placed(self, x, y, *, box_height=0):
        """Return the drawn unit, its lines and its end. `box_height` is the least height of the box."""
        padding = 0 if self.is_continued else PADDING
        height = max(self.head_height, box_height)
        box = None if self.is_continued else Box(x, y, self.width, height)
        texts = self.head.placed(x + padding, y + padding)
        below, segments, end = place_leaves(self.leaves, spine=x + PADDING, top=y + height)
        return DrawnUnit(box, texts, tuple(below)), segments, end


def block_of(unit, width):
    head = entry_of(unit, width - 2 * PADDING, style="name")
    return Block(width, head, tuple(leaf_of(one, width - PADDING) for one in unit.below))


def continuation_of(unit, width):
    return Entry((("note", _wrapped(f"{unit.short_label}, continued", "note", width), True),))


def place_first(unit, *, x, y):
    """Return the drawn first unit of a chart, without those below it, and the end of its box."""
    head = entry_of(unit, FIRST_BOX - 2 * PADDING, style="name")
    drawn, _, end = Block(FIRST_BOX, head, ()).placed(x, y)
    return drawn, end
