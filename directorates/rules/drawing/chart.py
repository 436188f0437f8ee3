"""Draws a chart of units: gives each unit of a tree its place in a picture. Pure.

Up to six units below the first one have a column each. If there are more, or if one would be long, they follow each
other in columns of one height, and a line leads down the side of each column.
"""

import math
from dataclasses import dataclass, field

from directorates.rules.drawing.blocks import FIRST_BOX, block_of, continuation_of, place_first
from directorates.rules.drawing.shapes import Drawing, Point, Segment, mirrored

MARGIN = 20
GAP = 20
#: From the first unit down to the units below it. The line between them has its level part in the middle.
FALL = 40
#: Below the chart: the line that says where it comes from.
FOOT = 48
#: More columns than these, or a picture higher than this, take the second form.
MOST_COLUMNS = 6
MOST_HEIGHT = 1400
#: The width of a box in the first form, at least and at most, and in the second.
NARROW, WIDE, ROW = 184, 280, 232
#: The least width of a picture without its margins. A narrower one would look huge in a window.
SHEET = 1000
#: A sheet's width to its height.
PAPER = math.sqrt(2)


def draw(root, *, is_right_to_left=False):
    """Return the Drawing of `root`, a ChartUnit of the page."""
    drawing = None
    if len(root.below) <= MOST_COLUMNS:
        drawing = _draw_side_by_side(root)
    if drawing is None or drawing.height > MOST_HEIGHT:
        drawing = _draw_in_columns(root)
    return mirrored(drawing) if is_right_to_left else drawing


def _draw_side_by_side(root):
    count = len(root.below)
    width = max(NARROW, min(WIDE, (SHEET + GAP) // max(count, 1) - GAP))
    all_columns = count * (width + GAP) - GAP
    whole = 2 * MARGIN + max(SHEET, all_columns)
    first, top = place_first(root, x=(whole - FIRST_BOX) // 2, y=MARGIN)
    blocks = [block_of(unit, width) for unit in root.below]
    box_height = max((block.head_height for block in blocks), default=0)
    left, end = (whole - all_columns) // 2, top
    units, lines, centers = [], [], []
    for number, block in enumerate(blocks):
        x = left + number * (width + GAP)
        unit, own, bottom = block.placed(x, top + FALL, box_height=box_height)
        units.append(unit)
        lines += own
        centers.append(x + width // 2)
        end = max(end, bottom)
    level = top + FALL // 2
    lines += [Segment(x, level, x, top + FALL) for x in centers]
    lines += _from_first(whole // 2, top, level, centers)
    return _drawing(whole, end, first.with_below(units), lines)


def _drawing(width, end, first, lines):
    height = end + FOOT
    return Drawing(width, height, Point(MARGIN, height - MARGIN), first, tuple(lines))


def _from_first(center, top, level, ends):
    """Return the line from the box of the first unit down to the level part, and this part."""
    if not ends:
        return []
    first, last = min(center, *ends), max(center, *ends)
    return [Segment(center, top, center, level), Segment(first, level, last, level)]


@dataclass
class _Column:
    """Parts of blocks, each with the number of its block, one below the other."""

    parts: list = field(default_factory=list)

    @property
    def height(self):
        return sum(part.height + GAP for _, part in self.parts)


def _draw_in_columns(root):
    columns = _fill_columns(root.below)
    whole = 2 * MARGIN + max(SHEET, len(columns) * (GAP + ROW + GAP) - GAP)
    first, top = place_first(root, x=MARGIN, y=MARGIN)
    level = top + FALL // 2
    units, lines, spines, end = {}, [], [], top
    for number, column in enumerate(columns):
        spine, y = MARGIN + number * (GAP + ROW + GAP), top + FALL
        elbows = []
        for place, part in column.parts:
            unit, own, bottom = part.placed(spine + GAP, y)
            units[place] = units[place].continued_by(unit) if place in units else unit
            lines += own
            if not part.is_continued:
                elbows.append(y + GAP)
            y = bottom + GAP
            end = max(end, bottom)
        if elbows:
            spines.append(spine)
            lines += [Segment(spine, elbow, spine + GAP, elbow) for elbow in elbows]
            lines.append(Segment(spine, level, spine, elbows[-1]))
    lines += _from_first(MARGIN + FIRST_BOX // 2, top, level, spines)
    return _drawing(whole, end, first.with_below(units.values()), lines)


def _fill_columns(units):
    """Return the blocks of the units in columns that make the picture about as wide as a sheet of paper."""
    blocks = [block_of(unit, ROW) for unit in units]
    total = sum(block.height + GAP for block in blocks)
    count = max(1, round(math.sqrt(PAPER * total / (GAP + ROW + GAP))))
    # A little more than the mean, because blocks do not fill a column to its end.
    limit = total / count * 1.05
    columns = [_Column()]
    for place, (unit, block) in enumerate(zip(units, blocks, strict=True)):
        for part in block.split(limit, continuation_of(unit, ROW)):
            if columns[-1].parts and columns[-1].height + part.height > limit:
                columns.append(_Column())
            columns[-1].parts.append((place, part))
    return columns
