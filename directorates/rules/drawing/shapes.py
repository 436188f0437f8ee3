"""The shapes of a picture of units. All lengths are pixels. Pure."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Segment:
    """A line that is level or upright."""

    x1: int
    y1: int
    x2: int
    y2: int


@dataclass(frozen=True)
class TextLine:
    y: int
    words: str


@dataclass(frozen=True)
class Text:
    """Lines of one style: "name", "group", "leaf" or "note". `is_content` is False for the program's own words."""

    style: str
    size: int
    x: int
    lines: tuple[TextLine, ...]
    is_content: bool = True


@dataclass(frozen=True)
class Box:
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class DrawnUnit:
    """A unit at its place, with the units below it. Only the first unit and those directly below have a box."""

    box: Box | None
    texts: tuple[Text, ...]
    below: tuple["DrawnUnit", ...] = ()

    def with_below(self, units):
        return replace(self, below=tuple(units))

    def continued_by(self, unit):
        """Return this unit with the rest of it, which is in another column."""
        return replace(self, texts=self.texts + unit.texts, below=self.below + unit.below)


@dataclass(frozen=True)
class Point:
    x: int
    y: int


@dataclass(frozen=True)
class Drawing:
    """`foot` is where the last line of text begins. `is_mirrored`: words are read from right to left."""

    width: int
    height: int
    foot: Point
    first: DrawnUnit
    segments: tuple[Segment, ...]
    is_mirrored: bool = False

    @property
    def path(self):
        """All lines, as the value of a path in SVG."""
        return "".join(
            f"M{s.x1} {s.y1}H{s.x2}" if s.y1 == s.y2 else f"M{s.x1} {s.y1}V{s.y2}"
            for s in self.segments
        )


def mirrored(drawing):
    """Return a drawing with left and right exchanged, for content that is read from right to left."""
    width = drawing.width

    def unit(drawn):
        box = drawn.box and replace(drawn.box, x=width - drawn.box.x - drawn.box.width)
        texts = tuple(replace(one, x=width - one.x) for one in drawn.texts)
        return DrawnUnit(box, texts, tuple(map(unit, drawn.below)))

    segments = tuple(replace(s, x1=width - s.x1, x2=width - s.x2) for s in drawing.segments)
    return Drawing(
        width,
        drawing.height,
        Point(width - drawing.foot.x, drawing.foot.y),
        unit(drawing.first),
        segments,
        is_mirrored=True,
    )
