"""Draws a series of numbers: columns for years, a line for other times. Pure.

Widths are shares of the picture, so it fits every screen while its text keeps its size. Heights are pixels. All
numbers are texts, because templates would write them in the manner of the content's language.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

from directorates.rules.content import number_phrases
from directorates.rules.figure_series import Series

TOP, BOTTOM = 20, 180
HEIGHT = 208
#: Between two columns, as a share of a column's place.
GAP = Decimal("0.3")
#: More years than these have labels at the first and last column only.
MOST_LABELS = 5
MOST_STEPS = 4
_ROUND = (1, 2, Decimal("2.5"), 5, 10)
_DAY = 24 * 60 * 60


@dataclass(frozen=True)
class Tick:
    """A level line with its number."""

    y: str
    words: str
    is_zero: bool


@dataclass(frozen=True)
class Column:
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class Line:
    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True)
class Dot:
    x: str
    y: str


@dataclass(frozen=True)
class Label:
    """A time below the picture: a year, a day or an instant. `anchor` is SVG's text-anchor."""

    x: str
    time: object
    anchor: str


@dataclass(frozen=True)
class FigureChart:
    height: int
    bottom: int
    ticks: tuple[Tick, ...]
    labels: tuple[Label, ...]
    columns: tuple[Column, ...] = ()
    lines: tuple[Line, ...] = ()
    dots: tuple[Dot, ...] = ()


def draw(series: Series) -> FigureChart:
    levels = _levels([one.value for one in series.statements])
    scale = _Scale(levels[0], levels[-1])
    ticks = tuple(
        Tick(
            _text(scale.y(level)),
            number_phrases.format_value(level, series.last.currency),
            level == 0,
        )
        for level in levels
    )
    shapes = _columns if series.is_by_year else _lines
    return FigureChart(HEIGHT, BOTTOM, ticks, **shapes(series, scale))


@dataclass(frozen=True)
class _Scale:
    low: Decimal
    high: Decimal

    def y(self, value):
        return BOTTOM - (value - self.low) / (self.high - self.low) * (BOTTOM - TOP)


def _levels(values):
    """Return round numbers from the lowest level to the highest. Zero is among them, so lengths can be compared."""
    low, high = min(0, *values), max(0, *values)
    if low == high:
        high = Decimal(1)
    rough = (high - low) / MOST_STEPS
    power = Decimal(10) ** rough.adjusted()
    step = next(power * one for one in _ROUND if power * one >= rough)
    first, last = (low / step).to_integral("ROUND_FLOOR"), (high / step).to_integral("ROUND_CEILING")  # fmt: skip
    return [step * number for number in range(int(first), int(last) + 1)]


def _columns(series, scale):
    place = Decimal(100) / len(series.statements)
    columns = []
    for number, one in enumerate(series.statements):
        ends = sorted((scale.y(one.value), scale.y(Decimal(0))))
        x = place * (number + GAP / 2)
        columns.append(
            Column(_share(x), _text(ends[0]), _share(place * (1 - GAP)), _text(ends[1] - ends[0]))
        )
    middles = [place * (number + Decimal("0.5")) for number in range(len(columns))]
    labels = [
        Label(_share(middle), one.as_of.year, "middle")
        for middle, one in zip(middles, series.statements, strict=True)
    ]
    return {"columns": tuple(columns), "labels": tuple(_few(labels))}


def _few(labels):
    return labels if len(labels) <= MOST_LABELS else [labels[0], labels[-1]]


def _lines(series, scale):
    """Return a line from number to number; with numbers from an instant on, a line that steps at it."""
    times = [_seconds(series.time_of(one)) for one in series.statements]
    # Numbers that were published at one instant keep their order.
    span = max(times[-1] - times[0], 1)
    points = [
        (_share(Decimal(time - times[0]) / span * 100), _text(scale.y(one.value)))
        for time, one in zip(times, series.statements, strict=True)
    ]
    lines = []
    for (x1, y1), (x2, y2) in pairwise(points):
        if series.is_by_publication:
            lines += [Line(x1, y1, x2, y1), Line(x2, y1, x2, y2)]
        else:
            lines.append(Line(x1, y1, x2, y2))
    labels = (
        Label("0%", series.first_time, "start"),
        Label("100%", series.last_time, "end"),
    )
    dots = tuple(Dot(x, y) for x, y in points)
    return {"lines": tuple(lines), "dots": dots, "labels": labels}


def _seconds(time):
    if isinstance(time, datetime):
        return int(time.timestamp())
    return (time - date(1970, 1, 1)).days * _DAY


def _share(percent):
    return f"{_text(percent)}%"


def _text(number):
    return f"{Decimal(number).quantize(Decimal('0.01')).normalize():f}"
